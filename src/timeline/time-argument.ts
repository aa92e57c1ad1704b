import { parseGoDuration } from '../model/ledger.ts';
import { LAST_TIME } from '../text/json.ts';
import { safeLine } from '../text/safe-text.ts';

// RFC 3339 requires the zone, and also allows a space or a small t instead of T.
const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;
const WALL_CLOCK = /^(\d\d?):(\d\d)(?::(\d\d))?$/;
const DAY_MS = 86_400_000;

const FORMS = 'RFC 3339 (2026-11-22T15:04:05Z), an offset from the start (90s, 12m30s) or "end"';

/**
 * Parses a time argument into epoch ms: RFC 3339, an offset from the start (`90s`, `12m30s`,
 * `1h2m`, `+5m`, `0`) or `end`. Allows times after the end, up to the year 9999; before the start
 * nothing is known. Returns a text that says what is wrong for anything else.
 */
export function parseTime(text: string, startedAt: number, endedAt: number): number | string {
  const wanted = text.trim();
  if (wanted === 'end') return endedAt;
  const offset = offsetOf(wanted);
  const at = offset === null ? instantOf(wanted) : startedAt + offset;
  if (typeof at === 'string') return at;
  if (at === null) return `${quoted(wanted)} is not a time: use ${FORMS}`;
  if (at > LAST_TIME) return `${quoted(wanted)} is after the year 9999`;
  if (at < startedAt) return `${quoted(wanted)} is before the start, ${new Date(startedAt).toISOString()}`;
  return at;
}

/**
 * As {@link parseTime}, and also a time of day in UTC, as the screen shows it: `15:04:05` or
 * `15:04`, the first one that lies between start and end.
 */
export function parseGoTo(text: string, startedAt: number, endedAt: number): number | string {
  const wanted = text.trim();
  const match = WALL_CLOCK.exec(wanted);
  if (match === null) {
    const time = parseTime(wanted, startedAt, endedAt);
    return time === `${quoted(wanted)} is not a time: use ${FORMS}` ? `${time}, or a time of day (15:04:05, UTC)` : time;
  }
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return `${quoted(wanted)} is not a time of day`;
  const inDay = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  // The second (or minute) in which the timeline started means its start.
  const step = match[3] === undefined ? 60_000 : 1000;
  const from = Math.floor(startedAt / step) * step;
  const today = Math.floor(from / DAY_MS) * DAY_MS + inDay;
  const at = today >= from ? today : today + DAY_MS;
  if (at > endedAt) {
    return `${quoted(wanted)} is not between ${clockOf(startedAt)} and ${clockOf(endedAt)} UTC`;
  }
  return Math.max(at, startedAt);
}

function offsetOf(text: string): number | null {
  if (text === '0') return 0;
  const unsigned = text.startsWith('+') ? text.slice(1) : text;
  return parseGoDuration(unsigned);
}

function instantOf(text: string): number | string | null {
  if (WITHOUT_ZONE.test(text)) return `${quoted(text)} has no time zone: end it with Z for UTC, or with an offset like +01:00`;
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const at = Date.parse(text.toUpperCase().replace(' ', 'T'));
  // Date.parse takes 30 February for a day in March.
  const days = new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate();
  return Number.isNaN(at) || Number(match[3]) > days ? `${quoted(text)} is not a date or time that exists` : at;
}

function clockOf(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

// The text comes from a person or a script: in an error line it must not run long or move the
// cursor.
function quoted(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return JSON.stringify(safeLine(short));
}
