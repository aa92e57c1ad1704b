import { type Entry, isWorkloadEntry, type TableEntry, type WorkloadEntry } from '../../diagnosis/entry.ts';

/**
 * The argument of `/`: selects entries that contain the text or, after `!`, entries that do not. ''
 * selects all.
 */
export interface Filter {
  /** In lower case. */
  readonly text: string;
  readonly inverts: boolean;
}

/** Parses typed text: `api`, `!crashed`, ` Node-A `. Ignores case and surrounding spaces. */
export function parseFilter(typed: string): Filter {
  const trimmed = typed.trim();
  const inverts = trimmed.startsWith('!');
  return { text: (inverts ? trimmed.slice(1) : trimmed).trim().toLowerCase(), inverts };
}

/**
 * True if the entry passes. Searches namespace, pod, container, workload, node, kubectl's status,
 * the state and kind of trouble, and the cause; for a workload, its name, kind and problem.
 * @param status the pod's STATUS as kubectl prints it.
 */
export function passes(filter: Filter, entry: TableEntry, status: (entry: Entry) => string): boolean {
  if (filter.text === '') return true;
  const found = isWorkloadEntry(entry) ? isInWorkload(filter.text, entry) : isFound(filter.text, entry, status);
  return found !== filter.inverts;
}

function isInWorkload(text: string, { workload, problem }: WorkloadEntry): boolean {
  const { namespace, name, kind } = workload;
  return [`${namespace}/${name}`, `${kind}/${name}`, problem.kind, problem.summary].some((f) => f.toLowerCase().includes(text));
}

function isFound(text: string, entry: Entry, status: (entry: Entry) => string): boolean {
  const { pod } = entry.record;
  const { workload, trouble, cause } = entry;
  const has = (field: string | undefined) => field?.toLowerCase().includes(text) === true;
  return (
    has(`${pod.namespace}/${pod.name}`) ||
    has(entry.container.name) ||
    has(`${workload.namespace}/${workload.name}`) ||
    has(`${workload.kind}/${workload.name}`) ||
    has(pod.spec.nodeName) ||
    has(trouble?.state) ||
    has(trouble?.kind) ||
    has(cause?.id) ||
    has(cause?.summary) ||
    has(status(entry))
  );
}
