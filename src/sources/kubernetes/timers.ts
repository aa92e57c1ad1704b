/** Starts and stops timers. Tests pass their own, so that nothing has to wait. */
export interface Timers {
  /** Calls `run` once, `ms` milliseconds from now. */
  start(run: () => void, ms: number): unknown;
  stop(timer: unknown): void;
}

/** The timers of the process. */
export const systemTimers: Timers = {
  start: (run, ms) => setTimeout(run, ms),
  stop: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
