import type { AcknowledgementStatus } from '../diagnosis/acknowledgement/acknowledgement.ts';
import { isWorkloadEntry, type TableEntry } from '../diagnosis/entry.ts';
import { counted } from '../text/duration.ts';
import { timeNear } from './runs.ts';

/**
 * How long an acknowledgement lasts, by the letter after `x`: ms, or null until the problem
 * changes. A change always ends it.
 */
export const UNTIL_LETTERS: ReadonlyMap<string, { readonly ms: number | null; readonly words: string }> = new Map([
  ['x', { ms: null, words: 'until changed' }],
  ['1', { ms: 3_600_000, words: '1h' }],
  ['4', { ms: 4 * 3_600_000, words: '4h' }],
  ['d', { ms: 24 * 3_600_000, words: '1d' }],
  ['w', { ms: 7 * 24 * 3_600_000, words: '1w' }],
]);

/**
 * Who acknowledged it, when and until when; or when and why it was reopened.
 * @param now epoch ms.
 */
export function acknowledgementText({ type, of }: AcknowledgementStatus, now: number): string {
  const { by, at, until, reopened } = of;
  const when = `by ${by} at ${timeNear(at, now)}`;
  if (type === 'acknowledged') return `acknowledged ${when} until ${until === null ? 'it changes' : timeNear(until, now)}`;
  if (reopened !== null) return `reopened at ${timeNear(reopened.at, now)}: ${reopened.why}; acknowledged ${when}`;
  return `its acknowledgement ${when} ended${until === null ? '' : ` at ${timeNear(until, now)}`}`;
}

/** What is acknowledged: `shop/web [app] app-error (3 pods)`, or how many problems if several. */
export function describeProblem(entries: readonly TableEntry[]): string {
  const [first] = entries;
  if (first === undefined) return 'nothing';
  const names = new Set(entries.map(problemName));
  if (names.size > 1) {
    const workloads = workloadsOf(entries);
    return `${counted(names.size, 'problem')}${workloads === names.size ? '' : ` of ${counted(workloads, 'workload')}`}`;
  }
  const pods = new Set(entries.map((e) => (isWorkloadEntry(e) ? '' : e.record.pod.uid))).size;
  return `${problemName(first)}${pods > 1 ? ` (${counted(pods, 'pod')})` : ''}`;
}

function problemName(entry: TableEntry): string {
  const name = `${entry.workload.namespace}/${entry.workload.name}`;
  if (isWorkloadEntry(entry)) return `${name} ${entry.problem.kind}`;
  return `${name} [${entry.container.name}] ${entry.cause?.id ?? entry.trouble?.kind ?? ''}`.trimEnd();
}

/** `3 workloads, 5 containers`. */
export function describeAcknowledged(entries: readonly TableEntry[]): string {
  const containers = entries.filter((e) => !isWorkloadEntry(e)).length;
  return `${counted(workloadsOf(entries), 'workload')}${containers === 0 ? '' : `, ${counted(containers, 'container')}`}`;
}

/** The number of workloads that they belong to. */
export function workloadsOf(entries: readonly TableEntry[]): number {
  return new Set(entries.map((e) => e.workload.key)).size;
}
