import type { ClusterState, Members, PodRecord } from './state.ts';

/**
 * All known pods of a workload, gone ones included, in order of arrival.
 * @param key the workload's key.
 */
export function podsOf({ pods, members }: Pick<ClusterState, 'pods' | 'members'>, key: string): readonly PodRecord[] {
  return members.get(key)?.map((uid) => pods.get(uid) as PodRecord) ?? NO_RECORDS;
}

const NO_RECORDS: readonly PodRecord[] = Object.freeze([]);

/**
 * Adds a pod to the workload `after`.
 * @param before the key of its former workload; undefined for a new pod.
 */
export function withMember(members: Members, uid: string, before: string | undefined, after: string): Members {
  if (before === after) return members;
  const left = before === undefined ? members : without(members, before, new Set([uid]));
  return left.set(after, [...(left.get(after) ?? []), uid]);
}

/** Removes these pods. */
export function withoutForgotten(members: Members, forgotten: readonly PodRecord[]): Members {
  let left = members;
  for (const [key, records] of Map.groupBy(forgotten, (record) => record.workload.key)) {
    left = without(left, key, new Set(records.map(({ pod }) => pod.uid)));
  }
  return left;
}

function without(members: Members, key: string, uids: ReadonlySet<string>): Members {
  const left = members.get(key)?.filter((uid) => !uids.has(uid)) ?? [];
  return left.length === 0 ? members.delete(key) : members.set(key, left);
}
