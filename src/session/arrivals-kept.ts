/**
 * How many arrivals a timeline of a watched cluster keeps in memory, by use; up to a quarter more
 * for a while.
 */
export const ARRIVALS_KEPT = {
  /** Hours of most clusters, in less than 60 MB. The history has the rest. */
  screen: 20_000,
  /** Only needs the newest state: the bound is for checks that watch for hours. */
  check: 50_000,
  /** Reports all arrivals: about 400 MB. For more, report a recording, which is on disk. */
  report: 100_000,
  /** Serves only the newest state: keeps no more than checkpoints need. */
  metrics: 1024,
} as const;
