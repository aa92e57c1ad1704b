import type { Timers } from '../../../model/timers.ts';

/** What Node's timers count, in ms, 24 days: with more they run at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The timers of the process. What is due in more than 24 days is due then. */
export const systemTimers: Timers = {
  start: (run, ms) => setTimeout(run, Math.min(ms, LONGEST_TIMER_MS)),
  stop: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** Resolves after so many ms. @throws the signal's reason where that ends it. */
export function waitFor(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = timers.start(resolve, ms);
    const stop = () => {
      timers.stop(timer);
      reject(signal.reason);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** Waits for a promise, but no longer than so many ms. @throws what it rejects with. */
export async function atMost(timers: Timers, promise: Promise<void>, ms: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = timers.start(late.resolve, ms);
  await Promise.race([promise, late.promise]);
  timers.stop(timer);
}
