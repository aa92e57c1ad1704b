const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Formats a duration (ms) exactly as kubectl prints ages: `duration.HumanDuration` of
 * k8s.io/apimachinery.
 */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / SECOND);
  // A clock may be behind by up to two seconds: that counts as now.
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(ms / MINUTE);
  if (minutes < 10) return twoUnits(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(ms / HOUR);
  if (hours < 8) return twoUnits(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (hours < 8 * 24) return twoUnits(days, 'd', hours % 24, 'h');
  if (hours < 2 * 365 * 24) return `${days}d`;
  const years = Math.trunc(days / 365);
  return hours < 8 * 365 * 24 ? twoUnits(years, 'y', days % 365, 'd') : `${years}y`;
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

/** Formats a duration (ms) as kubectl prints ages (95s, 4m19s, 12m, 3h5m, 2d), never negative. */
export function duration(ms: number): string {
  return humanDuration(Math.max(0, ms));
}

/** As {@link duration}, but rounded up to whole seconds: for time remaining. */
export function durationLeft(ms: number): string {
  return duration(Math.ceil(Math.max(0, ms) / 1000) * 1000);
}

/**
 * Formats an estimated duration (ms) with `~`. Rounds up to 5 s below a minute and to half minutes
 * below ten, so that no digit claims more than is known.
 */
export function aboutDuration(ms: number): string {
  const step = ms <= 60_000 ? 5000 : ms <= 600_000 ? 30_000 : 60_000;
  const rounded = Math.ceil(Math.max(0, ms) / step) * step;
  return rounded === 60_000 ? '~1m' : `~${duration(rounded)}`;
}

/** The time of day in UTC: `18:04:22`. @param at epoch ms. */
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

/** Formats a number with a comma between thousands: `5,012`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3}){1,6}$)/g, ',');
}

/** `1 pod`, `2 pods`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}
