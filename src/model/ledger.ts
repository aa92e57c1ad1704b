import type { ContainerStatus, Termination } from './pod.ts';
import { followsRestartOfAll, isStandIn, RESTARTING_ALL } from './restart-stand-in.ts';

/**
 * One run of a container: the life of one instance, from its start to its end. Times in epoch ms,
 * whole seconds as the API truncates them; null if the API stated none.
 */
export interface Run {
  /** The instance's ID (`containerd://…`); '' if no arrival stated one. */
  readonly containerID: string;
  /** Counted from 0, as by the kubelet. */
  readonly attempt: number;
  /**
   * Was `attempt` stated for the then current instance (its restartCount), or derived from the one
   * after it?
   */
  readonly attemptIsStated: boolean;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Has it ended? True also for an end without a time. */
  readonly ended: boolean;
  /** null while it runs, and if only its ID is known. */
  readonly exitCode: number | null;
  readonly reason: string;
  readonly message: string;
  /** The image that it ran; '' if it was never seen as the current instance. */
  readonly image: string;
  /** The back-off that the kubelet published after its end, ms; null if none was seen. */
  readonly publishedDelay: number | null;
  /** How many known runs right before it are no longer kept in memory (forgotten-runs.ts). */
  readonly forgottenBefore: number;
  /**
   * Why it was stopped, so that its end is not a crash (stopped-runs.ts); null if it was not, as
   * far as is known.
   */
  readonly stop: Stop | null;
  /**
   * Is `finishedAt` only the latest possible time? True if the API stated no time of the end, and
   * its pod is gone or all of the pod's containers were restarted.
   */
  readonly endIsInferred: boolean;
  /**
   * Did it begin because a rule restarted all containers of its pod (restarts-of-all.ts)? No
   * back-off precedes that.
   */
  readonly followsRestartOfAll: boolean;
}

/**
 * Why a run was stopped on purpose: its pod was deleted; its resources or image were edited and it
 * starts again with the new ones; it is a sidecar whose app containers are done; its node was
 * rebooted; another container's rule restarts the whole pod.
 */
export type Stop = 'deletion' | 'resize' | 'edit' | 'pod-done' | 'reboot' | 'restart-all';

/** The known runs of one container, oldest first, the running one last. Never changed in place. */
export type Ledger = readonly Run[];

export const EMPTY_LEDGER: Ledger = Object.freeze([]);

// Old kubelets (1.14) wrote "Back-off".
const BACK_OFF = /^[Bb]ack-off (\S{1,40}) restarting failed container=/;
const GO_DURATION = /(\d{1,10}(?:\.\d{1,10})?)(h|ms|m|s)/gy;
const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Parses a Go duration ("2m40s") into ms; null if it is not one. */
export function parseGoDuration(text: string): number | null {
  let total = 0;
  let matched = 0;
  for (const [whole, amount, unit] of text.matchAll(GO_DURATION)) {
    total += Number(amount) * (UNIT_MS[unit as string] as number);
    matched += whole.length;
  }
  return matched === text.length && matched > 0 ? Math.round(total) : null;
}

/**
 * The whole back-off that a waiting message publishes, ms: "back-off 2m40s restarting failed
 * container=…" (kuberuntime_manager.go, doBackOff); null if it publishes none.
 */
export function publishedDelayOf(message: string): number | null {
  const delay = BACK_OFF.exec(message)?.[1];
  return delay === undefined ? null : parseGoDuration(delay);
}

/**
 * The runs that a container status mentions: the current instance, with attempt = restartCount, and
 * the one of lastState. With equal IDs, as in every waiting state, both are the current instance;
 * else lastState is the one before.
 */
export function runsMentioned(status: ContainerStatus): Run[] {
  const { state, containerID, restartCount } = status;
  if (state.type === 'waiting' && state.reason === RESTARTING_ALL) return runRemoved(containerID, Math.max(0, restartCount - 1));
  if (state.type === 'terminated' && isStandIn(state)) return runRemoved(containerID || state.containerID, restartCount);
  const last = status.last === null || isStandIn(status.last) ? null : status.last;
  const lastIsCurrent = last !== null && last.containerID === containerID && state.type !== 'running';
  const runs: Run[] = [];
  if (last !== null && !lastIsCurrent) {
    // A kubelet that lost count restates restartCount 0 with a lastState: the run before is still a
    // run.
    runs.push(endedRun(last, Math.max(0, restartCount - 1), false));
  }
  const current = {
    ...{ attempt: restartCount, attemptIsStated: true, image: status.image },
    followsRestartOfAll: followsRestartOfAll(status),
  };
  if (state.type === 'terminated') {
    runs.push({ ...endedRun(state, restartCount, true), ...current, containerID: state.containerID || containerID });
  } else if (state.type === 'running') {
    runs.push({ ...NOT_ENDED, ...current, containerID, startedAt: state.startedAt });
  } else if (lastIsCurrent && (containerID !== '' || last.finishedAt !== null)) {
    runs.push({ ...endedRun(last, restartCount, true), ...current, publishedDelay: publishedDelayOf(state.message) });
  } else if (containerID !== '') {
    // The API names the instance but not its end: lastState can vanish when the dead instance is
    // removed.
    runs.push({ ...NOT_ENDED, ...current, containerID, ended: true, publishedDelay: publishedDelayOf(state.message) });
  }
  return runs;
}

// The remaining ID is that of an instance that had ended before it was removed.
function runRemoved(containerID: string, attempt: number): Run[] {
  if (containerID === '') return [];
  return [{ ...NOT_ENDED, containerID, attempt, attemptIsStated: false, image: '', ended: true, reason: RESTARTING_ALL }];
}

const NOT_ENDED = {
  startedAt: null,
  finishedAt: null,
  ended: false,
  exitCode: null,
  reason: '',
  message: '',
  publishedDelay: null,
  forgottenBefore: 0,
  stop: null,
  endIsInferred: false,
  followsRestartOfAll: false,
} as const;

function endedRun(end: Termination, attempt: number, attemptIsStated: boolean): Run {
  return {
    ...NOT_ENDED,
    containerID: end.containerID,
    attempt,
    attemptIsStated,
    startedAt: end.startedAt,
    finishedAt: end.finishedAt,
    ended: true,
    exitCode: end.exitCode,
    reason: end.reason,
    message: end.message,
    image: '',
  };
}

function isSameRun(a: Run, b: Run): boolean {
  if (a.containerID !== '' && b.containerID !== '') return a.containerID === b.containerID;
  return a.containerID === b.containerID && a.attempt === b.attempt;
}

// All functions below are commutative and idempotent: the ledger is a union, in whatever order its
// parts arrive.
function mergeRuns(a: Run, b: Run): Run {
  // The end states more than the start; two ends of one run differ only if one states less.
  const [known, other] = statesMore(a, b) ? [a, b] : [b, a];
  // A time that the API states wins over an inferred one.
  const timed = known.finishedAt === null || (known.endIsInferred && other.finishedAt !== null) ? other : known;
  const stated = a.attemptIsStated === b.attemptIsStated ? (a.attempt > b.attempt ? a : b) : a.attemptIsStated ? a : b;
  const merged: Run = {
    containerID: known.containerID,
    attempt: stated.attempt,
    attemptIsStated: stated.attemptIsStated,
    startedAt: known.startedAt ?? other.startedAt,
    finishedAt: timed.finishedAt,
    ended: known.ended || other.ended,
    exitCode: known.exitCode ?? other.exitCode,
    reason: known.reason || other.reason,
    message: known.message || other.message,
    image: a.image > b.image ? a.image : b.image,
    publishedDelay: maxOf(a.publishedDelay, b.publishedDelay),
    forgottenBefore: Math.max(a.forgottenBefore, b.forgottenBefore),
    stop: a.stop === null || (b.stop !== null && b.stop > a.stop) ? b.stop : a.stop,
    endIsInferred: timed.endIsInferred,
    followsRestartOfAll: a.followsRestartOfAll || b.followsRestartOfAll,
  };
  return sameFacts(merged, a) ? a : merged;
}

// Most arrivals repeat what is known: merging those would cost more than all other work on them.
function saysNothingNew(run: Run, known: Run): boolean {
  return (
    run.attempt === known.attempt &&
    (known.attemptIsStated || !run.attemptIsStated) &&
    (run.startedAt === null || run.startedAt === known.startedAt) &&
    (run.finishedAt === null || (run.finishedAt === known.finishedAt && !known.endIsInferred)) &&
    (known.ended || !run.ended) &&
    (run.exitCode === null || run.exitCode === known.exitCode) &&
    (run.reason === '' || run.reason === known.reason) &&
    (run.message === '' || run.message === known.message) &&
    (run.image === '' || run.image === known.image) &&
    (run.publishedDelay === null || run.publishedDelay === known.publishedDelay) &&
    (run.stop === null || run.stop === known.stop) &&
    (known.followsRestartOfAll || !run.followsRestartOfAll)
  );
}

function maxOf(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

function statesMore(a: Run, b: Run): boolean {
  const weight = (r: Run) =>
    (r.finishedAt !== null && !r.endIsInferred ? 8 : 0) +
    (r.exitCode !== null ? 4 : 0) +
    (r.ended ? 2 : 0) +
    (r.message !== '' ? 1 : 0);
  const difference = weight(a) - weight(b);
  return difference !== 0 ? difference > 0 : JSON.stringify(a) >= JSON.stringify(b);
}

function sameFacts(a: Run, b: Run): boolean {
  return (
    a.containerID === b.containerID &&
    a.attempt === b.attempt &&
    a.attemptIsStated === b.attemptIsStated &&
    a.startedAt === b.startedAt &&
    a.finishedAt === b.finishedAt &&
    a.ended === b.ended &&
    a.exitCode === b.exitCode &&
    a.reason === b.reason &&
    a.message === b.message &&
    a.image === b.image &&
    a.publishedDelay === b.publishedDelay &&
    a.forgottenBefore === b.forgottenBefore &&
    a.stop === b.stop &&
    a.endIsInferred === b.endIsInferred &&
    a.followsRestartOfAll === b.followsRestartOfAll
  );
}

/**
 * When it began, epoch ms. A failed start has only an end in the API, which is when it began. null
 * if neither is known.
 */
export function timeOfRun(run: Run): number | null {
  return run.startedAt ?? run.finishedAt;
}

/** The newest time that it states, epoch ms; null if it states none. */
export function newestTimeOf(run: Run): number | null {
  return run.finishedAt ?? run.startedAt;
}

function byName(a: Run, b: Run): number {
  return a.attempt - b.attempt || (a.containerID < b.containerID ? -1 : 1);
}

function byTime(a: Run, b: Run): number {
  return (timeOfRun(a) as number) - (timeOfRun(b) as number) || byName(a, b);
}

// Sorts by time; a run without times comes after the last one whose attempt is not above its own.
function inOrder(runs: readonly Run[]): Run[] {
  const timed = runs.filter((r) => timeOfRun(r) !== null).sort(byTime);
  const untimed = runs.filter((r) => timeOfRun(r) === null).sort(byName);
  for (const run of untimed) {
    const behind = timed.findLastIndex((r) => r.attempt <= run.attempt);
    timed.splice(behind + 1, 0, run);
  }
  // Filtered and grown arrays reserve room for a dozen more, and there is one per container.
  return timed.slice();
}

// Nearly every new run comes last, and an end moves nothing: sorting a long ledger each time would
// cost more than all else.
function comesLast(ledger: Ledger, run: Run): boolean {
  if (timeOfRun(run) === null) return false;
  const last = ledger.at(-1);
  if (last === undefined) return true;
  if (timeOfRun(last) === null || byTime(last, run) > 0) return false;
  return ledger.every((r) => timeOfRun(r) !== null || r.attempt < run.attempt);
}

function staysInPlace(known: Run, merged: Run): boolean {
  const time = timeOfRun(known);
  return time !== null && time === timeOfRun(merged) && known.attempt === merged.attempt;
}

/** Adds these runs to the ledger; returns the same array if they add nothing new. */
export function addRuns(ledger: Ledger, mentioned: readonly Run[]): Ledger {
  let next = ledger;
  let isSorted = true;
  for (const run of mentioned) {
    const index = next.findLastIndex((r) => isSameRun(r, run));
    if (index < 0) {
      isSorted &&= comesLast(next, run);
      next = next.concat(run);
      continue;
    }
    const known = next[index] as Run;
    if (saysNothingNew(run, known)) continue;
    const merged = mergeRuns(known, run);
    if (merged === known) continue;
    isSorted &&= staysInPlace(known, merged);
    next = next.with(index, merged);
  }
  return isSorted ? next : inOrder(next);
}

/** The attempt of the newest instance; -1 before one exists. */
export function newestAttempt(ledger: Ledger, status: ContainerStatus | undefined): number {
  const newest = ledger.at(-1)?.attempt;
  const counted = status !== undefined && status.restartCount > 0 ? status.restartCount : -1;
  return newest ?? counted;
}

/** The number of known runs: those kept, and those dropped from memory. */
export function knownRuns(ledger: Ledger): number {
  return ledger.reduce((count, run) => count + 1 + run.forgottenBefore, 0);
}

/** The number of runs that restartCount implies beyond the known ones. */
export function unobservedRuns(ledger: Ledger, status: ContainerStatus | undefined): number {
  return Math.max(0, newestAttempt(ledger, status) + 1 - knownRuns(ledger));
}

/**
 * The number of unseen runs between this one and the one before it, by their attempts; negative if
 * the count was reset.
 */
export function unseenBefore(ledger: Ledger, index: number): number {
  const run = ledger[index];
  return run === undefined ? 0 : run.attempt - (ledger[index - 1]?.attempt ?? -1) - 1 - run.forgottenBefore;
}

/** Did it end without having run? A failed start has an end and no beginning in the API. */
export function neverRan(run: Run): boolean {
  return run.startedAt === null && run.finishedAt !== null;
}

/** How long a run lasted, at most until `now`, ms; null if its start or end is unknown. */
export function ranFor(run: Run, now: number): number | null {
  if (run.startedAt === null) return null;
  if (run.finishedAt !== null) return Math.max(0, run.finishedAt - run.startedAt);
  return run.ended ? null : Math.max(0, now - run.startedAt);
}

/**
 * A run that starts this soon (ms) after the end of the one before did not wait: the kubelet kills
 * and starts in one sync, and times are whole seconds.
 */
export const NO_WAIT_MS = 3000;

/**
 * From the end of the run before to the start of this one, ms; null for the first known run, and
 * after an unseen one.
 */
export function waitedFor(ledger: Ledger, index: number): number | null {
  const run = ledger[index];
  const before = ledger[index - 1];
  if (run === undefined || before === undefined || run.attempt !== before.attempt + 1) return null;
  if (run.startedAt === null || before.finishedAt === null) return null;
  return Math.max(0, run.startedAt - before.finishedAt);
}
