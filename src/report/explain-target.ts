import { LIST } from '../model/causes/index.ts';
import type { ClusterState } from '../timeline/cluster-state.ts';
import { counted } from '../view/duration.ts';
import { containerName, isWorkloadEntry, quietEntry, type TableEntry, troubledSince } from '../view/entry.ts';
import { SECTIONS, sectionOf } from '../view/table.ts';
import { nearNames } from './near-names.ts';

/** What somebody asked to have explained. */
export interface Wanted {
  /** As typed: `NAME`, `NAMESPACE/NAME` or `KIND/NAME`, with kubectl's short names. */
  readonly name: string;
  /** Only in these namespaces; null for all. */
  readonly namespaces: readonly string[] | null;
  /** Only this container; null takes the one in most trouble. */
  readonly container: string | null;
}

/** What was found: what to explain, and what else goes by that name. Or why there is nothing, in a sentence. */
export type Target =
  | { readonly is: 'found'; readonly entry: TableEntry; readonly others: readonly TableEntry[] }
  | { readonly is: 'missing' | 'ambiguous'; readonly why: string };

// The kinds that can own pods, and the names by which kubectl knows them.
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
 * What goes by a name at one time: a pod, else a workload. Of several containers and pods, the one in most trouble.
 * @param listed all that is in trouble then.
 */
export function targetOf(state: ClusterState, listed: readonly TableEntry[], wanted: Wanted): Target {
  const parts = partsOf(wanted.name);
  const namespaces = parts.namespace === null ? wanted.namespaces : [parts.namespace];
  const all = everything(state, listed).filter(({ workload }) => namespaces?.includes(workload.namespace) ?? true);
  const named = byName(all, parts);
  if (named.length === 0) return missing(all, parts, wanted.name);
  const places = [...new Set(named.map((e) => e.workload.namespace))];
  if (places.length > 1)
    return { is: 'ambiguous', why: `${parts.name} is in ${places.sort().join(', ')}: give -n, or ${places[0]}/${parts.name}` };
  const ofContainer = named.filter(
    (e) => wanted.container === null || isWorkloadEntry(e) || e.container.name === wanted.container,
  );
  const [entry, ...others] = ofContainer.toSorted(byTrouble);
  if (entry === undefined) {
    const names = [...new Set(named.flatMap((e) => (isWorkloadEntry(e) ? [] : [e.container.name])))];
    return { is: 'missing', why: `${wanted.name} has no container ${wanted.container}; it has ${names.join(', ')}` };
  }
  return { is: 'found', entry, others };
}

function everything(state: ClusterState, listed: readonly TableEntry[]): readonly TableEntry[] {
  const known = new Set(listed.map((e) => e.key));
  const quiet = [...state.pods.values()].flatMap((record) =>
    record.containers.map((container) => quietEntry(state, record, container)).filter((e) => !known.has(e.key)),
  );
  return [...listed, ...quiet];
}

// A pod's own name goes before its workload's: it says more.
function byName(all: readonly TableEntry[], { kind, name }: Parts): readonly TableEntry[] {
  const pods = all.filter((e) => !isWorkloadEntry(e) && e.record.pod.name === name);
  if (kind === 'Pod' || (kind === null && pods.length > 0)) return pods;
  return all.filter(({ workload, ...e }) => {
    if (workload.name === name && (kind === null || workload.kind === kind)) return true;
    const controller = 'record' in e ? e.record.pod.controller : null;
    return controller?.name === name && (kind === null || controller.kind === kind);
  });
}

/** The worst first: as the table sorts by impact, then the oldest trouble, then by name. */
export function byTrouble(a: TableEntry, b: TableEntry): number {
  const place = SECTIONS.indexOf(sectionOf(a)) - SECTIONS.indexOf(sectionOf(b));
  const since = (troubledSince(a) ?? Number.POSITIVE_INFINITY) - (troubledSince(b) ?? Number.POSITIVE_INFINITY);
  return place || (Number.isNaN(since) ? 0 : since) || (nameOf(a) < nameOf(b) ? -1 : 1);
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
      : `${counted(seen, 'container')} looked at${where}; --list names the causes`;
  return { is: 'missing', why: `there is no pod, workload or cause ${JSON.stringify(typed)}: ${guess}` };
}
