import { humanDuration } from '../model/kubectl-columns.ts';

/** A length of time (ms) as kubectl prints ages (95s, 4m19s, 12m, 3h5m, 2d), never negative. */
export function duration(ms: number): string {
  return humanDuration(Math.max(0, ms));
}

/** As {@link duration}, but rounded up to whole seconds: for what is still to come. */
export function durationLeft(ms: number): string {
  return duration(Math.ceil(Math.max(0, ms) / 1000) * 1000);
}

/**
 * A length of time that is only estimated, with `~`: rounded up to 5 s below a minute, to half minutes below ten, so that
 * no digit says more than is known.
 */
export function aboutDuration(ms: number): string {
  const step = ms <= 60_000 ? 5000 : ms <= 600_000 ? 30_000 : 60_000;
  const rounded = Math.ceil(Math.max(0, ms) / step) * step;
  return rounded === 60_000 ? '~1m' : `~${duration(rounded)}`;
}

/** The time of day, in UTC: `18:04:22`. @param at epoch ms. */
export function timeOfDay(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

/** Hours and minutes in UTC: `17:51`. @param at epoch ms. */
export function hourAndMinute(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}

/** Date and time in UTC: `2026-11-22 18:04:22`. @param at epoch ms. */
export function dateAndTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** The number with a comma between thousands: `5,012`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3}){1,6}$)/g, ',');
}

/** `1 pod`, `2 pods`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}
