import { configsUsed } from '../model/config-reference.ts';
import type { Pod } from '../model/pod.ts';
import { saysTrouble } from '../model/resources.ts';
import { withoutForgotten } from './members.ts';
import { type ClusterState, configKey, type PodRecord } from './state.ts';
import { withoutEntries } from './without-entries.ts';
import { workloadOfOwner } from './workload.ts';

/**
 * Drops state that is no longer reachable: pods gone before `before` (epoch ms), events and logs of
 * objects that no longer exist, workload objects without pods or recent news, nodes without pods,
 * configs that no failed pod refers to. For live sessions, which run for days.
 */
export function forget(state: ClusterState, before: number): ClusterState {
  const isOver = (record: PodRecord) => record.goneAt !== null && record.goneAt < before;
  const pods = withoutEntries(state.pods, isOver);
  const members = pods === state.pods ? state.members : withoutForgotten(state.members, [...state.pods.values()].filter(isOver));
  const unhealthyCandidates = withoutEntries(state.unhealthyCandidates, isOver);
  const events = withoutEntries(state.events, (known, uid) => (known.at(-1)?.lastAt ?? 0) < before && !pods.has(uid));
  const logs = withoutEntries(state.logs, (_, uid) => !pods.has(uid));
  const availability = withoutEntries(state.availability, (_, key) => !state.workloads.has(key));
  // A workload whose pods are never created reports it once, then stays silent while it lasts.
  const statuses = withoutEntries(
    state.statuses,
    ({ owner, arrivedAt }, key) => arrivedAt < before && !members.has(key) && !saysTrouble(owner),
  );
  const owners = withoutUnusedOwners(state.owners, statuses, pods);
  const used = new Set([...unhealthyCandidates.values()].flatMap(({ pod }) => configKeysOf(pod)));
  const configs = withoutEntries(state.configs, (_, key) => !used.has(key));
  const next = { ...state, pods, members, unhealthyCandidates, events, logs, availability, statuses, owners, configs };
  return pods === state.pods ? next : withoutUnusedNodes(next);
}

function configKeysOf({ namespace, spec }: Pod): readonly string[] {
  return (['containers', 'volumes', 'pull'] as const)
    .flatMap((use) => configsUsed(spec, use))
    .map(({ kind, name }) => configKey(kind, namespace, name));
}

// An owner without a status of its own is kept only for the pods that name it.
function withoutUnusedOwners(
  owners: ClusterState['owners'],
  statuses: ClusterState['statuses'],
  pods: ClusterState['pods'],
): ClusterState['owners'] {
  const unused = new Set<string>();
  for (const [uid, owner] of owners) if (!statuses.has(workloadOfOwner(owner, owners).key)) unused.add(uid);
  withoutUsed(unused, pods, ({ controller }) => controller?.uid);
  return unused.size === 0 ? owners : owners.deleteAll(unused);
}

function withoutUnusedNodes(state: ClusterState): ClusterState {
  const { pods, nodes, upgrades, backoffs, clocks } = state;
  const unused = new Set([nodes, upgrades, backoffs, clocks].flatMap((map) => [...map.keys()]));
  withoutUsed(unused, pods, ({ spec }) => spec.nodeName);
  if (unused.size === 0) return state;
  return {
    ...state,
    nodes: nodes.deleteAll(unused),
    upgrades: upgrades.deleteAll(unused),
    backoffs: backoffs.deleteAll(unused),
    clocks: clocks.deleteAll(unused),
  };
}

// Scanning all pods of a large cluster takes long. Each node has many pods, so a few usually show
// that all nodes are in use.
function withoutUsed(unused: Set<string>, pods: ClusterState['pods'], nameOf: (pod: Pod) => string | undefined): void {
  for (const { pod } of pods.values()) {
    if (unused.size === 0) return;
    const name = nameOf(pod);
    if (name !== undefined) unused.delete(name);
  }
}
