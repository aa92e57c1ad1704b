/** How many arrivals a timeline keeps in memory of a cluster that is watched, by what for; a quarter more at most. */
export const ARRIVALS_KEPT = {
  /** Hours of most clusters, under 60 MB. The rest is in the history. */
  screen: 20_000,
  /** It looks at the newest state alone: the bound is for who watches for hours. */
  check: 50_000,
  /** It tells of all that came: some 400 MB. Of more, a recording is reported, which lies on the disk. */
  report: 100_000,
  /** It serves the newest state alone: no more are kept than checkpoints need. */
  metrics: 1024,
} as const;
