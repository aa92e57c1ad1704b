import { containerName, healthyEntry, isWorkloadEntry, type TableEntry, troubledSince } from '../../diagnosis/entry.ts';
import { hasFailed } from '../../diagnosis/subject.ts';
import { LIST } from '../../model/causes/index.ts';
import { counted } from '../../text/duration.ts';
import { nearNames } from '../../text/near-names.ts';
import type { ClusterState } from '../../timeline/state.ts';
import { inTableOrder } from '../../view/table/in-table-order.ts';

/** What to explain. */
export interface Wanted {
  /** As typed: `NAME`, `NAMESPACE/NAME` or `KIND/NAME`, with kubectl's short names. */
  readonly name: string;
  /** Only in these namespaces; null for all. */
  readonly namespaces: readonly string[] | null;
  /** Only this container; null picks the one in most trouble. */
  readonly container: string | null;
}

/**
 * The result: what to explain, and what else has that name. Or why there is nothing, in a sentence.
 */
export type Target =
  | { readonly type: 'found'; readonly entry: TableEntry; readonly others: readonly TableEntry[] }
  | { readonly type: 'missing' | 'ambiguous'; readonly why: string };

// The kinds that can own pods, by the names that kubectl accepts.
const KINDS: Readonly<Record<string, string>> = {
  ...{ po: 'Pod', pod: 'Pod', pods: 'Pod' },
  ...{ deploy: 'Deployment', deployment: 'Deployment', deployments: 'Deployment' },
  ...{ rs: 'ReplicaSet', replicaset: 'ReplicaSet', replicasets: 'ReplicaSet' },
  ...{ sts: 'StatefulSet', statefulset: 'StatefulSet', statefulsets: 'StatefulSet' },
  ...{ ds: 'DaemonSet', daemonset: 'DaemonSet', daemonsets: 'DaemonSet' },
  ...{ job: 'Job', jobs: 'Job', cj: 'CronJob', cronjob: 'CronJob', cronjobs: 'CronJob' },
  ...{ rc: 'ReplicationController', replicationcontroller: 'ReplicationController' },
};

interface Parts {
  readonly kind: string | null;
  readonly namespace: string | null;
  readonly name: string;
}

function partsOf(text: string): Parts {
  const slash = text.indexOf('/');
  if (slash < 0) return { kind: null, namespace: null, name: text };
  const [before, name] = [text.slice(0, slash), text.slice(slash + 1)];
  // kubectl get prints deployment.apps/web.
  const word = before.toLowerCase();
  const kind = KINDS[word.split('.', 1)[0] as string] ?? null;
  return kind === null ? { kind: null, namespace: before, name } : { kind, namespace: null, name };
}

/**
 * Finds what has a name at one time: a pod, else a workload. Of several containers and pods, the
 * one in most trouble.
 * @param listed everything in trouble then.
 * @param now epoch ms.
 */
export function targetOf(state: ClusterState, listed: readonly TableEntry[], wanted: Wanted, now: number): Target {
  const parts = partsOf(wanted.name);
  const namespaces = parts.namespace === null ? wanted.namespaces : [parts.namespace];
  const all = everything(state, listed).filter(({ workload }) => namespaces?.includes(workload.namespace) ?? true);
  const named = byName(all, parts);
  if (named.length === 0) return missing(all, parts, wanted.name);
  const places = [...new Set(named.map((e) => e.workload.namespace))];
  if (places.length > 1)
    return {
      type: 'ambiguous',
      why: `${parts.name} exists in ${places.sort().join(', ')}: use -n, or ${places[0]}/${parts.name}`,
    };
  const ofContainer = named.filter(
    (e) => wanted.container === null || isWorkloadEntry(e) || e.container.name === wanted.container,
  );
  const [entry, ...others] = worstFirst(ofContainer, now);
  if (entry === undefined) {
    const names = [...new Set(named.flatMap((e) => (isWorkloadEntry(e) ? [] : [e.container.name])))];
    return { type: 'missing', why: `${wanted.name} has no container ${wanted.container}; it has ${names.join(', ')}` };
  }
  return { type: 'found', entry, others };
}

function everything(state: ClusterState, listed: readonly TableEntry[]): readonly TableEntry[] {
  const known = new Set(listed.map((e) => e.key));
  const quiet = [...state.pods.values()].flatMap((record) =>
    record.containers.map((container) => healthyEntry(state, record, container)).filter((e) => !known.has(e.key)),
  );
  return [...listed, ...quiet];
}

// A pod's own name is more specific than its workload's.
function byName(all: readonly TableEntry[], { kind, name }: Parts): readonly TableEntry[] {
  const pods = all.filter((e) => !isWorkloadEntry(e) && e.record.pod.name === name);
  if (kind === 'Pod' || (kind === null && pods.length > 0)) return pods;
  return all.filter(({ workload, ...e }) => {
    if (workload.name === name && (kind === null || workload.kind === kind)) return true;
    const controller = 'record' in e ? e.record.pod.controller : null;
    return controller?.name === name && (kind === null || controller.kind === kind);
  });
}

// Trouble first, in the order of the screen. Then failures, init containers first, since they block
// the others. Then the rest.
function worstFirst(entries: readonly TableEntry[], now: number): readonly TableEntry[] {
  const troubled = entries.filter((e) => troubledSince(e) !== null);
  const quiet = entries.filter((e) => troubledSince(e) === null).toSorted(byFailure);
  return [...inTableOrder(troubled, now), ...quiet];
}

function byFailure(a: TableEntry, b: TableEntry): number {
  return failureRank(a) - failureRank(b) || (nameOf(a) < nameOf(b) ? -1 : 1);
}

const INIT_FIRST = ['init', 'sidecar', 'app', 'ephemeral'];

// A lost container may not be at fault: the kubelet reports the same for containers that were never
// created.
function failureRank(entry: TableEntry): number {
  if (isWorkloadEntry(entry)) return 0;
  const { container } = entry;
  if (!hasFailed(entry)) return 2 * INIT_FIRST.length;
  const isLost = container.status?.state.type === 'terminated' && container.status.state.reason === 'ContainerStatusUnknown';
  return INIT_FIRST.indexOf(container.type) + (isLost ? INIT_FIRST.length : 0);
}

/** `shop/web-1 [app]`; a workload `shop/web, Deployment`. */
export function nameOf(entry: TableEntry): string {
  const { workload } = entry;
  if (isWorkloadEntry(entry)) return `${workload.namespace}/${workload.name}, ${workload.kind}`;
  return containerName(entry.record, entry.container);
}

function missing(all: readonly TableEntry[], { name, namespace }: Parts, typed: string): Target {
  const names = all.flatMap((e) => [e.workload.name, ...(isWorkloadEntry(e) ? [] : [e.record.pod.name])]);
  const pages = namespace === null ? LIST.map(({ id }) => id) : [];
  const near = nearNames(name, [...names, ...pages]);
  const seen = all.filter((e) => !isWorkloadEntry(e)).length;
  const where = namespace === null ? '' : ` in namespace ${namespace}`;
  const guess =
    near.length > 0
      ? `did you mean ${near.join(', ')}?`
      : `searched ${counted(seen, 'container')}${where}; --list shows the causes`;
  return { type: 'missing', why: `no pod, workload or cause is named ${JSON.stringify(typed)}: ${guess}` };
}
