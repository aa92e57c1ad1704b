import type { ClusterState, Members, PodRecord } from './state.ts';

/** All pods that are known of a workload, those that are gone too, in the order in which they came. @param key the workload's key. */
export function podsOf({ pods, members }: Pick<ClusterState, 'pods' | 'members'>, key: string): readonly PodRecord[] {
  return members.get(key)?.map((uid) => pods.get(uid) as PodRecord) ?? NO_RECORDS;
}

const NO_RECORDS: readonly PodRecord[] = Object.freeze([]);

/** With a pod that belongs to the workload `after`. @param before the key of the workload that it belonged to; undefined for a new one. */
export function withMember(members: Members, uid: string, before: string | undefined, after: string): Members {
  if (before === after) return members;
  const left = before === undefined ? members : without(members, before, new Set([uid]));
  return left.set(after, [...(left.get(after) ?? []), uid]);
}

/** Without these pods. */
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
