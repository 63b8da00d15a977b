/**
 * How far the random searches go: `npm test` and `npm run test:quick` have a tenth of the usual runs, at most 200;
 * `npm run test:long` has ten times as many as usual.
 */
const TIMES = Number(process.env.MONTHEND_SEARCH ?? 1);
const MOST = 200;

/** For what is not random, but takes long: in `npm run test:long` all of it. */
export const IS_LONG = TIMES >= 10;

/**
 * Returns the runs of a search in this lane.
 * @param usual the runs of it by itself
 * @param long in `npm run test:long`, if they are not ten times as many
 */
export const runs = (usual: number, long = 10 * usual): number =>
  IS_LONG
    ? Math.ceil((long * TIMES) / 10)
    : Math.ceil(TIMES < 1 ? Math.min(usual * TIMES, MOST) : usual * TIMES);

/** The seed of searches that are the same each time. Those of fast-check draw a seed, and print it when they fail. */
export const SEED = Number(process.env.MONTHEND_SEED ?? 1);
