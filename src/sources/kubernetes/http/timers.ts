import type { Timers } from '../../../model/timers.ts';

/** The longest delay of Node's timers, in ms, 24 days: longer ones fire at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** The timers of the process. Delays above 24 days are shortened to that. */
export const systemTimers: Timers = {
  start: (run, ms) => setTimeout(run, Math.min(ms, MAX_TIMER_MS)),
  stop: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** Resolves after so many ms. @throws the signal's reason if it aborts first. */
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

/** Waits for a promise, for at most so many ms. @throws the promise's rejection. */
export async function atMost(timers: Timers, promise: Promise<void>, ms: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = timers.start(late.resolve, ms);
  await Promise.race([promise, late.promise]);
  timers.stop(timer);
}
