/** How far the random searches go. They are few in `npm test`; `npm run test:long` runs each of them many times more often. */

/** As many times more runs of each search. */
const TIMES = Number(process.env.MONTHEND_SEARCH ?? 1);

/** @param few in `npm test` */
export const runs = (few: number): number => few * TIMES;

/** Of the searches that are the same each time. Those of fast-check draw a seed, and print it when they fail. */
export const SEED = Number(process.env.MONTHEND_SEED ?? 1);
