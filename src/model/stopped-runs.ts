import { type Ledger, NO_WAIT_MS, neverRan, type Run, type Stop } from './ledger.ts';
import { namedIn } from './named.ts';
import { type ContainerStatus, type Pod, policyRestarts } from './pod.ts';
import type { KubeEvent } from './resources.ts';

/**
 * The facts that show which runs of a container were stopped on purpose. Times use its node's
 * clock.
 */
export interface StopFacts {
  readonly pod: Pod;
  readonly container: string;
  /** Its status in the arrival before; undefined for the first. */
  readonly before: ContainerStatus | undefined;
  readonly status: ContainerStatus | undefined;
  /** Events about the pod, oldest first. */
  readonly events: readonly KubeEvent[];
  /** Events of its node that report a reboot. */
  readonly reboots: readonly KubeEvent[];
  /** When the deletion of the pod was requested, epoch ms; null if it was not. */
  readonly deletionAskedAt: number | null;
}

/**
 * The tolerance between the clocks of a node and of the API server, ms: clock-skew.ts corrects
 * larger differences, and API times are whole seconds.
 */
export const CLOCKS_MS = 3000;

/**
 * Did the deletion of its pod end the run? It did if the run ended after the request; and, for an
 * end without a time, unless another run began before that.
 * @param after the run that followed it.
 * @param askedAt when the deletion was requested, epoch ms on the clock of the runs; null if it was
 * not.
 */
export function endedByDeletion(run: Run, after: Run | undefined, askedAt: number | null): boolean {
  if (askedAt === null || !run.ended) return false;
  const endedAt = run.finishedAt ?? after?.startedAt ?? null;
  return endedAt === null || endedAt >= askedAt - CLOCKS_MS;
}

/**
 * Marks each run with the reason why it was stopped; returns the same array if nothing new is
 * known. A mark stays, even when its evidence is forgotten later.
 */
export function withStops(ledger: Ledger, facts: StopFacts): Ledger {
  const kills = killsOf(facts);
  const hasEvents = kills.length > 0 || facts.reboots.length > 0;
  let next = ledger;
  // An arrival concerns the newest runs; an event may concern any.
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
  if (after === undefined && isPodDone(facts, run)) return 'pod-done';
  return endedByItself(run) ? null : replacedFor(facts, run, after);
}

/** A kubelet event that says that it kills a container to restart it with an edited spec. */
interface EditKill {
  readonly stop: 'resize' | 'edit';
  /** Epoch ms. */
  readonly at: number;
}

// kuberuntime_manager.go, computePodActions and computePodResizeAction.
const RESIZED = 'resize requires restart';
const EDITED = 'definition changed';

/**
 * Why an event says that a container was stopped, to restart it with an edited spec; null if it
 * does not.
 */
export function editReportedBy({ reason, message }: Pick<KubeEvent, 'reason' | 'message'>): 'resize' | 'edit' | null {
  if (reason !== 'Killing') return null;
  if (message.includes(RESIZED)) return 'resize';
  return message.includes(EDITED) ? 'edit' : null;
}

function killsOf({ events, container }: StopFacts): EditKill[] {
  return events.flatMap((event) => {
    const stop = event.involved.container === container ? editReportedBy(event) : null;
    if (stop === null) return [];
    // Equal events are merged into one with a first and a last time.
    return [...new Set([event.firstAt, event.lastAt])].map((at) => ({ stop, at }));
  });
}

/**
 * The number of restarts for an edit that events report beyond those of the known runs: they were
 * not seen, and are not crashes.
 */
export function editsUnseen(ledger: Ledger, container: string, events: readonly KubeEvent[]): number {
  let told = 0;
  for (const event of events) {
    if (event.involved.container === container && editReportedBy(event) !== null) told += event.count;
  }
  if (told === 0) return 0;
  return Math.max(0, told - ledger.filter(({ stop }) => stop === 'resize' || stop === 'edit').length);
}

// The kubelet reports a kill before it kills: this means the run that lived then, not the next one,
// which may begin (and crash) within the same second.
function aliveAt(ledger: Ledger, at: number): number {
  const index = ledger.findIndex((run, i) => (run.finishedAt ?? ledger[i + 1]?.startedAt ?? Number.POSITIVE_INFINITY) >= at);
  const startedAt = ledger[index]?.startedAt ?? null;
  return startedAt === null || startedAt <= at ? index : -1;
}

/** Exit codes of a process that is told to stop, or killed. */
const STOPPED_CODES: ReadonlySet<number | null> = new Set([0, 137, 143]);
const SOON_MS = 10_000;

/**
 * Did the kubelet or the runtime lose the container? Its end is unknown; the end by a reboot looks
 * like this.
 */
export function isLost({ reason }: Run): boolean {
  return reason === 'Unknown' || reason === 'ContainerStatusUnknown';
}

/** A machine takes minutes to go down and come up again. */
export const BOOTS_WITHIN_MS = 15 * 60_000;
const STARTS_EARLY_MS = 60_000;

/**
 * Did one of these reboots of its node end the run? An orderly reboot stops its containers first,
 * and their ends look like any other. But nothing restarted them before the machine was up and its
 * kubelet said so (event Rebooted).
 */
export function endedByReboot(run: Run, after: Run | undefined, reboots: readonly KubeEvent[]): boolean {
  if (endedByItself(run) || (!isLost(run) && !STOPPED_CODES.has(run.exitCode))) return false;
  const endedAt = run.finishedAt ?? after?.startedAt ?? null;
  if (endedAt === null) return reboots.length > 0 && isLost(run);
  // The restarted runtime dates the containers that it lost by its own return.
  const late = isLost(run) ? STARTS_EARLY_MS : 0;
  return reboots.some(
    ({ lastAt }) =>
      endedAt <= lastAt + late &&
      endedAt >= lastAt - BOOTS_WITHIN_MS &&
      (after?.startedAt == null || after.startedAt >= lastAt - STARTS_EARLY_MS),
  );
}

// Then an edit explains why the next run began, not why this one ended.
function endedByItself(run: Run): boolean {
  return run.publishedDelay !== null || run.reason === 'OOMKilled' || neverRan(run);
}

// Events may be lost, hidden, or expired after an hour. An observed change of the spec, or of the
// runs' resources, is as good.
function replacedFor({ before, status }: StopFacts, run: Run, after: Run | undefined): Stop | null {
  const told = [status, before].find((s) => s !== undefined && s.containerID !== '' && s.containerID === run.containerID);
  if (told?.edited !== undefined && STOPPED_CODES.has(run.exitCode)) return told.edited;
  if (after === undefined) return null;
  const waited = run.finishedAt === null || after.startedAt === null ? null : after.startedAt - run.finishedAt;
  const isStopped = STOPPED_CODES.has(run.exitCode);
  if (run.image !== '' && after.image !== '' && run.image !== after.image) {
    // The new image may have had to be pulled first.
    return isStopped || (waited !== null && waited <= NO_WAIT_MS) ? 'edit' : null;
  }
  if (before?.containerID !== run.containerID || status?.containerID !== after.containerID) return null;
  const [from, to] = [before?.restartResources ?? '', status?.restartResources ?? ''];
  return from !== '' && to !== '' && from !== to && isStopped && (waited === null || waited <= SOON_MS) ? 'resize' : null;
}

// When no app container runs or may run again, the kubelet stops the sidecars, and the pod is done
// (kuberuntime_manager.go, computePodActions: KillPod).
function isPodDone({ pod, container }: StopFacts, run: Run): boolean {
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
