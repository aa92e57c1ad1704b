import { TRUNCATION_MS } from '../text/json.ts';
import { BACKOFF_RESET_MS, type NodeBackoff, restartDelay } from './backoff.ts';
import { FAILED_PROBE } from './evidence/kill.ts';
import { type Ledger, type Run, ranFor, unseenBefore, waitedFor } from './ledger.ts';
import type { KubeEvent } from './resources.ts';
import { expectationOf, rhythmOf } from './start-lateness.ts';
import { LOOP_WINDOW_MS } from './trouble.ts';

/**
 * An unseen run, placed by indirect evidence: how often and since when the container was started
 * (events), how long its known runs lasted, and the back-off curve. Epoch ms, on the node's clock.
 */
export interface EstimatedRun {
  readonly attempt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** Does an event state its start to the second? */
  readonly startIsTold: boolean;
}

/** The facts from which a container's unseen runs are estimated. All times use its node's clock. */
export interface EstimateFacts {
  readonly container: string;
  readonly ledger: Ledger;
  /** When its pod was created; null if unknown. */
  readonly createdAt: number | null;
  /** Events about its pod. */
  readonly events: readonly KubeEvent[];
  readonly node: NodeBackoff;
  /** The version of the node's kubelet, as `v1.35.4`; '' if unknown. */
  readonly kubeletVersion: string;
}

/** A known start. */
interface Anchor {
  readonly attempt: number;
  readonly at: number;
}

// A pod's first start comes this soon after its creation, unless it had to wait for something
// unknown.
const FIRST_START_MS = 2 * 60_000;
// No screen can tell more apart.
const MAX_RUNS = 64;

/**
 * The runs between and before the known ones that can be placed, oldest first. The others stay
 * unseen.
 */
export function estimatedRuns(facts: EstimateFacts): readonly EstimatedRun[] {
  const { ledger } = facts;
  const length = usualLength(ledger);
  if (length === null) return [];
  const runs: EstimatedRun[] = [];
  for (const [index, run] of ledger.entries()) {
    // No back-off precedes a restart of all containers: no curve can place the runs before it.
    if (unseenBefore(ledger, index) > 0 && run.forgottenBefore === 0 && !run.followsRestartOfAll)
      runs.push(...runsBefore(facts, index, length));
  }
  return runs;
}

// The median duration of the known runs; null if none is known, or if it is too long for a loop.
function usualLength(ledger: Ledger): number | null {
  const lengths = ledger.flatMap((run) => (run.finishedAt === null ? [] : (ranFor(run, run.finishedAt) ?? 0)));
  const length = lengths.toSorted((a, b) => a - b)[lengths.length >> 1];
  return length === undefined || length >= BACKOFF_RESET_MS ? null : length;
}

function runsBefore(facts: EstimateFacts, index: number, length: number): EstimatedRun[] {
  const { ledger } = facts;
  const run = ledger[index] as Run;
  const before = ledger[index - 1];
  const to = run.startedAt ?? run.finishedAt;
  if (to === null) return [];
  const known = { attempt: run.attempt, at: to };
  const waits = new Waits(facts, levelOf(facts, index));
  if (before !== undefined) {
    if (before.finishedAt === null) return [];
    const from = { attempt: before.attempt, at: before.finishedAt };
    const placed = fitted(from, known, length, waits, true) ?? stretched(from, known, length, waits, true);
    return placed ?? backwards(known, before.attempt + 1, from.at, length, waits);
  }
  const told = alongStarts(facts, known, length, waits);
  const newest = told.at(-1);
  if (newest?.attempt === run.attempt - 1 || isKilledByProbe(facts)) return told;
  const lowest = Math.max(lowestOf(facts, to), newest?.finishedAt ?? 0);
  return [...told, ...backwards(known, (newest?.attempt ?? -1) + 1, lowest, length, waits)];
}

// Some of its restarts are immediate, others wait.
function isKilledByProbe({ container, events }: EstimateFacts): boolean {
  return events.some((e) => e.involved.container === container && FAILED_PROBE.test(e.message) && e.reason === 'Killing');
}

// A restarted kubelet begins a new back-off, and starts waiting containers immediately.
function lowestOf({ createdAt, node }: EstimateFacts, before: number): number {
  return Math.max(createdAt ?? Number.NEGATIVE_INFINITY, node.kubeletStarts.findLast((at) => at < before) ?? 0);
}

function alongStarts(facts: EstimateFacts, known: Anchor, length: number, waits: Waits): EstimatedRun[] {
  const anchors = [...reportedStarts(facts, known), known];
  return anchors.slice(0, -1).flatMap((from, index) => {
    const to = anchors[index + 1] as Anchor;
    // If a new back-off began with that start, its first wait was none, or the shortest.
    const anew = [-1, 0].map((level) => new Waits(facts, { attempt: from.attempt, level }));
    // No curve holds across a restart of the kubelet.
    const isOneCurve = !facts.node.kubeletStarts.some((at) => at > from.at && at < to.at);
    for (const curve of isOneCurve ? [waits, ...anew] : []) {
      const runs = fitted(from, to, length, curve, false);
      if (runs !== null) return runs;
    }
    const isShort = length < to.at - from.at;
    return isShort ? [{ attempt: from.attempt, startedAt: from.at, finishedAt: from.at + length, startIsTold: true }] : [];
  });
}

/**
 * Starts of unknown runs that events report. Equal events are merged into one with a first time, a
 * last time and a count; surplus events are dropped (client-go, EventSourceObjectSpamFilter), so
 * the last reported start need not be the newest. A restarted kubelet begins another event.
 */
function reportedStarts(facts: EstimateFacts, known: Anchor): Anchor[] {
  const { container, events, createdAt } = facts;
  const of = (reason: string) => events.filter((e) => e.reason === reason && e.involved.container === container);
  // A container that cannot be started is created all the same.
  const started = of('Started').length > 0 ? of('Started') : of('Created');
  const told = started.flatMap(({ firstAt, lastAt, count }) => {
    const isOfFirst = createdAt !== null && firstAt - createdAt <= FIRST_START_MS;
    const first = isOfFirst ? 0 : newestOf(facts, lastAt) - count + 1;
    return [
      { attempt: first, at: firstAt },
      { attempt: first + count - 1, at: lastAt },
    ];
  });
  return inStep(told.filter(({ attempt, at }) => attempt < known.attempt && at < known.at && !isSame(at, known.at)));
}

// The attempt of the newest start that an event reports at that time; NaN if no known run started
// then.
function newestOf({ ledger }: EstimateFacts, at: number): number {
  return ledger.find((run) => run.startedAt !== null && isSame(run.startedAt, at))?.attempt ?? Number.NaN;
}

// Keeps the anchors that ascend in attempt and in time.
function inStep(anchors: readonly Anchor[]): Anchor[] {
  const kept: Anchor[] = [];
  for (const anchor of anchors.toSorted((a, b) => a.at - b.at)) {
    if (anchor.attempt > (kept.at(-1)?.attempt ?? -1)) kept.push(anchor);
  }
  return kept;
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= TRUNCATION_MS;
}

/** The waits between the runs before a known one, by the attempt that ended. */
class Waits {
  readonly #facts: EstimateFacts;
  readonly #rhythm: ReturnType<typeof rhythmOf>;
  /**
   * A run with a known wait, and its level on the curve: -1 is the first one, an immediate restart.
   */
  readonly #known: { readonly attempt: number; readonly level: number };

  constructor(facts: EstimateFacts, known: { readonly attempt: number; readonly level: number }) {
    this.#facts = facts;
    this.#rhythm = rhythmOf(facts.kubeletVersion);
    this.#known = known;
  }

  /** Does this attempt belong to an earlier loop, before the back-off was reset? */
  isOlder(attempt: number): boolean {
    return this.#known.level - (this.#known.attempt - attempt) < -1;
  }

  /**
   * From the end of that attempt to the next start, ms: the back-off, and how late the start comes
   * after it.
   */
  after(attempt: number): { readonly delay: number; readonly late: number } {
    const { node } = this.#facts;
    const delay = restartDelay(node, this.#known.level - (this.#known.attempt - attempt));
    const syncs = { rhythm: this.#rhythm, lastAt: null, learned: node.lateness[delay] ?? [] };
    return { delay, late: expectationOf({ at: delay, from: 0, delayMs: delay }, syncs).expectedAt - delay };
  }
}

// The first later wait that was published below the cap, or was waited, shows the level on the
// curve. Without one, all restarts of the pod belong to one loop.
function levelOf({ ledger, node }: EstimateFacts, index: number): { attempt: number; level: number } {
  for (let i = index; i < ledger.length; i++) {
    const run = ledger[i] as Run;
    const level = levelOfDelay(node, run.publishedDelay ?? waitedFor(ledger, i + 1));
    if (level !== null) return { attempt: run.attempt, level };
    if ((ranFor(run, run.finishedAt ?? 0) ?? 0) >= BACKOFF_RESET_MS) break;
  }
  const { attempt } = ledger[index] as Run;
  return { attempt, level: attempt - 1 };
}

// A start may be late by half of its delay.
function levelOfDelay(node: NodeBackoff, waited: number | null): number | null {
  if (waited === null || waited + 1000 >= node.capMs) return null;
  if (waited + 1000 < node.initialMs) return -1;
  return Math.floor(Math.log2((waited + 1000) / node.initialMs));
}

/**
 * Places the runs from one known start (or end, with `isEnd`) to a known start, and stretches the
 * lateness of starts to fit. null if it would have to stretch too far: then something else happened
 * in between.
 */
function fitted(from: Anchor, to: Anchor, length: number, waits: Waits, isEnd: boolean): EstimatedRun[] | null {
  const span = spanOf(from, to, waits, isEnd);
  if (span === null) return null;
  const stretch = (span.left - span.count * length) / span.late;
  if (stretch < MIN_STRETCH || stretch > MAX_STRETCH) return null;
  return placed(span, from, length, stretch, isEnd);
}

/** As {@link fitted}, but stretches the durations of the runs. */
function stretched(from: Anchor, to: Anchor, _length: number, waits: Waits, isEnd: boolean): EstimatedRun[] | null {
  const span = spanOf(from, to, waits, isEnd);
  if (span === null) return null;
  const length = (span.left - span.late) / span.count;
  return length < 0 || length >= BACKOFF_RESET_MS ? null : placed(span, from, length, 1, isEnd);
}

/**
 * The time between two known times: the number of runs, the waits after them, and what remains
 * after the back-offs, ms.
 */
interface Between {
  readonly count: number;
  readonly each: readonly { readonly delay: number; readonly late: number }[];
  readonly left: number;
  readonly late: number;
}

function spanOf(from: Anchor, to: Anchor, waits: Waits, isEnd: boolean): Between | null {
  const cycles = to.attempt - from.attempt;
  const count = isEnd ? cycles - 1 : cycles;
  if (count <= 0 || count > MAX_RUNS || waits.isOlder(from.attempt)) return null;
  const each = Array.from({ length: cycles }, (_, i) => waits.after(from.attempt + i));
  const sum = (of: (wait: Between['each'][number]) => number) => each.reduce((total, wait) => total + of(wait), 0);
  return { count, each, left: to.at - from.at - sum((wait) => wait.delay), late: sum((wait) => wait.late) };
}

function placed({ each }: Between, from: Anchor, length: number, stretch: number, isEnd: boolean): EstimatedRun[] {
  const runs: EstimatedRun[] = [];
  let at = from.at;
  for (const [i, { delay, late }] of each.entries()) {
    if (!isEnd || i > 0) {
      const [startedAt, finishedAt] = [Math.round(at), Math.round(at + length)];
      runs.push({ attempt: from.attempt + i, startedAt, finishedAt, startIsTold: !isEnd && i === 0 });
      at += length;
    }
    at += delay + late * stretch;
  }
  return runs;
}

const MIN_STRETCH = 0.2;
const MAX_STRETCH = 2.5;

// Backwards from a known start, for at most half an hour: the error of each start adds up.
function backwards(to: Anchor, oldest: number, from: number, length: number, waits: Waits): EstimatedRun[] {
  const runs: EstimatedRun[] = [];
  const lowest = Math.max(from, to.at - LOOP_WINDOW_MS);
  let at = to.at;
  for (let attempt = to.attempt - 1; attempt >= oldest && runs.length < MAX_RUNS; attempt--) {
    if (waits.isOlder(attempt)) break;
    const { delay, late } = waits.after(attempt);
    const finishedAt = Math.round(at - delay - late);
    const startedAt = Math.round(finishedAt - length);
    if (startedAt < lowest) break;
    runs.push({ attempt, startedAt, finishedAt, startIsTold: false });
    at = startedAt;
  }
  return runs.reverse();
}
