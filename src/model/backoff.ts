import { TRUNCATION_MS } from '../text/json.ts';
import { AT_ONCE_MS, type Ledger, publishedDelayOf, type Run, timeOfRun } from './ledger.ts';
import type { ContainerStatus } from './pod.ts';
import type { KubeEvent } from './resources.ts';
import { type DueStart, type Expectation, expectationOf, type Looks, learnStart, rhythmOf } from './start-lateness.ts';

/**
 * When the kubelet starts a container again, on our clock, in epoch ms: `at` is the earliest time, `expectedAt` the one at which a
 * person will see it, `lateAfter` the latest that is usual; `delayMs` is the whole back-off and `from` where it began. From `at` on
 * it is due; behind `lateAfter` it is `overdue`. `unknown` has no times.
 */
export type NextStart =
  | (TimedStart & { readonly kind: 'published' | 'estimated' })
  | (TimedStart & {
      readonly kind: 'overdue';
      /** Was the delay published by the kubelet, or estimated? */
      readonly was: 'published' | 'estimated';
    })
  | { readonly kind: 'unknown'; readonly at: null; readonly delayMs: null };

/** A start whose time is known. */
export interface TimedStart extends DueStart, Expectation {
  /** Is it one of all containers of its pod, by a restart rule (KEP-5532)? Then no back-off goes before it. */
  readonly byRule?: true;
}

/** What is known of the back-off on one node. */
export interface NodeBackoff {
  /** The first delay of the curve, ms: 10 s, or less where a shorter one was published (KEP-4603). */
  readonly initialMs: number;
  /** The longest delay, ms: 300 s, or less once one was published that no doubling gives, or one twice running (KEP-5593). */
  readonly capMs: number;
  /** When its kubelet was seen to start, epoch ms, ascending: it forgets every back-off then. */
  readonly kubeletStarts: readonly number[];
  /** By delay in ms: how much later than expected the newest starts were, ms. */
  readonly lateness: Readonly<Record<number, readonly number[]>>;
}

export const DEFAULT_NODE_BACKOFF: NodeBackoff = Object.freeze({
  initialMs: 10_000,
  capMs: 300_000,
  kubeletStarts: [],
  lateness: {},
});

/**
 * The 10-minute reset: the kubelet forgets a back-off entry this long after the last start (kubelet.go, backOffPeriod x 2; flat from
 * 1.32). A run that lasts as long is stable.
 */
export const BACKOFF_RESET_MS = 600_000;

interface Entry {
  readonly delayMs: number;
  /** About the start of the newest run: the kubelet's lastUpdate. */
  readonly updatedAt: number | null;
}

function isForgotten(entry: Entry, before: Run | undefined, run: Run, node: NodeBackoff): boolean {
  const start = timeOfRun(run);
  const updatedAt = entry.updatedAt;
  if (updatedAt === null || start === null) return false;
  if (start - updatedAt > BACKOFF_RESET_MS) return true;
  if (node.kubeletStarts.some((t) => t > updatedAt && t <= start + TRUNCATION_MS)) return true;
  const ended = before?.finishedAt;
  if (ended == null || before?.attempt !== run.attempt - 1) return false;
  // It waited, but less than the kubelet had said: the kubelet was restarted, and nobody saw it say so.
  const waited = start - ended;
  return before.publishedDelay !== null && waited > AT_ONCE_MS && waited + TRUNCATION_MS < before.publishedDelay;
}

// The kubelet's back-off entry as it stood when the newest run ended (doBackOff and flowcontrol.Backoff.Next, replayed over
// the runs); null while it has none, so that the next restart is free.
function entryAfter(ledger: Ledger, node: NodeBackoff): Entry | null {
  let entry: Entry | null = null;
  for (const [index, run] of ledger.entries()) {
    const before = ledger[index - 1];
    // Where all containers of a pod are restarted the kubelet finds no dead one that it could hold a back-off against.
    if (run.attempt > 0 && !run.followsRestartOfAll) {
      entry = { delayMs: nextDelay(entry, before, run, node), updatedAt: timeOfRun(run) };
    }
    if (run.publishedDelay !== null) entry = { delayMs: run.publishedDelay, updatedAt: timeOfRun(run) };
  }
  return entry;
}

function nextDelay(entry: Entry | null, before: Run | undefined, run: Run, node: NodeBackoff): number {
  if (entry !== null && isForgotten(entry, before, run, node)) return node.initialMs;
  const unseen = entry === null ? run.attempt - (before?.attempt ?? 0) - 1 : run.attempt - (before?.attempt ?? -1) - 1;
  let delay = entry === null ? node.initialMs : Math.min(2 * entry.delayMs, node.capMs);
  for (let i = 0; i < unseen && delay < node.capMs; i++) delay = Math.min(2 * delay, node.capMs);
  return delay;
}

/** The delay of that place on the curve of a node, in ms: it doubles from 0 (the first delay) on; below that a restart is free. */
export function restartDelay({ initialMs, capMs }: NodeBackoff, level: number): number {
  return level < 0 ? 0 : Math.min(initialMs * 2 ** Math.min(level, 20), capMs);
}

/** The delay after the newest run's end, in ms, as the kubelet's rules and the runs before predict it: 0 means at once. */
export function predictDelay(ledger: Ledger, node: NodeBackoff): number {
  const run = ledger.at(-1);
  const entry = entryAfter(ledger, node);
  if (run === undefined || entry === null) return 0;
  const { finishedAt } = run;
  const { updatedAt, delayMs } = entry;
  if (finishedAt === null || updatedAt === null) return delayMs;
  if (finishedAt - updatedAt > BACKOFF_RESET_MS) return 0;
  return node.kubeletStarts.some((t) => t > updatedAt && t <= finishedAt) ? 0 : delayMs;
}

// When the back-off behind a run's end is over; null where that end has no time.
function dueAfter(run: Run, delayMs: number): DueStart | null {
  const from = run.finishedAt;
  if (from === null) return null;
  const start = timeOfRun(run) as number;
  return { at: Math.min(from + delayMs, Math.max(from, start + BACKOFF_RESET_MS)), delayMs, from };
}

function counted(due: DueStart, looks: Looks, kind: 'published' | 'estimated', now: number): NextStart {
  const timed = { ...due, ...expectationOf(due, looks) };
  return timed.lateAfter < now ? { kind: 'overdue', ...timed, was: kind } : { kind, ...timed };
}

const NOT_KNOWN: NextStart = Object.freeze({ kind: 'unknown', at: null, delayMs: null });

const IMAGE_PULL_FAILED = /^Failed to pull image /;

// The kubelet publishes ErrImagePull at the pod's next sync, 10 to 15 s after the pull that failed (docs/kubernetes-facts.md, 2).
const TOLD_AFTER_MS = 12_500;
// An event and a status within this tell of the same pull.
const SAME_PULL_MS = 25_000;
// Each pull that fails is told by a status at least. Where none came for so long, one was missed, and the next is anybody's guess.
const PULL_MISSED_MS = 60_000;

function lastFailedPull(events: readonly KubeEvent[], container: string): KubeEvent | undefined {
  let failed: KubeEvent | undefined;
  for (const e of events) {
    if (e.reason !== 'Failed' || !IMAGE_PULL_FAILED.test(e.message)) continue;
    if (e.involved.container !== '' && e.involved.container !== container) continue;
    if (failed === undefined || e.lastAt > failed.lastAt) failed = e;
  }
  return failed;
}

/**
 * When the kubelet tries an image again: 10 s doubling to 300 s from the last failed pull (image_manager.go; no delay is
 * published). Its `Failed` event tells of that; the kubelet writes 25 events about a pod and then one in five minutes, so later
 * pulls are told only by the status that turns to ErrImagePull.
 * @param errors when the status was seen to turn to ErrImagePull, epoch ms, ascending.
 */
export function nextPull(events: readonly KubeEvent[], container: string, errors: readonly number[], now: number): NextStart {
  const event = lastFailedPull(events, container);
  const untold = errors.map((at) => at - TOLD_AFTER_MS).filter((at) => event === undefined || at > event.lastAt + SAME_PULL_MS);
  const failedAt = untold.at(-1) ?? event?.lastAt;
  if (failedAt === undefined) return NOT_KNOWN;
  const failures = (event?.count ?? 0) + untold.length;
  const delayMs = Math.min(10_000 * 2 ** Math.min(failures - 1, 10), 300_000);
  if (now - failedAt > delayMs + PULL_MISSED_MS) return NOT_KNOWN;
  return counted({ at: failedAt + delayMs, delayMs, from: failedAt }, PULL_LOOKS, 'estimated', now);
}

// The back-off of pulls tells no kubelet when to look again: every version does so every 10 to 15 s (image_manager.go).
const PULL_LOOKS: Looks = { rhythm: 'steady', lastAt: null, learned: [] };

/** Reasons of a waiting state in which the kubelet pulls an image again and again, with a back-off of its own. */
export const PULL_REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'RegistryUnavailable',
  'SignatureValidationFailed',
  'ImageInspectError',
]);

/** What the next start is decided from. */
export interface BackoffFacts {
  readonly status: ContainerStatus;
  readonly ledger: Ledger;
  readonly node: NodeBackoff;
  /** Events about the pod. */
  readonly events: readonly KubeEvent[];
  /** When its status was seen to turn to ErrImagePull, epoch ms, ascending. */
  readonly pullErrors: readonly number[];
  /** Does its policy grant a restart after its last exit code, and does nobody delete the pod? */
  readonly eligible: boolean;
  /** Does its start fail for a reason that no back-off governs: config, volume, sandbox? */
  readonly failsToStart: boolean;
  /** Are all containers of its pod restarted after its end, by a rule? No back-off holds that. */
  readonly restartsAll: boolean;
  /** Its kubelet's: `v1.35.4`; '' where it is not known. */
  readonly kubeletVersion: string;
  /** Our clock minus the node's, ms. Runs, events and kubelet starts are on the node's clock, `pullErrors` and `now` on ours. */
  readonly skewMs: number;
}

/**
 * When the kubelet may start the container again (docs/kubernetes-facts.md, 1.2 to 1.6); null where no start is to come: it runs, its
 * policy grants none, or it has not been tried yet.
 */
export function nextStart(facts: BackoffFacts, now: number): NextStart | null {
  const { skewMs, pullErrors } = facts;
  if (skewMs === 0) return nextStartOnNode(facts, now);
  const next = nextStartOnNode({ ...facts, pullErrors: pullErrors.map((at) => at - skewMs) }, now - skewMs);
  if (next === null || next.at === null) return next;
  const { at, from, expectedAt, lateAfter } = next;
  return { ...next, at: at + skewMs, from: from + skewMs, expectedAt: expectedAt + skewMs, lateAfter: lateAfter + skewMs };
}

// All on the node's clock.
function nextStartOnNode(facts: BackoffFacts, now: number): NextStart | null {
  const { status, ledger, node, eligible } = facts;
  if (!eligible || status.state.type === 'running') return null;
  if (status.state.type === 'waiting') {
    if (PULL_REASONS.has(status.state.reason)) return nextPull(facts.events, status.name, facts.pullErrors, now);
    if (facts.failsToStart) return NOT_KNOWN;
  }
  const run = ledger.at(-1);
  if (run === undefined || !run.ended) return status.state.type === 'waiting' && isBackOff(status) ? NOT_KNOWN : null;
  if (facts.restartsAll) return restartOfAll(run, status, node, now);
  const published = status.state.type === 'waiting' ? publishedDelayOf(status.state.message) : null;
  const due = published === null ? estimatedAfter(run, ledger, node) : dueAfter(run, published);
  if (due === null) return NOT_KNOWN;
  return counted(
    due,
    looksAt(due, facts.events, status.name, facts.kubeletVersion, node),
    published === null ? 'estimated' : 'published',
    now,
  );
}

// All containers are ended first, within their grace period (30 s, if nothing else is said), and the init containers go first.
const OTHERS_END_WITHIN_MS = 45_000;

function restartOfAll(run: Run, { state }: ContainerStatus, { lateness }: NodeBackoff, now: number): NextStart {
  const at = run.finishedAt;
  if (at === null || (state.type === 'waiting' && state.reason === 'PodInitializing')) return NOT_KNOWN;
  const due = { at, delayMs: 0, from: at };
  const { expectedAt } = expectationOf(due, { rhythm: 'unknown', lastAt: null, learned: lateness[0] ?? NO_SAMPLES });
  const timed = { ...due, expectedAt, lateAfter: at + OTHERS_END_WITHIN_MS, byRule: true } as const;
  return timed.lateAfter < now ? { kind: 'overdue', ...timed, was: 'estimated' } : { kind: 'estimated', ...timed };
}

function estimatedAfter(run: Run, ledger: Ledger, node: NodeBackoff): DueStart | null {
  const ended = run.finishedAt;
  const forgotten = ended === null ? undefined : node.kubeletStarts.findLast((t) => t > ended);
  // A kubelet that came back has forgotten the back-off and starts everything that has ended at once.
  if (ended !== null && forgotten !== undefined) return { at: forgotten, delayMs: 0, from: ended };
  return dueAfter(run, predictDelay(ledger, node));
}

// Each look at a pod in back-off writes or counts up this event (kuberuntime_manager.go, doBackOff).
const LOOKED = /^Back-off restarting failed container/;

function looksAt(
  { at, delayMs }: DueStart,
  events: readonly KubeEvent[],
  container: string,
  version: string,
  node: NodeBackoff,
): Looks {
  let lastAt: number | null = null;
  for (const { reason, message, involved, lastAt: seenAt } of events) {
    if (reason !== 'BackOff' || involved.container !== container || !LOOKED.test(message)) continue;
    if (seenAt <= at && (lastAt === null || seenAt > lastAt)) lastAt = seenAt;
  }
  return { rhythm: rhythmOf(version), lastAt, learned: node.lateness[delayMs] ?? NO_SAMPLES };
}

const NO_SAMPLES: readonly number[] = Object.freeze([]);

/** What the start of the newest run teaches about how late its node's starts are. Runs and events are on the node's clock. */
export function learnLateness(
  node: NodeBackoff,
  ledger: Ledger,
  {
    events,
    container,
    kubeletVersion,
  }: { readonly events: readonly KubeEvent[]; readonly container: string; readonly kubeletVersion: string },
): NodeBackoff {
  const run = ledger.at(-1);
  const before = ledger.at(-2);
  if (run?.startedAt == null || before?.finishedAt == null || run.attempt !== before.attempt + 1) return node;
  if (before.stop !== null || run.followsRestartOfAll) return node;
  const { finishedAt, publishedDelay } = before;
  const { startedAt } = run;
  if (node.kubeletStarts.some((t) => t > finishedAt - TRUNCATION_MS && t <= startedAt + TRUNCATION_MS)) return node;
  const due = dueAfter(before, publishedDelay ?? predictDelay(ledger.slice(0, -1), node));
  if (due === null) return node;
  const looks = looksAt(due, events, container, kubeletVersion, node);
  const samples = learnStart(due, looks, startedAt);
  return samples === looks.learned ? node : { ...node, lateness: { ...node.lateness, [due.delayMs]: samples } };
}

function isBackOff(status: ContainerStatus): boolean {
  return status.state.type === 'waiting' && status.state.reason === 'CrashLoopBackOff';
}

/**
 * What a newly published delay teaches about the node: a shorter first delay, and a cap: where doubling the first delay does not
 * give it (1m30s behind 1m20s: KubeletConfiguration.crashLoopBackOff.maxContainerRestartPeriod), or where it came twice running
 * although the kubelet waited it out and forgot nothing in between.
 */
export function learnBackoff(node: NodeBackoff, ledger: Ledger): NodeBackoff {
  const run = ledger.at(-1);
  const delay = run?.publishedDelay;
  if (run === undefined || delay == null) return node;
  const initialMs = Math.min(node.initialMs, delay);
  const capMs =
    isOffCurve(initialMs, delay) || isCapped(node, ledger) ? Math.min(node.capMs, delay) : Math.max(node.capMs, delay);
  return initialMs === node.initialMs && capMs === node.capMs ? node : { ...node, initialMs, capMs };
}

// The first delays that the kubelet knows: 10 s, or 1 s (ReduceDefaultCrashLoopBackOffDecay, KEP-4603).
const INITIAL_MS = [10_000, 1000];

function isOffCurve(initialMs: number, delayMs: number): boolean {
  return [initialMs, ...INITIAL_MS].every((first) => !Number.isInteger(Math.log2(delayMs / first)));
}

function isCapped(node: NodeBackoff, ledger: Ledger): boolean {
  const run = ledger.at(-1);
  const before = ledger.at(-2);
  if (run === undefined || before === undefined || run.attempt !== before.attempt + 1) return false;
  if (run.publishedDelay === null || run.publishedDelay !== before.publishedDelay) return false;
  const [start, started, ended] = [timeOfRun(run), timeOfRun(before), before.finishedAt];
  if (start === null || started === null || ended === null) return false;
  const waitedItOut = start - ended + TRUNCATION_MS >= run.publishedDelay;
  return waitedItOut && start - started <= BACKOFF_RESET_MS && !node.kubeletStarts.some((t) => t > started && t <= start);
}
