import { BACKOFF_RESET_MS, PULL_REASONS } from './backoff.ts';
import { type Ledger, neverRan, type Run, ranFor, unobservedRuns, unseenBefore } from './ledger.ts';
import { type ContainerStatus, conditionOf, mayRestart, type Pod, policyRestarts } from './pod.ts';
import type { KubeEvent } from './resources.ts';
import { RESTARTING_ALL, restartedAllUnseen } from './restart-stand-in.ts';
import { restartersOf } from './restarts-of-all.ts';
import { endedByDeletion, isLost } from './stopped-runs.ts';

/** The states of trouble of one container; docs/trouble.md has the rules. */
export type TroubleState = 'looping' | 'holding' | 'stable' | 'restarting' | 'deleted';

/** What fails: the closed list of docs/trouble.md. */
export type TroubleKind = 'crash' | 'image' | 'config' | 'start' | 'volume' | 'sandbox' | 'scheduling';

export interface Trouble {
  readonly state: TroubleState;
  readonly kind: TroubleKind;
  /** The first known end or failure of this trouble, epoch ms. */
  readonly since: number;
  /** Did it start earlier, with failures that were not seen? */
  readonly sinceIsBound: boolean;
}

const MINUTE = 60_000;
/** Older ends do not make a loop. */
export const LOOP_WINDOW_MS = 30 * MINUTE;
/**
 * The longest wait between two runs: the cap of the back-off, and the maximum lateness of a start
 * (start-lateness.ts).
 */
export const MAX_WAIT_MS = 5 * MINUTE + 48_000;
/** A stable run leaves the list at this age. */
const HIDE_STABLE_AFTER_MS = 20 * MINUTE;
/** A container of a gone pod leaves the list after this time. */
export const SHOW_DELETED_FOR_MS = 10 * MINUTE;
const COLD_START_MS = 10 * MINUTE;
/** So many ends within that long are a slow leak. */
export const SLOW_WINDOW_MS = 24 * 60 * MINUTE;
export const SLOW_ENDS = 3;
// An immediate restart that has not happened for this long is a wait after all.
const OWED_AT_ONCE_MS = 30_000;
// After a reboot every container of the node is due for one: pods queue for a sandbox.
const OWED_AFTER_LOSS_MS = 2 * MINUTE;

/**
 * Waiting reasons that name the kind of a failing start. Reasons that leave an exited instance are
 * crashes, or `start`.
 */
const FAILING_START: ReadonlyMap<string, TroubleKind> = new Map([
  ...[...PULL_REASONS, 'ErrImageNeverPull', 'InvalidImageName'].map((reason): [string, TroubleKind] => [reason, 'image']),
  ['CreateContainerConfigError', 'config'],
  ['CreateContainerError', 'start'],
  ['PreCreateHookError', 'start'],
  ['PreStartHookError', 'start'],
]);

/** Event reasons that explain why no container of a pod can start: a volume, or the sandbox. */
export const BLOCKING_EVENTS: ReadonlyMap<string, TroubleKind> = new Map([
  ['FailedMount', 'volume'],
  ['FailedAttachVolume', 'volume'],
  ['FailedMapVolume', 'volume'],
  ['FailedCreatePodSandBox', 'sandbox'],
  ['NetworkNotReady', 'sandbox'],
]);

// The kubelet retries a mount after at most 2 min 2 s, and waits about as long before it reports
// again.
const EVENT_STALE_MS = 5 * MINUTE;

/** The kind of start failure in a container's status; null if there is none. */
export function failingStart(status: ContainerStatus | undefined): TroubleKind | null {
  if (status?.state.type !== 'waiting') return null;
  return FAILING_START.get(status.state.reason) ?? null;
}

/**
 * What keeps the whole pod from starting: no node, no volume, no sandbox; null if nothing does.
 * Volumes and sandboxes appear in events only, never in a status (docs/kubernetes-facts.md, 3.2);
 * one event may be transient, so it takes two.
 * @param skewMs our clock minus the node's, whose kubelet wrote the events.
 * @returns the kind and when it was first known, epoch ms on our clock.
 */
export function podStartFailure(
  pod: Pod,
  events: readonly KubeEvent[],
  now: number,
  skewMs = 0,
): { kind: TroubleKind; since: number } | null {
  if (pod.phase !== 'Pending' || pod.deletionAt !== null) return null;
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False') {
    if (scheduled.reason !== 'Unschedulable') return null;
    return { kind: 'scheduling', since: scheduled.since ?? pod.createdAt ?? now };
  }
  if (pod.containers.some((c) => c.containerID !== '')) return null;
  const failures = events.filter((e) => BLOCKING_EVENTS.has(e.reason));
  const newest = failures.at(-1);
  if (newest === undefined) return sandboxFailure(pod, now, skewMs);
  if (now - skewMs - Math.max(...failures.map((e) => e.lastAt)) > EVENT_STALE_MS) return null;
  if (failures.reduce((sum, e) => sum + e.count, 0) < 2) return null;
  return { kind: BLOCKING_EVENTS.get(newest.reason) as TroubleKind, since: Math.min(...failures.map((e) => e.firstAt)) + skewMs };
}

// Each sandbox is unready for a moment; and a pod that waits for a volume also reports that its
// sandbox does not exist yet.
const SANDBOX_UNREADY_MS = 60_000;

function sandboxFailure(pod: Pod, now: number, skewMs: number): { kind: TroubleKind; since: number } | null {
  const condition = conditionOf(pod, 'PodReadyToStartContainers');
  if (condition?.status !== 'False' || condition.reason !== 'PodSandboxNotReady' || condition.since === null) return null;
  if (condition.message === '' || condition.message === 'no pod sandbox exists') return null;
  const since = condition.since + skewMs;
  return now - since < SANDBOX_UNREADY_MS ? null : { kind: 'sandbox', since };
}

/**
 * Did this run end without being told to? Not if it was stopped on purpose (stopped-runs.ts).
 * Unknown, and so no crash, if only the end of its pod shows that it is over. A container whose
 * rule restarts all containers of its pod crashed if they were restarted.
 */
export function isCrash(run: Run): boolean {
  if (!run.ended || run.stop !== null) return false;
  if (run.reason === RESTARTING_ALL) return restartedAllUnseen(run);
  return !run.endIsInferred || run.exitCode !== null;
}

/** The facts that decide a crash loop. */
export interface CrashFacts {
  readonly pod: Pod;
  readonly container: string;
  readonly status: ContainerStatus | undefined;
  readonly ledger: Ledger;
  /**
   * When the deletion of the pod was requested, epoch ms; null if it was not. Later ends are not
   * crashes.
   */
  readonly deletionAskedAt: number | null;
  /** The version of the node's kubelet; '' if unknown. */
  readonly kubeletVersion: string;
  /**
   * When the node's kubelet last reported its start, epoch ms on the clock of the ledger; not given
   * if it never did.
   */
  readonly kubeletStartedAt?: number | undefined;
  /** Unseen restarts that were not crashes: for an edit, or with the whole pod; 0 if not given. */
  readonly stopsUnseen?: number;
  /** When the newest arrival about its pod came, epoch ms; now if not given. */
  readonly arrivedAt?: number;
}

/**
 * A trouble as the runs alone show it: `since` is its first end with a time (trouble-onset.ts knows
 * more).
 */
export interface CrashTrouble extends Omit<Trouble, 'sinceIsBound'> {
  /** Does none of its ends have a time? Then `since` is only a time by which it had started. */
  readonly isUntimed: boolean;
}

/**
 * The trouble that a container's runs show at `now`; null if they show none. docs/trouble.md has
 * the rules.
 */
export function crashTrouble(facts: CrashFacts, now: number): CrashTrouble | null {
  // A deletion ends runs and allows no restart: judge by the moment before it.
  const askedAt = facts.deletionAskedAt;
  const asOf = askedAt === null ? now : Math.min(now, askedAt - 1);
  const runs = askedAt === null ? facts.ledger : runsBeforeDeletion(facts.ledger, asOf, askedAt);
  const newest = runs.at(-1);
  if (newest === undefined) return coldBackOff(facts, now);
  // A run that ended with its whole pod restarts immediately: judge it as if it were still running.
  const isWaiting = newest.ended && newest.stop !== 'restart-all';
  const state = isWaiting ? stateWaiting(facts, runs, newest, asOf) : stateRunning(facts, runs, newest, asOf);
  if (state === null) return null;
  const first = state === 'restarting' ? slowEnds(runs, now)[0] : startOfChain(runs);
  const since = runs[first ?? -1]?.finishedAt ?? null;
  return { state, kind: kindOf(runs), since: since ?? begunBy(facts, runs, now), isUntimed: since === null };
}

// No end has a time: use the start of the run after them, or the arrival that reported them. The
// pod's creation proves nothing.
function begunBy({ arrivedAt }: CrashFacts, runs: Ledger, now: number): number {
  const newest = runs.at(-1);
  return (newest?.ended === false ? newest.startedAt : null) ?? arrivedAt ?? now;
}

// A waiting state may say CrashLoopBackOff of a container whose instances are all unknown.
function coldBackOff(facts: CrashFacts, now: number): CrashTrouble | null {
  const state = facts.status?.state;
  if (state?.type !== 'waiting' || state.reason !== 'CrashLoopBackOff') return null;
  return { state: 'looping', kind: 'crash', since: facts.arrivedAt ?? now, isUntimed: true };
}

function runsBeforeDeletion(ledger: Ledger, at: number, askedAt: number): Ledger {
  const isOver = (run: Run, after: Run | undefined) =>
    (run.finishedAt === null || run.finishedAt <= at) && !endedByDeletion(run, after, askedAt);
  return ledger
    .map((r, i) => (r.ended && !isOver(r, ledger[i + 1]) ? { ...r, ended: false, finishedAt: null, exitCode: null } : r))
    .filter((r) => (r.startedAt ?? r.finishedAt ?? 0) <= at);
}

function grantsRestart(facts: CrashFacts, run: Run): boolean {
  // For a pod being deleted, the policy before the deletion counts.
  const grants = facts.deletionAskedAt === null ? mayRestart : policyRestarts;
  // Its end is known only by the effect of its rule.
  if (restartedAllUnseen(run)) return facts.pod.phase !== 'Succeeded' && facts.pod.phase !== 'Failed';
  return grants(facts.pod, facts.container, run.exitCode ?? 1, facts.kubeletVersion);
}

function stateWaiting(facts: CrashFacts, runs: Ledger, newest: Run, now: number): TroubleState | null {
  if (!grantsRestart(facts, newest)) return null;
  const state = facts.status?.state;
  if (state?.type === 'waiting' && state.reason === 'CrashLoopBackOff') return 'looping';
  if (!isCrash(newest)) return null;
  if (countEnds(facts, runs, now, LOOP_WINDOW_MS) >= 2) return 'looping';
  // The first end of a run that outlived every back-off: the kubelet owes an immediate restart, and
  // makes it. One end is no loop.
  const lived = ranFor(newest, now);
  const owed = lived !== null && lived >= BACKOFF_RESET_MS;
  return owed && !isOverdue(facts, newest, now) ? slowState(facts, runs, now) : 'looping';
}

// A kubelet that was away owes it from its return on.
function isOverdue({ kubeletStartedAt = 0 }: CrashFacts, newest: Run, now: number): boolean {
  const endedAt = newest.finishedAt ?? now;
  const wasAway = isLost(newest) || kubeletStartedAt > endedAt;
  return now - Math.max(endedAt, kubeletStartedAt) >= (wasAway ? OWED_AFTER_LOSS_MS : OWED_AT_ONCE_MS);
}

function stateRunning(facts: CrashFacts, runs: Ledger, newest: Run, now: number): TroubleState | null {
  const start = newest.startedAt ?? now;
  const age = now - start;
  const ended = runs.slice(0, -1);
  const last = ended.at(-1);
  // Judge by the window before this run began: nothing may leave a list just because time passes.
  const ends = countEnds(facts, ended, start, LOOP_WINDOW_MS);
  const coldPace = paceOfRestartsOfAll(facts, runs, now);
  const hasLooped = ends >= 2 || coldPace !== null || isColdLoop(facts, runs, now);
  // A lost container is no loop: that happens to all containers of a node.
  const isYoung = ends === 1 && diedYoung(last, now) && last !== undefined && !isLost(last);
  if (!hasLooped && !isYoung) return slowState(facts, runs, now);
  const longest = Math.max(longestRun(ended, start), coldPace ?? 0);
  const hasOutlived = age > longest + Math.max(10_000, longest * 0.25);
  if (!hasOutlived) return 'looping';
  if (!hasLooped || age >= HIDE_STABLE_AFTER_MS) return slowState(facts, runs, now);
  return age >= BACKOFF_RESET_MS ? 'stable' : 'holding';
}

// As isColdLoop, for the container whose rule restarts its pod: the API states neither time nor
// code of its last end. Returns the maximum average duration of its runs, ms; null if it does not
// loop.
function paceOfRestartsOfAll({ pod, container }: CrashFacts, runs: Ledger, now: number): number | null {
  const [newest] = runs;
  if (runs.length > 1 || newest?.followsRestartOfAll !== true || newest.startedAt === null || newest.attempt < 2) return null;
  if (restartersOf(pod)[0]?.name !== container || now - newest.startedAt > COLD_START_MS) return null;
  return pod.createdAt === null ? 0 : Math.max(0, newest.startedAt - pod.createdAt) / newest.attempt;
}

// crashtop came late: the API states one earlier run, and restartCount shows that there were more.
function isColdLoop({ stopsUnseen = 0 }: CrashFacts, runs: Ledger, now: number): boolean {
  const newest = runs.at(-1);
  const last = runs.at(-2);
  if (newest === undefined || last === undefined || last.finishedAt === null || !isCrash(last)) return false;
  if (newest.attempt - stopsUnseen < 2 || runs.at(-3)?.attempt === last.attempt - 1) return false;
  // Its earlier restarts are long ago: this end is its node's, and happens to all containers there.
  if (isLost(last) && !diedYoung(last, now)) return false;
  const until = diedYoung(last, now) ? (newest.startedAt ?? now) : now;
  return until - last.finishedAt <= COLD_START_MS;
}

// Too short-lived to be stable, at most until `now`; false if unknown.
function diedYoung(run: Run | undefined, now: number): boolean {
  const lived = run === undefined ? null : ranFor(run, now);
  return lived !== null && lived < BACKOFF_RESET_MS;
}

/**
 * Was it too short-lived to be stable, at most until `now` (epoch ms), or did it never run? A loop
 * consists of these.
 */
export function isShort(run: Run, now: number): boolean {
  return diedYoung(run, now) || neverRan(run);
}

function longestRun(ended: Ledger, until: number): number {
  let longest = 0;
  for (const run of ended) {
    if (run.finishedAt === null || run.finishedAt <= until - LOOP_WINDOW_MS) continue;
    longest = Math.max(longest, ranFor(run, until) ?? 0);
  }
  return longest;
}

// The crashes that are known to lie in the window before `until`, or must. Unseen runs lie between
// their known neighbours: they count if the known end before them (or the pod's creation) is in the
// window.
function countEnds(facts: CrashFacts, runs: Ledger, until: number, windowMs: number): number {
  const from = until - windowMs;
  let count = 0;
  let unseenInWindow = 0;
  for (const [index, run] of runs.entries()) {
    if (run.finishedAt !== null && run.finishedAt > from && isCrash(run)) count++;
    const before = runs[index - 1];
    const unseen = unseenBefore(runs, index);
    const since = before === undefined ? facts.pod.createdAt : before.finishedAt;
    if (unseen > 0 && since !== null && since > from) unseenInWindow += unseen;
  }
  return count + Math.max(0, unseenInWindow - (facts.stopsUnseen ?? 0));
}

/**
 * The ends of the last day that count towards a slow leak, as indices of their runs, oldest first:
 * crashes that did not follow another one as in a loop. A loop counts once, by its first end.
 */
export function slowEnds(runs: Ledger, now: number): readonly number[] {
  const from = now - SLOW_WINDOW_MS;
  const ends: number[] = [];
  let inLoop = false;
  for (const [index, run] of runs.entries()) {
    const isYoung = isShort(run, now);
    if (run.finishedAt !== null && run.finishedAt > from && isCrash(run) && !(isYoung && inLoop)) ends.push(index);
    inLoop = isYoung;
  }
  return ends;
}

// A slow leak: three such ends or more in a day.
function slowState(facts: CrashFacts, runs: Ledger, now: number): TroubleState | null {
  if (facts.pod.phase === 'Succeeded' || facts.pod.phase === 'Failed') return null;
  let count = slowEnds(runs, now).length;
  const oldest = runs.find((r) => r.ended);
  const createdAt = facts.pod.createdAt;
  if (oldest !== undefined && createdAt !== null && createdAt > now - SLOW_WINDOW_MS && !diedYoung(oldest, now)) {
    count += Math.max(0, unobservedRuns(runs, facts.status) - (facts.stopsUnseen ?? 0));
  }
  return count >= SLOW_ENDS ? 'restarting' : null;
}

function kindOf(runs: Ledger): TroubleKind {
  const last = runs.findLast((r) => r.ended);
  return last?.exitCode === 128 || last?.reason === 'StartError' || last?.reason === 'ContainerCannotRun' ? 'start' : 'crash';
}

// Must a run of ten minutes or more lie between these two, given the number of unseen runs between
// them?
function mustHaveHealed(run: Run, after: Run, unseen: number): boolean {
  const start = after.startedAt ?? after.finishedAt;
  if (unseen <= 0 || after.forgottenBefore > 0 || start === null || run.finishedAt === null) return false;
  return start - run.finishedAt > unseen * BACKOFF_RESET_MS + (unseen + 1) * MAX_WAIT_MS;
}

/**
 * The index of the run that began the chain of crashes up to `last` (the newest if not given); -1
 * if there is none. A run that had left the list when it ended begins a new chain; so does one that
 * an unseen stable run must precede.
 */
export function startOfChain(runs: Ledger, last = runs.length - 1): number {
  let first = -1;
  for (let i = last; i >= 0; i--) {
    const run = runs[i] as Run;
    if (first === i + 1 && mustHaveHealed(run, runs[first] as Run, unseenBefore(runs, first))) break;
    if (run.finishedAt === null || !isCrash(run)) continue;
    first = i;
    if ((ranFor(run, run.finishedAt) ?? 0) >= HIDE_STABLE_AFTER_MS) break;
  }
  return first;
}

/**
 * Did the container crash in the window before `now`, and does its policy restart it after that? A
 * lost container says something about its node, not about its workload.
 */
export function hasRecentCrash(facts: CrashFacts, now: number): boolean {
  if (facts.deletionAskedAt !== null) return false;
  const last = facts.ledger.findLast((r) => r.ended);
  if (last === undefined || !grantsRestart(facts, last)) return false;
  return facts.ledger.some(
    (run) =>
      run.finishedAt !== null && run.finishedAt > now - LOOP_WINDOW_MS && run.exitCode !== 0 && isCrash(run) && !isLost(run),
  );
}
