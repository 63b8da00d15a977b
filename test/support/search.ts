/** How far the random searches go: `npm run test:long` has ten runs for each one of `npm test`, `npm run test:quick` a tenth. */
const TIMES = Number(process.env.MONTHEND_SEARCH ?? 1);

/**
 * @param usual runs in `npm test`
 * @param long in `npm run test:long`, if they are not ten times as many
 */
export const runs = (usual: number, long = 10 * usual): number =>
  TIMES >= 10 ? Math.ceil((long * TIMES) / 10) : Math.ceil(usual * TIMES);

/** Of the searches that are the same each time. Those of fast-check draw a seed, and print it when they fail. */
export const SEED = Number(process.env.MONTHEND_SEED ?? 1);
