import { addRuns, EMPTY_LEDGER, runsMentioned } from '../../model/ledger.ts';
import { namedIn } from '../../model/named.ts';
import type { ContainerStatus, Pod } from '../../model/pod.ts';
import { withRestartsOfAll } from '../../model/restarts-of-all.ts';
import { withStops } from '../../model/stopped-runs.ts';
import { failingStart, podStartFailure, type TroubleKind } from '../../model/trouble.ts';
import { isUntried } from '../../model/trouble-signs.ts';
import { type ClusterState, type ContainerRecord, eventsOfNode, NO_EVENTS, type PodRecord, type StartFailure } from '../state.ts';

/**
 * The containers of a pod after an arrival at `at` (epoch ms): runs, failing starts, and what
 * stopped each run.
 * @param before the pod as it was known.
 * @param deletionAt when its deletion was requested, epoch ms on our clock.
 */
export function foldContainers(
  state: ClusterState,
  before: PodRecord | undefined,
  pod: Pod,
  at: number,
  deletionAt: number | null,
): readonly ContainerRecord[] {
  const events = state.events.get(pod.uid) ?? NO_EVENTS;
  const reboots = eventsOfNode(state, pod.spec.nodeName).filter((event) => event.reason === 'Rebooted');
  const skewMs = state.clocks.get(pod.spec.nodeName)?.skewMs ?? 0;
  const askedAt = deletionAt === null ? null : deletionAt - skewMs;
  const blocked = podStartFailure(pod, events, at, skewMs);
  const containers = pod.spec.containers.map((spec, index): ContainerRecord => {
    const known = before === undefined ? undefined : namedIn(before.containers, spec.name);
    const status = namedIn(pod.containers, spec.name);
    const runs = known?.ledger ?? EMPTY_LEDGER;
    const ledger = status === undefined ? runs : addRuns(runs, runsMentioned(status));
    const facts = { pod, container: spec.name, before: known?.status, status, events, reboots, deletionAskedAt: askedAt };
    return {
      name: spec.name,
      type: spec.type,
      ledger: withStops(ledger, facts),
      status,
      // An ephemeral container is watched by the person who debugs with it.
      failure: spec.type === 'ephemeral' ? null : foldFailure(known, status, index === 0 ? blocked : null, at),
    };
  });
  return withRestartsOfAll(pod, containers, at - skewMs);
}

function foldFailure(
  known: ContainerRecord | undefined,
  status: ContainerStatus | undefined,
  blocked: { kind: TroubleKind; since: number } | null,
  at: number,
): StartFailure | null {
  const before = known?.failure ?? null;
  const kind = failingStart(status);
  const failing = kind === null ? blocked : { kind, since: at };
  if (failing !== null) {
    const failure = before?.kind === failing.kind ? before : { ...failing, pullErrors: [] };
    if (!isPullError(status) || (before !== null && isPullError(known?.status))) return failure;
    return { ...failure, pullErrors: [...failure.pullErrors, at].slice(-PULL_ERRORS_KEPT) };
  }
  // A restarted kubelet reports ContainerCreating until it tries again: the failure is not fixed
  // yet.
  return isUntried(status) && before?.kind !== 'scheduling' ? before : null;
}

function isPullError(status: ContainerStatus | undefined): boolean {
  return status?.state.type === 'waiting' && status.state.reason === 'ErrImagePull';
}

const PULL_ERRORS_KEPT = 8;
