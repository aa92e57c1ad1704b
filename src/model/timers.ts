/** Starts and stops timers. Tests pass their own, so that nothing has to wait. */
export interface Timers {
  /** Calls `run` once, `ms` milliseconds from now. */
  start(run: () => void, ms: number): unknown;
  stop(timer: unknown): void;
}
