import { setTimeout as timeout } from 'node:timers/promises';
import { vi } from 'vitest';
import type { Clock } from '../../src/model/clock.ts';

/**
 * All that tests have to do with real time (build/no-real-time.grit holds it). On a busy machine anything takes a hundred times as long, so nothing
 * may be asserted that hangs on how much of it has passed.
 */

/** Less than the time limit of a whole test (vitest.config.ts), so that it says what was not so. */
const GIVE_UP_MS = 240_000;
const LOOK_AGAIN_MS = 5;

/** Waits until nothing is thrown, as long as it takes. @throws what was thrown last, shortly before the whole test runs out of time. */
export function eventually<T>(look: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(look, { interval: LOOK_AGAIN_MS, timeout: GIVE_UP_MS });
}

/** Waits until it is so, as long as it takes. @throws shortly before the whole test runs out of time. */
export async function untilSo(isSo: () => boolean): Promise<void> {
  await vi.waitUntil(isSo, { interval: LOOK_AGAIN_MS, timeout: GIVE_UP_MS });
}

/**
 * The time of the machine, epoch ms: for what is given to a program that reads the same clock.
 */
export function systemNow(): number {
  return Date.now();
}

/** The clock of the machine, for what never tells its time. */
export const systemClock: Clock = { now: systemNow };

/**
 * Lets real time pass where another program has to do something in it that nobody can see, or nothing at all. Whether it did must not decide
 * whether the test passes: a pause that was too short may only make it prove less.
 */
export async function pauseForReal(ms: number): Promise<void> {
  await timeout(ms);
}

/** Rejects with what `saysWhy` gives, shortly before the whole test runs out of time; with an AbortError where it is cancelled. */
export async function givingUp(saysWhy: () => string, signal: AbortSignal): Promise<never> {
  await timeout(GIVE_UP_MS, undefined, { ref: false, signal });
  throw new Error(saysWhy());
}
