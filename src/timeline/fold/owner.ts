import type { Owner } from '../../model/resources.ts';
import { NO_SAMPLES, nextSamples, withCounts } from '../availability.ts';
import type { ClusterState } from '../state.ts';
import { workloadOf, workloadOfOwner } from '../workload.ts';
import { withRecord } from './pod.ts';

/** Keeps an owner, and moves its pods to the workload that it names. @param at epoch ms. */
export function foldOwner(state: ClusterState, owner: Owner, isDeleted: boolean, at: number): ClusterState {
  if (isDeleted) return withoutOwner(state, owner);
  const isNew = state.owners.get(owner.uid)?.controller?.uid !== owner.controller?.uid;
  let next: ClusterState = { ...state, owners: state.owners.set(owner.uid, owner), statuses: withStatus(state, owner, at) };
  if (!isNew || owner.controller === null) return next;
  for (const record of state.pods.values()) {
    if (record.pod.controller?.uid !== owner.uid) continue;
    const workload = workloadOf(record.pod, next.owners);
    if (workload.key === record.workload.key) continue;
    const moved = { ...record, workload };
    next = withCounts(withRecord(next, moved), record, undefined, at);
    next = withCounts(next, undefined, moved, at);
  }
  return next;
}

function withStatus(state: ClusterState, owner: Owner, at: number): ClusterState['statuses'] {
  if (owner.controller !== null) return state.statuses;
  const { key } = workloadOfOwner(owner, state.owners);
  const before = state.statuses.get(key);
  const known = before?.owner.uid === owner.uid ? before.availability : NO_SAMPLES;
  const availability = owner.available === null ? known : nextSamples(known, owner.available, at);
  return state.statuses.set(key, { owner, arrivedAt: at, availability });
}

/** Removes a deleted owner. */
export function withoutOwner(state: ClusterState, owner: Owner): ClusterState {
  const { key } = workloadOfOwner(owner, state.owners);
  const isTop = state.statuses.get(key)?.owner.uid === owner.uid;
  return {
    ...state,
    owners: state.owners.delete(owner.uid),
    statuses: isTop ? state.statuses.delete(key) : state.statuses,
  };
}
