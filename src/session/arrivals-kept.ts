/**
 * How many arrivals a timeline of a watched cluster keeps in memory, for each use; up to a quarter
 * more for a while.
 */
export const ARRIVALS_KEPT = {
  /** Hours of most clusters, in less than 60 MB. The rest is in the history. */
  screen: 20_000,
  /** Looks only at the newest state: the bound is for those who watch for hours. */
  check: 50_000,
  /** Reports all that came: about 400 MB. For more, report a recording, which is on disk. */
  report: 100_000,
  /** Serves only the newest state: keeps no more than checkpoints need. */
  metrics: 1024,
} as const;
