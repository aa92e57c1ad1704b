/** Starts and stops timers. Tests pass their own, so that nothing has to wait. */
export interface Timers {
  /** Calls `run` once, `ms` milliseconds from now. */
  start(run: () => void, ms: number): unknown;
  stop(timer: unknown): void;
}

/** What Node's timers count, in ms, 24 days: with more they run at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The timers of the process. What is due in more than 24 days is due then. */
export const systemTimers: Timers = {
  start: (run, ms) => setTimeout(run, Math.min(ms, LONGEST_TIMER_MS)),
  stop: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
