/** Returns where a piece begins, of pieces that lie one after the other from 0. @param ends where each of them ends */
export const startIn = (ends: Uint32Array, place: number): number =>
  place === 0 ? 0 : (ends[place - 1] as number);
