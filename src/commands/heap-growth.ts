import { setFlagsFromString } from 'node:v8';

const OPTION = '--heap-growing-percent';

// By how much the old generation may grow between two collections: with 30, a session of hours keeps a third more than it needs, for some
// hundredths of a second of collecting every ten seconds under heavy churn.
const CALM = `${OPTION}=30`;

/**
 * After a list, which is collected seldom to be quick (bin/crashtop.js), V8 is asked to collect sooner. Unlike the size of the young
 * generation, which is fixed at the start, this option is read at each collection. Not where somebody started Node with other options.
 */
export function growSlowly(execArgv: readonly string[]): void {
  if (execArgv.some((option) => option.startsWith(OPTION))) setFlagsFromString(CALM);
}
