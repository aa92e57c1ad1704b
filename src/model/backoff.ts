import { TRUNCATION_MS } from '../text/json.ts';
import { type Ledger, NO_WAIT_MS, publishedDelayOf, type Run, timeOfRun } from './ledger.ts';
import type { ContainerStatus } from './pod.ts';
import type { KubeEvent } from './resources.ts';
import { type DueStart, type Expectation, expectationOf, learnStart, rhythmOf, type Syncs } from './start-lateness.ts';

/**
 * When the kubelet starts a container again, in epoch ms on our clock. `at` is the earliest time,
 * `expectedAt` when it should become visible, `lateAfter` the latest usual time. `delayMs` is the
 * whole back-off, `from` its beginning. The start is due from `at` on, and `overdue` after
 * `lateAfter`. `unknown` has no times.
 */
export type NextStart =
  | (TimedStart & { readonly kind: 'published' | 'estimated' })
  | (TimedStart & {
      readonly kind: 'overdue';
      /** Did the kubelet publish the delay, or is it estimated? */
      readonly was: 'published' | 'estimated';
    })
  | { readonly kind: 'unknown'; readonly at: null; readonly delayMs: null };

/** A start whose time is known. */
export interface TimedStart extends DueStart, Expectation {
  /**
   * Does a restart rule restart all containers of the pod (KEP-5532)? Then no back-off precedes it.
   */
  readonly byRule?: true;
}

/** What is known of the back-off on one node. */
export interface NodeBackoff {
  /** The first delay of the curve, ms: 10 s, or less if a shorter one was published (KEP-4603). */
  readonly initialMs: number;
  /**
   * The longest delay, ms: 300 s, or less once a published delay was off the doubling curve or came
   * twice in a row (KEP-5593).
   */
  readonly capMs: number;
  /** When its kubelet was seen to start, epoch ms, ascending: each start clears every back-off. */
  readonly kubeletStarts: readonly number[];
  /** By delay in ms: how late the newest starts were after the expected time, ms. */
  readonly lateness: Readonly<Record<number, readonly number[]>>;
}

export const DEFAULT_NODE_BACKOFF: NodeBackoff = Object.freeze({
  initialMs: 10_000,
  capMs: 300_000,
  kubeletStarts: [],
  lateness: {},
});

/**
 * The 10-minute reset: the kubelet forgets a back-off entry this long after the last start
 * (kubelet.go, backOffPeriod x 2; flat from 1.32). A run that lasts this long is stable.
 */
export const BACKOFF_RESET_MS = 600_000;

interface BackoffEntry {
  readonly delayMs: number;
  /** About the start of the newest run: the kubelet's lastUpdate. */
  readonly updatedAt: number | null;
}

function isForgotten(entry: BackoffEntry, before: Run | undefined, run: Run, node: NodeBackoff): boolean {
  const start = timeOfRun(run);
  const updatedAt = entry.updatedAt;
  if (updatedAt === null || start === null) return false;
  if (start - updatedAt > BACKOFF_RESET_MS) return true;
  if (node.kubeletStarts.some((t) => t > updatedAt && t <= start + TRUNCATION_MS)) return true;
  const ended = before?.finishedAt;
  if (ended == null || before?.attempt !== run.attempt - 1) return false;
  // It waited less than the kubelet had published: the kubelet restarted unseen.
  const waited = start - ended;
  return before.publishedDelay !== null && waited > NO_WAIT_MS && waited + TRUNCATION_MS < before.publishedDelay;
}

// The kubelet's back-off entry when the newest run ended (doBackOff and flowcontrol.Backoff.Next,
// replayed over the runs). null without one: the next restart is immediate.
function entryAfter(ledger: Ledger, node: NodeBackoff): BackoffEntry | null {
  let entry: BackoffEntry | null = null;
  for (const [index, run] of ledger.entries()) {
    const before = ledger[index - 1];
    // After a restart of all containers, the kubelet finds no dead container to back off from.
    if (run.attempt > 0 && !run.followsRestartOfAll) {
      entry = { delayMs: nextDelay(entry, before, run, node), updatedAt: timeOfRun(run) };
    }
    if (run.publishedDelay !== null) entry = { delayMs: run.publishedDelay, updatedAt: timeOfRun(run) };
  }
  return entry;
}

function nextDelay(entry: BackoffEntry | null, before: Run | undefined, run: Run, node: NodeBackoff): number {
  if (entry !== null && isForgotten(entry, before, run, node)) return node.initialMs;
  const unseen = entry === null ? run.attempt - (before?.attempt ?? 0) - 1 : run.attempt - (before?.attempt ?? -1) - 1;
  let delay = entry === null ? node.initialMs : Math.min(2 * entry.delayMs, node.capMs);
  for (let i = 0; i < unseen && delay < node.capMs; i++) delay = Math.min(2 * delay, node.capMs);
  return delay;
}

/**
 * The delay in ms at a level of the node's curve. It doubles from level 0, the first delay, on;
 * below that a restart is immediate.
 */
export function restartDelay({ initialMs, capMs }: NodeBackoff, level: number): number {
  return level < 0 ? 0 : Math.min(initialMs * 2 ** Math.min(level, 20), capMs);
}

/**
 * Predicts the delay after the newest run's end, ms, from the kubelet's rules and earlier runs. 0
 * means an immediate restart.
 */
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

// When the back-off after a run's end is over; null if that end has no time.
function dueAfter(run: Run, delayMs: number): DueStart | null {
  const from = run.finishedAt;
  if (from === null) return null;
  const start = timeOfRun(run) as number;
  return { at: Math.min(from + delayMs, Math.max(from, start + BACKOFF_RESET_MS)), delayMs, from };
}

function withExpectation(due: DueStart, syncs: Syncs, kind: 'published' | 'estimated', now: number): NextStart {
  const timed = { ...due, ...expectationOf(due, syncs) };
  return timed.lateAfter < now ? { kind: 'overdue', ...timed, was: kind } : { kind, ...timed };
}

const UNKNOWN_START: NextStart = Object.freeze({ kind: 'unknown', at: null, delayMs: null });

const IMAGE_PULL_FAILED = /^Failed to pull image /;

// The kubelet publishes ErrImagePull at the pod's next sync, 10 to 15 s after the failed pull
// (docs/kubernetes-facts.md, 2).
const REPORTED_AFTER_MS = 12_500;
// An event and a status this close are about the same pull.
const SAME_PULL_MS = 25_000;
// A status shows each failed pull at the least. After this long without one, a pull was missed and
// the next cannot be predicted.
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
 * When the kubelet tries an image again: 10 s doubling to 300 s from the last failed pull
 * (image_manager.go; no delay is published). A `Failed` event marks the failed pull. The kubelet
 * writes 25 events about a pod, then one in five minutes: later pulls show only in the status that
 * turns to ErrImagePull.
 * @param errors when the status was seen to turn to ErrImagePull, epoch ms, ascending.
 */
export function nextPull(events: readonly KubeEvent[], container: string, errors: readonly number[], now: number): NextStart {
  const event = lastFailedPull(events, container);
  const untold = errors
    .map((at) => at - REPORTED_AFTER_MS)
    .filter((at) => event === undefined || at > event.lastAt + SAME_PULL_MS);
  const failedAt = untold.at(-1) ?? event?.lastAt;
  if (failedAt === undefined) return UNKNOWN_START;
  const failures = (event?.count ?? 0) + untold.length;
  const delayMs = Math.min(10_000 * 2 ** Math.min(failures - 1, 10), 300_000);
  if (now - failedAt > delayMs + PULL_MISSED_MS) return UNKNOWN_START;
  return withExpectation({ at: failedAt + delayMs, delayMs, from: failedAt }, PULL_SYNCS, 'estimated', now);
}

// The back-off of pulls does not schedule the next sync: every kubelet version syncs each 10 to 15
// s (image_manager.go).
const PULL_SYNCS: Syncs = { rhythm: 'steady', lastAt: null, learned: [] };

/** Waiting reasons in which the kubelet pulls an image repeatedly, with a back-off of its own. */
export const PULL_REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'RegistryUnavailable',
  'SignatureValidationFailed',
  'ImageInspectError',
]);

/** The facts that decide the next start. */
export interface BackoffFacts {
  readonly status: ContainerStatus;
  readonly ledger: Ledger;
  readonly node: NodeBackoff;
  /** Events about the pod. */
  readonly events: readonly KubeEvent[];
  /** When its status was seen to turn to ErrImagePull, epoch ms, ascending. */
  readonly pullErrors: readonly number[];
  /** Does its policy allow a restart after its last exit code, and is the pod not being deleted? */
  readonly eligible: boolean;
  /** Does it fail to start for a reason without a back-off: config, volume, sandbox? */
  readonly failsToStart: boolean;
  /** Does a rule restart all containers of its pod after its end? No back-off delays that. */
  readonly restartsAll: boolean;
  /** The kubelet's version, as `v1.35.4`; '' if unknown. */
  readonly kubeletVersion: string;
  /**
   * Our clock minus the node's, ms. Runs, events and kubelet starts use the node's clock,
   * `pullErrors` and `now` ours.
   */
  readonly skewMs: number;
}

/**
 * When the kubelet may start the container again (docs/kubernetes-facts.md, 1.2 to 1.6). null if no
 * start is to come: it runs, its policy allows none, or it has not been tried yet.
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
    if (facts.failsToStart) return UNKNOWN_START;
  }
  const run = ledger.at(-1);
  if (run === undefined || !run.ended) return status.state.type === 'waiting' && isBackOff(status) ? UNKNOWN_START : null;
  if (facts.restartsAll) return restartOfAll(run, status, node, now);
  const published = status.state.type === 'waiting' ? publishedDelayOf(status.state.message) : null;
  const due = published === null ? estimatedAfter(run, ledger, node) : dueAfter(run, published);
  if (due === null) return UNKNOWN_START;
  return withExpectation(
    due,
    syncsOf(due, facts.events, status.name, facts.kubeletVersion, node),
    published === null ? 'estimated' : 'published',
    now,
  );
}

// All containers are terminated first, within their grace period (30 s by default), and init
// containers start first.
const OTHERS_END_WITHIN_MS = 45_000;

function restartOfAll(run: Run, { state }: ContainerStatus, { lateness }: NodeBackoff, now: number): NextStart {
  const at = run.finishedAt;
  if (at === null || (state.type === 'waiting' && state.reason === 'PodInitializing')) return UNKNOWN_START;
  const due = { at, delayMs: 0, from: at };
  const { expectedAt } = expectationOf(due, { rhythm: 'unknown', lastAt: null, learned: lateness[0] ?? NO_SAMPLES });
  const timed = { ...due, expectedAt, lateAfter: at + OTHERS_END_WITHIN_MS, byRule: true } as const;
  return timed.lateAfter < now ? { kind: 'overdue', ...timed, was: 'estimated' } : { kind: 'estimated', ...timed };
}

function estimatedAfter(run: Run, ledger: Ledger, node: NodeBackoff): DueStart | null {
  const ended = run.finishedAt;
  const forgotten = ended === null ? undefined : node.kubeletStarts.findLast((t) => t > ended);
  // A restarted kubelet has forgotten the back-off, and starts everything that has ended
  // immediately.
  if (ended !== null && forgotten !== undefined) return { at: forgotten, delayMs: 0, from: ended };
  return dueAfter(run, predictDelay(ledger, node));
}

// Each sync of a pod in back-off writes this event or raises its count (kuberuntime_manager.go,
// doBackOff).
const SYNCED = /^Back-off restarting failed container/;

function syncsOf(
  { at, delayMs }: DueStart,
  events: readonly KubeEvent[],
  container: string,
  version: string,
  node: NodeBackoff,
): Syncs {
  let lastAt: number | null = null;
  for (const { reason, message, involved, lastAt: seenAt } of events) {
    if (reason !== 'BackOff' || involved.container !== container || !SYNCED.test(message)) continue;
    if (seenAt <= at && (lastAt === null || seenAt > lastAt)) lastAt = seenAt;
  }
  return { rhythm: rhythmOf(version), lastAt, learned: node.lateness[delayMs] ?? NO_SAMPLES };
}

const NO_SAMPLES: readonly number[] = Object.freeze([]);

/**
 * Learns from the newest run's start how late starts are on its node. Runs and events use the
 * node's clock.
 */
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
  const syncs = syncsOf(due, events, container, kubeletVersion, node);
  const samples = learnStart(due, syncs, startedAt);
  return samples === syncs.learned ? node : { ...node, lateness: { ...node.lateness, [due.delayMs]: samples } };
}

function isBackOff(status: ContainerStatus): boolean {
  return status.state.type === 'waiting' && status.state.reason === 'CrashLoopBackOff';
}

/**
 * Learns from a newly published delay. A shorter first delay lowers `initialMs`. The delay is the
 * cap if doubling cannot reach it (1m30s after 1m20s:
 * KubeletConfiguration.crashLoopBackOff.maxContainerRestartPeriod), or if it came twice in a row
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

// The kubelet's possible first delays: 10 s, or 1 s (ReduceDefaultCrashLoopBackOffDecay, KEP-4603).
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
