import { type ConfigKind, type ConfigRef, configsUsed } from '../model/config-reference.ts';
import { namedIn } from '../model/named.ts';
import {
  type ContainerStatus,
  conditionOf,
  isPodReady,
  mayRestart,
  newestEnd,
  type Pod,
  type Termination,
} from '../model/pod.ts';
import { isOwnerKind, type OwnerKind } from '../model/resources.ts';
import { failingStart, LOOP_WINDOW_MS, SLOW_ENDS, SLOW_WINDOW_MS } from '../model/trouble.ts';
import { isUntried, showsTrouble } from '../model/trouble-signs.ts';

/**
 * A pod, and what watching it showed that its status does not. Times in epoch ms on our own clock,
 * whatever the cluster's clock says.
 */
export interface WatchedPod {
  readonly pod: Pod;
  readonly seenAt: number;
  /**
   * When a run of each container was last seen to end, and under {@link POD_ITSELF} when the pod
   * failed; absent if not seen.
   */
  readonly diedAt: ReadonlyMap<string, number>;
  /** Since when it was seen not to be ready; null while it is. */
  readonly unreadyAt: number | null;
}

/** Something to read for a pod, in addition to what is watched. */
export type Read =
  /** The events about it, which were held back so far. */
  | { readonly type: 'events' }
  /** The log of an ended run: it is gone after the next end (docs/kubernetes-facts.md, 8). */
  | { readonly type: 'log'; readonly container: string; readonly run: Termination }
  | { readonly type: 'node'; readonly name: string }
  | { readonly type: 'owner'; readonly kind: OwnerKind; readonly name: string }
  /** The metadata of a ConfigMap or Secret that it refers to. */
  | { readonly type: 'config'; readonly kind: ConfigKind; readonly name: string };

const MINUTE = 60_000;
/**
 * An older restart is no sign of trouble, unless there were several in a day; nor is its log news.
 */
const RECENT_MS = LOOP_WINDOW_MS;
/** A failed pod stays until it is deleted. */
const FAILED_MS = 60 * MINUTE;
/** Most pods have been scheduled and started by then. */
const PENDING_MS = 10_000;
/** Most programs are ready by then. */
const UNREADY_MS = MINUTE;
/** References of one pod. */
const CONFIGS_AT_MOST = 50;

const POD_ITSELF = '';
const NO_DEATHS: ReadonlyMap<string, number> = new Map();
const NO_READS: readonly Read[] = Object.freeze([]);

/** Updates what is known about a pod that has just arrived. */
export function watched(before: WatchedPod | undefined, pod: Pod, now: number): WatchedPod {
  return {
    pod,
    seenAt: before?.seenAt ?? now,
    diedAt: before === undefined ? NO_DEATHS : deathsSeen(before, pod, now),
    unreadyAt: isPodReady(pod) ? null : (before?.unreadyAt ?? now),
  };
}

function deathsSeen({ pod: before, diedAt }: WatchedPod, pod: Pod, now: number): WatchedPod['diedAt'] {
  const died = pod.containers.filter((status) => countEnds(status) > countEnds(namedIn(before.containers, status.name)));
  const names = died.map(({ name }) => name);
  if (pod.phase === 'Failed' && before.phase !== 'Failed') names.push(POD_ITSELF);
  return names.length === 0 ? diedAt : new Map([...diedAt, ...names.map((name) => [name, now] as const)]);
}

function countEnds(status: ContainerStatus | undefined): number {
  return status === undefined ? 0 : status.restartCount + Number(status.state.type === 'terminated');
}

/**
 * What to read for a pod at `now`: the log of a run at the moment when it is seen to end; while the
 * pod is of interest ({@link interestFrom}), also its surroundings. Repeats itself on each call:
 * the reader knows what it has read.
 * @param from {@link interestFrom} at `now`, if it is known already.
 */
export function wantedReads(known: WatchedPod, now: number, from = interestFrom(known, now)): readonly Read[] {
  const logs = logsWanted(known, now);
  if (from === null || from > now) return logs;
  return [...logs, { type: 'events' }, ...aroundOf(known.pod), ...configsOf(known.pod)];
}

// A requested end or a final success is no crash. A run without times is one that the runtime
// forgot.
function logsWanted({ pod, diedAt }: WatchedPod, now: number): readonly Read[] {
  if (pod.deletionAt !== null) return NO_READS;
  let wanted: Read[] | null = null;
  for (const status of pod.containers) {
    if (status.type === 'ephemeral') continue;
    const run = newestEnd(status);
    if (run === null || run.containerID === '' || run.finishedAt === null) continue;
    if (run.exitCode === 0 && !mayRestart(pod, status.name, 0)) continue;
    // An end that happened while we watched is news, whatever the node's clock says.
    if (!isRecent(run.finishedAt, diedAt.get(status.name), now, RECENT_MS)) continue;
    wanted ??= [];
    wanted.push({ type: 'log', container: status.name, run });
  }
  return wanted ?? NO_READS;
}

function aroundOf({ spec, controller }: Pod): Read[] {
  const node: Read[] = spec.nodeName === '' ? [] : [{ type: 'node', name: spec.nodeName }];
  if (controller === null || !isOwnerKind(controller.kind)) return node;
  return [...node, { type: 'owner', kind: controller.kind, name: controller.name }];
}

// Pull secrets matter only if an image cannot be pulled.
function configsOf(pod: Pod): Read[] {
  const isPulling = pod.containers.some((status) => failingStart(status) === 'image');
  const uses = isPulling ? (['containers', 'volumes', 'pull'] as const) : (['containers', 'volumes'] as const);
  const refs = uses.flatMap((use) => configsUsed(pod.spec, use));
  const distinct = new Map(refs.map((ref: ConfigRef) => [`${ref.kind}/${ref.name}`, ref]));
  return [...distinct.values()].slice(0, CONFIGS_AT_MOST).map(({ kind, name }) => ({ type: 'config', kind, name }));
}

/**
 * From when the pod is of interest, epoch ms, if nothing else arrives about it: then its owners and
 * its node are read, and its events shown. In the past: it is of interest now; null: never. Errs on
 * the side of too many: includes everything that the screen lists; model/trouble.ts decides what is
 * trouble.
 */
export function interestFrom({ pod, seenAt, diedAt, unreadyAt }: WatchedPod, now: number): number | null {
  if (pod.deletionAt !== null || pod.phase === 'Succeeded') return null;
  if (pod.phase === 'Failed') return isRecent(endOf(pod) ?? seenAt, newestOf(diedAt), now, FAILED_MS) ? seenAt : null;
  if (pod.containers.some((status) => isBad(pod, status, diedAt.get(status.name), now))) return seenAt;
  if (pod.phase === 'Pending') return pendingFrom(pod, seenAt);
  const ready = conditionOf(pod, 'Ready');
  if (ready === undefined || unreadyAt === null) return null;
  return Math.min(ready.since ?? unreadyAt, unreadyAt) + UNREADY_MS;
}

function pendingFrom(pod: Pod, seenAt: number): number | null {
  const scheduled = conditionOf(pod, 'PodScheduled');
  // It is held back on purpose.
  if (scheduled?.reason === 'SchedulingGated') return null;
  if (scheduled?.reason === 'Unschedulable') return seenAt;
  return Math.min(pod.createdAt ?? seenAt, seenAt) + PENDING_MS;
}

function isBad(pod: Pod, status: ContainerStatus, diedAt: number | undefined, now: number): boolean {
  if (status.type === 'ephemeral' || !showsTrouble(status)) return false;
  const { state, last, restartCount, name } = status;
  if (state.type === 'waiting' && !isUntried(status)) return true;
  if (state.type === 'terminated') {
    if (mayRestart(pod, name, state.exitCode)) return true;
    return state.exitCode !== 0 && isRecent(state.finishedAt, diedAt, now, RECENT_MS);
  }
  // The previous run is not reported if its container was already removed, but its end was seen.
  const endedAt = last?.finishedAt ?? null;
  if (isRecent(endedAt, diedAt, now, RECENT_MS)) return true;
  return restartCount >= SLOW_ENDS && isRecent(endedAt, undefined, now, SLOW_WINDOW_MS);
}

function isRecent(at: number | null, seenAt: number | undefined, now: number, withinMs: number): boolean {
  return Math.max(at ?? 0, seenAt ?? 0) > now - withinMs;
}

function newestOf(diedAt: WatchedPod['diedAt']): number | undefined {
  return diedAt.size === 0 ? undefined : Math.max(...diedAt.values());
}

function endOf(pod: Pod): number | null {
  const ends = pod.containers.flatMap(({ state }) =>
    state.type === 'terminated' && state.finishedAt !== null ? [state.finishedAt] : [],
  );
  return ends.length > 0 ? Math.max(...ends) : (conditionOf(pod, 'Ready')?.since ?? pod.createdAt);
}
