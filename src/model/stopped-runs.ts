import { AT_ONCE_MS, type Ledger, neverRan, type Run, type Stop } from './ledger.ts';
import { namedIn } from './named.ts';
import { type ContainerStatus, type Pod, policyRestarts } from './pod.ts';
import type { KubeEvent } from './resources.ts';

/** What tells which runs of one container were stopped on purpose. Times are those of its node's clock. */
export interface StopFacts {
  readonly pod: Pod;
  readonly container: string;
  /** Its status as the arrival before told it; undefined for the first. */
  readonly before: ContainerStatus | undefined;
  readonly status: ContainerStatus | undefined;
  /** Events about the pod, oldest first. */
  readonly events: readonly KubeEvent[];
  /** Events of its node that tell of a reboot. */
  readonly reboots: readonly KubeEvent[];
  /** When the deletion of the pod was asked for, epoch ms; null while nobody did. */
  readonly deletionAskedAt: number | null;
}

/**
 * Clocks of a node and of the API server that agree may still differ by this, in ms (clock-skew.ts corrects what is more), and API
 * times are whole seconds.
 */
export const CLOCKS_MS = 3000;

/**
 * Did the run end by the deletion of its pod? It did if it ended after that was asked for; and where its end has no time, unless
 * another run began before that.
 * @param after the run that followed it.
 * @param askedAt when the deletion was asked for, epoch ms on the clock of the runs; null: nobody did.
 */
export function endedByDeletion(run: Run, after: Run | undefined, askedAt: number | null): boolean {
  if (askedAt === null || !run.ended) return false;
  const endedAt = run.finishedAt ?? after?.startedAt ?? null;
  return endedAt === null || endedAt >= askedAt - CLOCKS_MS;
}

/**
 * The ledger with what each run was stopped for: the same array where nothing new is known. What is marked stays so, whatever is
 * forgotten later of what told it.
 */
export function withStops(ledger: Ledger, facts: StopFacts): Ledger {
  const kills = killsOf(facts);
  const hasEvents = kills.length > 0 || facts.reboots.length > 0;
  let next = ledger;
  // An arrival tells of the newest runs; an event may tell of any.
  for (let index = hasEvents ? 0 : Math.max(0, ledger.length - RECENT); index < ledger.length; index++) {
    const run = ledger[index] as Run;
    if (!run.ended || run.stop !== null) continue;
    const stop = stopOf(facts, ledger, index, kills);
    if (stop !== null) next = next.with(index, { ...run, stop });
  }
  return next;
}

const RECENT = 3;

function stopOf(facts: StopFacts, ledger: Ledger, index: number, kills: readonly EditKill[]): Stop | null {
  const run = ledger[index] as Run;
  const after = ledger[index + 1];
  if (endedByDeletion(run, after, facts.deletionAskedAt)) return 'deletion';
  const kill = kills.find(({ at }) => aliveAt(ledger, at) === index);
  if (kill !== undefined) return kill.stop;
  if (endedByReboot(run, after, facts.reboots)) return 'reboot';
  if (after === undefined && isOfPodDone(facts, run)) return 'pod-done';
  return endedByItself(run) ? null : replacedFor(facts, run, after);
}

/** An event of the kubelet that says that it kills a container to start it with what was edited. */
interface EditKill {
  readonly stop: 'resize' | 'edit';
  /** Epoch ms. */
  readonly at: number;
}

// kuberuntime_manager.go, computePodActions and computePodResizeAction.
const RESIZED = 'resize requires restart';
const EDITED = 'definition changed';

/** What an event says that a container was stopped for, to start it anew with what was edited; null where it says nothing of it. */
export function editToldBy({ reason, message }: Pick<KubeEvent, 'reason' | 'message'>): 'resize' | 'edit' | null {
  if (reason !== 'Killing') return null;
  if (message.includes(RESIZED)) return 'resize';
  return message.includes(EDITED) ? 'edit' : null;
}

function killsOf({ events, container }: StopFacts): EditKill[] {
  return events.flatMap((event) => {
    const stop = event.involved.container === container ? editToldBy(event) : null;
    if (stop === null) return [];
    // Equal events are one, of which the first and the last time are told.
    return [...new Set([event.firstAt, event.lastAt])].map((at) => ({ stop, at }));
  });
}

/**
 * How many restarts events tell of that the kubelet made for an edit, beyond those of the runs that are known: nobody saw these,
 * and they are no crashes.
 */
export function editsUnseen(ledger: Ledger, container: string, events: readonly KubeEvent[]): number {
  let told = 0;
  for (const event of events) {
    if (event.involved.container === container && editToldBy(event) !== null) told += event.count;
  }
  if (told === 0) return 0;
  return Math.max(0, told - ledger.filter(({ stop }) => stop === 'resize' || stop === 'edit').length);
}

// The kubelet tells of a kill before it makes it: of the run that lived then, not of the next one, which may begin (and crash)
// within the same second.
function aliveAt(ledger: Ledger, at: number): number {
  const index = ledger.findIndex((run, i) => (run.finishedAt ?? ledger[i + 1]?.startedAt ?? Number.POSITIVE_INFINITY) >= at);
  const startedAt = ledger[index]?.startedAt ?? null;
  return startedAt === null || startedAt <= at ? index : -1;
}

/** What a process ends with that is told to stop, or made to. */
const STOPPED_CODES: ReadonlySet<number | null> = new Set([0, 137, 143]);
const SOON_MS = 10_000;

/** Did the kubelet or the runtime lose the container? How it ended nobody knows; that of a reboot looks like this. */
export function isLost({ reason }: Run): boolean {
  return reason === 'Unknown' || reason === 'ContainerStatusUnknown';
}

/** A machine takes minutes to go down and come up again. */
export const BOOTS_WITHIN_MS = 15 * 60_000;
const STARTS_EARLY_MS = 60_000;

/**
 * Did the run end by one of these reboots of its node? A node that is rebooted in order stops its containers first: what they leave
 * is an end like many others. But nothing started them again before the machine was up, and says so (event Rebooted of the kubelet).
 */
export function endedByReboot(run: Run, after: Run | undefined, reboots: readonly KubeEvent[]): boolean {
  if (endedByItself(run) || (!isLost(run) && !STOPPED_CODES.has(run.exitCode))) return false;
  const endedAt = run.finishedAt ?? after?.startedAt ?? null;
  if (endedAt === null) return reboots.length > 0 && isLost(run);
  // The runtime that is back dates what it lost by that.
  const late = isLost(run) ? STARTS_EARLY_MS : 0;
  return reboots.some(
    ({ lastAt }) =>
      endedAt <= lastAt + late &&
      endedAt >= lastAt - BOOTS_WITHIN_MS &&
      (after?.startedAt == null || after.startedAt >= lastAt - STARTS_EARLY_MS),
  );
}

// Then an edit is why the next one began, and not why it ended.
function endedByItself(run: Run): boolean {
  return run.publishedDelay !== null || run.reason === 'OOMKilled' || neverRan(run);
}

// Events are lost, hidden, or forgotten after an hour; what was seen to change tells as much, and so does what the runs ran with.
function replacedFor({ before, status }: StopFacts, run: Run, after: Run | undefined): Stop | null {
  const told = [status, before].find((s) => s !== undefined && s.containerID !== '' && s.containerID === run.containerID);
  if (told?.edited !== undefined && STOPPED_CODES.has(run.exitCode)) return told.edited;
  if (after === undefined) return null;
  const waited = run.finishedAt === null || after.startedAt === null ? null : after.startedAt - run.finishedAt;
  const isStopped = STOPPED_CODES.has(run.exitCode);
  if (run.image !== '' && after.image !== '' && run.image !== after.image) {
    // Its image may have had to be pulled first.
    return isStopped || (waited !== null && waited <= AT_ONCE_MS) ? 'edit' : null;
  }
  if (before?.containerID !== run.containerID || status?.containerID !== after.containerID) return null;
  const [from, to] = [before?.restartResources ?? '', status?.restartResources ?? ''];
  return from !== '' && to !== '' && from !== to && isStopped && (waited === null || waited <= SOON_MS) ? 'resize' : null;
}

// When no app container is left that runs or may run again, the kubelet ends the sidecars, and the pod is done
// (kuberuntime_manager.go, computePodActions: KillPod).
function isOfPodDone({ pod, container }: StopFacts, run: Run): boolean {
  if (namedIn(pod.containers, container)?.type !== 'sidecar') return false;
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed') return true;
  let lastEndAt = 0;
  for (const { name, type, state } of pod.containers) {
    if (type !== 'app') continue;
    if (state.type !== 'terminated' || policyRestarts(pod, name, state.exitCode)) return false;
    lastEndAt = Math.max(lastEndAt, state.finishedAt ?? 0);
  }
  return run.finishedAt === null || run.finishedAt >= lastEndAt - CLOCKS_MS;
}
