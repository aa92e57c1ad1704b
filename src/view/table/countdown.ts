import type { Entry } from '../../diagnosis/entry.ts';
import { usualRun, waitsForInits } from '../../diagnosis/next-start.ts';
import { BACKOFF_RESET_MS, type NextStart, PULL_REASONS } from '../../model/backoff.ts';
import { ranFor } from '../../model/ledger.ts';
import { widthOf } from '../../text/cells.ts';
import { aboutDuration, duration, durationLeft } from '../../text/duration.ts';
import { startsIn } from '../../wording/next-start.ts';
import { fitLine, lineWidth, span } from '../lines/fit-line.ts';
import type { Line, Tone } from '../lines/line.ts';

/** The content of NEXT START: a bar with a label, or words if there is nothing to count down. */
export type Countdown =
  | {
      readonly type: 'bar';
      /** The elapsed part of the wait, 0 to 1. */
      readonly done: number;
      /** True if its end is a guess; the bar then says `est`. */
      readonly isEstimate: boolean;
      readonly label: string;
      readonly tone: Tone;
      /** Appended to the label if there is room. */
      readonly note: string;
    }
  | { readonly type: 'words'; readonly label: string; readonly tone: Tone; readonly note: string };

const FULL = '▓';
const EMPTY = '░';

const SOON_MS = 10_000;

function deletedText(goneAt: number, goneAfter: number, now: number): string {
  return `deleted ${goneAfter < goneAt ? '<' : ''}${duration(now - goneAfter)} ago`;
}

function words(label: string, tone: Tone = 'dim', note = ''): Countdown {
  return { type: 'words', label, tone, note };
}

/** The countdown of one container. @param now epoch ms. */
export function countdownOf(entry: Entry, now: number): Countdown {
  const { trouble, record } = entry;
  if (record.goneAt !== null) return words(deletedText(record.goneAt, record.goneAfter ?? record.goneAt, now));
  if (record.pod.deletionAt !== null) return words('being deleted');
  if (trouble === null) return words(healthyText(entry, now));
  if (trouble.state === 'holding' || trouble.state === 'stable') return heldText(entry, now);
  const status = entry.container.status?.state;
  const isPulled = status?.type === 'waiting' && PULL_REASONS.has(status.reason);
  if (entry.nextStart?.kind === 'unknown' && waitsForInits(entry)) return words('after init containers', 'plain');
  if (entry.nextStart !== null) return countdownTo(entry.nextStart, trouble.kind, isPulled, now);
  if (trouble.kind === 'scheduling') return words('when a node fits', 'plain');
  if (status?.type === 'running') return runningText(entry, now);
  return words(status?.type === 'terminated' ? 'no restart' : 'unknown');
}

function countdownTo(next: NextStart, kind: string, isPulled: boolean, now: number): Countdown {
  if (next.kind === 'unknown') {
    const needsRepair = kind === 'config' || kind === 'volume' || kind === 'sandbox' || (kind === 'image' && !isPulled);
    return words(needsRepair ? 'when it is fixed' : 'unknown', 'plain');
  }
  if (next.kind === 'overdue') {
    const note = `due for ${duration(now - next.at)}`;
    const label = `overdue ${duration(now - next.lateAfter)}`;
    return { type: 'bar', done: 1, isEstimate: next.was === 'estimated', label, tone: 'warn', note };
  }
  const isEstimate = next.kind === 'estimated';
  if (isEstimate && next.delayMs === 0) return words(next.byRule ? 'at once, by a rule' : 'at once', 'strong');
  if (now >= next.at) {
    const note = `usually within ${durationLeft(next.lateAfter - now)}`;
    return { type: 'bar', done: 1, isEstimate, label: 'due now', tone: 'plain', note };
  }
  const whole = Math.max(1, next.at - next.from);
  const done = Math.min(1, Math.max(0, (now - next.from) / whole));
  const left = next.expectedAt - now;
  return {
    type: 'bar',
    done,
    isEstimate,
    label: startsIn(next, isEstimate ? aboutDuration : durationLeft, now),
    tone: left <= SOON_MS ? 'strong' : 'plain',
    note: isEstimate ? 'estimated from its runs' : `of ${duration(whole)}`,
  };
}

function currentRun(entry: Entry, now: number): number | null {
  const run = entry.container.ledger.at(-1);
  return run === undefined || run.ended ? null : ranFor(run, now);
}

function heldText(entry: Entry, now: number): Countdown {
  const up = currentRun(entry, now);
  if (up === null) return words(entry.trouble?.state ?? '', 'good');
  if (entry.trouble?.state === 'stable') return words(`stable for ${duration(up)}`, 'good');
  return words(`holding ${duration(up)} of ${duration(BACKOFF_RESET_MS)}`, 'good');
}

function runningText(entry: Entry, now: number): Countdown {
  const up = currentRun(entry, now);
  const label = up === null ? 'running' : `running ${duration(up)}`;
  const usual = usualRun(entry, now);
  // A run that has outlived the others no longer follows them.
  const isRuled = usual !== null && (up === null || up <= usual);
  return words(label, 'plain', isRuled ? `usually lasts ${duration(usual)}` : '');
}

function healthyText(entry: Entry, now: number): string {
  const state = entry.container.status?.state;
  if (state?.type === 'running') return state.startedAt === null ? 'running' : `running ${duration(now - state.startedAt)}`;
  if (state?.type === 'terminated') return state.exitCode === 0 ? 'done' : `ended, exit ${state.exitCode}`;
  return state?.type === 'waiting' && state.reason !== '' ? state.reason : 'not started';
}

/**
 * A bar of exactly `cells` cells, filled up to `done` (0 to 1): full at the end, but not before.
 */
export function bar(done: number, cells: number, tone: Tone = 'dim'): Line {
  const filled = done >= 1 ? cells : Math.min(cells - 1, Math.floor(done * cells));
  return [span(FULL.repeat(filled), tone), span(EMPTY.repeat(cells - filled), 'dim')];
}

// A wider column has room for a note under every bar; notes under only some would be noise.
const NOTES_FROM_WIDTH = 30;

/**
 * The countdown in exactly `width` cells, `barCells` of which are the bar; in a wide column its
 * note follows if it fits.
 */
export function countdownLine(countdown: Countdown, width: number, barCells: number): Line {
  const line: Line = countdown.type === 'bar' ? barLine(countdown, barCells) : [span(countdown.label, countdown.tone)];
  const note = countdown.note === '' ? '' : `, ${countdown.note}`;
  const fits = width >= NOTES_FROM_WIDTH && note !== '' && lineWidth(line) + widthOf(note) <= width;
  return fitLine(fits ? [...line, span(note, 'dim')] : line, width);
}

function barLine(countdown: Countdown & { type: 'bar' }, barCells: number): Line {
  const label = span(` ${countdown.label}`, countdown.tone);
  // Dim the many bars that only count; highlight one that is due.
  const tone = countdown.done >= 1 ? countdown.tone : 'dim';
  if (!countdown.isEstimate) return [...bar(countdown.done, barCells, tone), label];
  return [span('est ', 'dim'), ...bar(countdown.done, Math.max(1, barCells - 4), tone), label];
}
