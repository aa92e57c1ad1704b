import { BACKOFF_RESET_MS, PULL_REASONS } from './backoff.ts';
import { type Ledger, neverRan, type Run, ranFor, unobservedRuns, unseenBefore } from './ledger.ts';
import { type ContainerStatus, conditionOf, mayRestart, type Pod, policyRestarts } from './pod.ts';
import type { KubeEvent } from './resources.ts';
import { RESTARTING_ALL, restartedAllUnseen } from './restart-stand-in.ts';
import { restartersOf } from './restarts-of-all.ts';
import { endedByDeletion, isLost } from './stopped-runs.ts';

/** The states of trouble of one container; their rules are in docs/trouble.md. */
export type TroubleState = 'looping' | 'holding' | 'stable' | 'restarting' | 'deleted';

/** What fails: the closed list of docs/trouble.md. */
export type TroubleKind = 'crash' | 'image' | 'config' | 'start' | 'volume' | 'sandbox' | 'scheduling';

export interface Trouble {
  readonly state: TroubleState;
  readonly kind: TroubleKind;
  /** The first end or failure of this trouble that is known, in epoch ms. */
  readonly since: number;
  /** Did it begin earlier than that, with failures that nobody saw? */
  readonly sinceIsBound: boolean;
}

const MINUTE = 60_000;
/** Ends older than this make no loop. */
export const LOOP_WINDOW_MS = 30 * MINUTE;
/** The longest wait between two runs: the cap of the back-off, and how late a start may come after it (start-lateness.ts). */
export const LONGEST_WAIT_MS = 5 * MINUTE + 48_000;
/** A stable run leaves the list at this age. */
const HIDE_STABLE_AFTER_MS = 20 * MINUTE;
/** A container of a pod that is gone leaves the list after this. */
export const SHOW_DELETED_FOR_MS = 10 * MINUTE;
const COLD_START_MS = 10 * MINUTE;
const SLOW_WINDOW_MS = 24 * 60 * MINUTE;
const SLOW_ENDS = 3;
// A restart that the kubelet owes at once and has not made for this long is a wait all the same.
const OWED_AT_ONCE_MS = 30_000;
// After a reboot it owes one to every container of the node: pods wait their turn for a sandbox.
const OWED_AFTER_LOSS_MS = 2 * MINUTE;

/** Waiting reasons that say of what kind a failing start is. Those that leave an exited instance are crashes, or `start`. */
const FAILING_START: ReadonlyMap<string, TroubleKind> = new Map([
  ...[...PULL_REASONS, 'ErrImageNeverPull', 'InvalidImageName'].map((reason): [string, TroubleKind] => [reason, 'image']),
  ['CreateContainerConfigError', 'config'],
  ['CreateContainerError', 'start'],
  ['PreCreateHookError', 'start'],
  ['PreStartHookError', 'start'],
]);

/** Reasons of events that say why no container of a pod can start: a volume, or the sandbox. */
export const BLOCKING_EVENTS: ReadonlyMap<string, TroubleKind> = new Map([
  ['FailedMount', 'volume'],
  ['FailedAttachVolume', 'volume'],
  ['FailedMapVolume', 'volume'],
  ['FailedCreatePodSandBox', 'sandbox'],
  ['NetworkNotReady', 'sandbox'],
]);

// The kubelet mounts again after at most 2 min 2 s, and waits about as long before it says so again.
const EVENT_STALE_MS = 5 * MINUTE;

/** The kind of start failure that a container's status states; null where it states none. */
export function failingStart(status: ContainerStatus | undefined): TroubleKind | null {
  if (status?.state.type !== 'waiting') return null;
  return FAILING_START.get(status.state.reason) ?? null;
}

/**
 * What keeps the whole pod from starting: no node, no volume, no sandbox; null where nothing does. Volumes and sandboxes never
 * appear in a status, only in events (docs/kubernetes-facts.md, 3.2); one event may be a passing hitch, so it takes two.
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

// Each sandbox is unready for a moment; what it says of one that is not made yet is said of a pod that waits for a volume, too.
const SANDBOX_UNREADY_MS = 60_000;

function sandboxFailure(pod: Pod, now: number, skewMs: number): { kind: TroubleKind; since: number } | null {
  const condition = conditionOf(pod, 'PodReadyToStartContainers');
  if (condition?.status !== 'False' || condition.reason !== 'PodSandboxNotReady' || condition.since === null) return null;
  if (condition.message === '' || condition.message === 'no pod sandbox exists') return null;
  const since = condition.since + skewMs;
  return now - since < SANDBOX_UNREADY_MS ? null : { kind: 'sandbox', since };
}

/**
 * Did this run end without being told to? Not where it was stopped on purpose (stopped-runs.ts); and where only the end of its
 * pod says that it is over, nobody knows. Of one that has a rule by which all containers of its pod restart, that they did says it.
 */
export function isCrash(run: Run): boolean {
  if (!run.ended || run.stop !== null) return false;
  if (run.reason === RESTARTING_ALL) return restartedAllUnseen(run);
  return !run.endIsInferred || run.exitCode !== null;
}

/** What a crash loop is decided from. */
export interface CrashFacts {
  readonly pod: Pod;
  readonly container: string;
  readonly status: ContainerStatus | undefined;
  readonly ledger: Ledger;
  /** When the deletion of the pod was asked for (epoch ms); null where nobody did. What ended since is no crash. */
  readonly deletionAskedAt: number | null;
  /** Version of the node's kubelet; '' where it is not known. */
  readonly kubeletVersion: string;
  /** When the node's kubelet last said that it starts, epoch ms on the clock of the ledger; not given where it never did. */
  readonly kubeletStartedAt?: number | undefined;
  /** Restarts that were no crashes although their runs were not seen: for an edit, or with all of its pod; 0 if not given. */
  readonly stopsUnseen?: number;
  /** When the newest arrival about its pod came, epoch ms; now if not given. */
  readonly arrivedAt?: number;
}

/** A trouble as the runs alone tell it: `since` is the first end of it that has a time (trouble-onset.ts knows more). */
export interface CrashTrouble extends Omit<Trouble, 'sinceIsBound'> {
  /** Has no end of it a time? Then `since` is only a time by which it had begun. */
  readonly isUntimed: boolean;
}

/** The trouble that a container's runs show at `now`; null where they show none. The rules are in docs/trouble.md. */
export function crashTrouble(facts: CrashFacts, now: number): CrashTrouble | null {
  // A deletion ends runs and grants no restart: judge by the moment before it.
  const askedAt = facts.deletionAskedAt;
  const asOf = askedAt === null ? now : Math.min(now, askedAt - 1);
  const runs = askedAt === null ? facts.ledger : asTheyWere(facts.ledger, asOf, askedAt);
  const newest = runs.at(-1);
  if (newest === undefined) return coldBackOff(facts, now);
  // What was ended with all of its pod begins again at once, and is judged as if it ran on.
  const isWaiting = newest.ended && newest.stop !== 'restart-all';
  const state = isWaiting ? stateWaiting(facts, runs, newest, asOf) : stateRunning(facts, runs, newest, asOf);
  if (state === null) return null;
  const first = state === 'restarting' ? slowEnds(runs, now)[0] : startOfChain(runs);
  const since = runs[first ?? -1]?.finishedAt ?? null;
  return { state, kind: kindOf(runs), since: since ?? begunBy(facts, runs, now), isUntimed: since === null };
}

// Where no end has a time: the run behind them has, or the arrival that told of them. That its pod was made tells nothing.
function begunBy({ arrivedAt }: CrashFacts, runs: Ledger, now: number): number {
  const newest = runs.at(-1);
  return (newest?.ended === false ? newest.startedAt : null) ?? arrivedAt ?? now;
}

// A waiting state may say CrashLoopBackOff of a container whose instances nobody knows any more.
function coldBackOff(facts: CrashFacts, now: number): CrashTrouble | null {
  const state = facts.status?.state;
  if (state?.type !== 'waiting' || state.reason !== 'CrashLoopBackOff') return null;
  return { state: 'looping', kind: 'crash', since: facts.arrivedAt ?? now, isUntimed: true };
}

function asTheyWere(ledger: Ledger, at: number, askedAt: number): Ledger {
  const isOver = (run: Run, after: Run | undefined) =>
    (run.finishedAt === null || run.finishedAt <= at) && !endedByDeletion(run, after, askedAt);
  return ledger
    .map((r, i) => (r.ended && !isOver(r, ledger[i + 1]) ? { ...r, ended: false, finishedAt: null, exitCode: null } : r))
    .filter((r) => (r.startedAt ?? r.finishedAt ?? 0) <= at);
}

function grantsRestart(facts: CrashFacts, run: Run): boolean {
  // Of a pod that is going, what its policy granted before counts.
  const grants = facts.deletionAskedAt === null ? mayRestart : policyRestarts;
  // That it ended is known only from what its rule does.
  if (restartedAllUnseen(run)) return facts.pod.phase !== 'Succeeded' && facts.pod.phase !== 'Failed';
  return grants(facts.pod, facts.container, run.exitCode ?? 1, facts.kubeletVersion);
}

function stateWaiting(facts: CrashFacts, runs: Ledger, newest: Run, now: number): TroubleState | null {
  if (!grantsRestart(facts, newest)) return null;
  const state = facts.status?.state;
  if (state?.type === 'waiting' && state.reason === 'CrashLoopBackOff') return 'looping';
  if (!isCrash(newest)) return null;
  if (countEnds(facts, runs, now, LOOP_WINDOW_MS) >= 2) return 'looping';
  // The first end of a run that outlived every back-off: the kubelet owes a restart at once, and makes it. One is no loop.
  const lived = ranFor(newest, now);
  const owed = lived !== null && lived >= BACKOFF_RESET_MS;
  return owed && !isOverdue(facts, newest, now) ? slowState(facts, runs, now) : 'looping';
}

// A kubelet that was away owes it from when it is back.
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
  // Judged by the window in which this run began, so that nothing leaves a list only because time passes.
  const ends = countEnds(facts, ended, start, LOOP_WINDOW_MS);
  const coldPace = paceOfRestartsOfAll(facts, runs, now);
  const hasLooped = ends >= 2 || coldPace !== null || isColdLoop(facts, runs, now);
  // One that was lost is no loop: that comes to all containers of a node.
  const isYoung = ends === 1 && diedYoung(last, now) && last !== undefined && !isLost(last);
  if (!hasLooped && !isYoung) return slowState(facts, runs, now);
  const longest = Math.max(longestRun(ended, start), coldPace ?? 0);
  const hasOutlived = age > longest + Math.max(10_000, longest * 0.25);
  if (!hasOutlived) return 'looping';
  if (!hasLooped || age >= HIDE_STABLE_AFTER_MS) return slowState(facts, runs, now);
  return age >= BACKOFF_RESET_MS ? 'stable' : 'holding';
}

// As isColdLoop, of the container whose rule restarts its pod: of its last end the API tells neither time nor code. How long its runs
// lasted on average, at most, in ms; null where it is none.
function paceOfRestartsOfAll({ pod, container }: CrashFacts, runs: Ledger, now: number): number | null {
  const [newest] = runs;
  if (runs.length > 1 || newest?.followsRestartOfAll !== true || newest.startedAt === null || newest.attempt < 2) return null;
  if (restartersOf(pod)[0]?.name !== container || now - newest.startedAt > COLD_START_MS) return null;
  return pod.createdAt === null ? 0 : Math.max(0, newest.startedAt - pod.createdAt) / newest.attempt;
}

// crashtop came late: of the runs before, the API tells one, and restartCount that there were more.
function isColdLoop({ stopsUnseen = 0 }: CrashFacts, runs: Ledger, now: number): boolean {
  const newest = runs.at(-1);
  const last = runs.at(-2);
  if (newest === undefined || last === undefined || last.finishedAt === null || !isCrash(last)) return false;
  if (newest.attempt - stopsUnseen < 2 || runs.at(-3)?.attempt === last.attempt - 1) return false;
  // What restarted it before is long ago: this end is its node's, and comes to all containers there.
  if (isLost(last) && !diedYoung(last, now)) return false;
  const until = diedYoung(last, now) ? (newest.startedAt ?? now) : now;
  return until - last.finishedAt <= COLD_START_MS;
}

// Too short a time to be stable, until `now` at most; not where that is not known.
function diedYoung(run: Run | undefined, now: number): boolean {
  const lived = run === undefined ? null : ranFor(run, now);
  return lived !== null && lived < BACKOFF_RESET_MS;
}

/** Has it lived, until `now` at most (epoch ms), too short a time to be stable, or not at all? What a loop is made of. */
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

// The crashes that are known, or must, lie in the window before `until`. Runs that nobody saw lie between the known ones beside
// them, so they count where the known end before them (or the pod's creation) lies in the window.
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
 * The ends of the last day that count towards a slow leak, as indices of their runs, oldest first: crashes that did not follow on
 * another like a loop. A loop counts once, by its first end.
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

// Must a run of ten minutes or more lie between these two, with so many between them that nobody saw?
function mustHaveHealed(run: Run, after: Run, unseen: number): boolean {
  const start = after.startedAt ?? after.finishedAt;
  if (unseen <= 0 || after.forgottenBefore > 0 || start === null || run.finishedAt === null) return false;
  return start - run.finishedAt > unseen * BACKOFF_RESET_MS + (unseen + 1) * LONGEST_WAIT_MS;
}

/**
 * The index of the run with which the chain of crashes that reaches up to `last` (the newest if not given) began: a run that was
 * listed no longer when it ended begins a new one, and so does one before which a stable run must lie that nobody saw; -1 where
 * there is none.
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
 * Does the container have an end in the window before `now` that was a crash, and does its policy grant a restart after it? One that
 * was lost tells of its node, not of its workload.
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
