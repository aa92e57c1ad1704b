import { type Entry, isWorkloadEntry, type TableEntry, type WorkloadEntry } from '../diagnosis/entry.ts';
import { problemListAt } from '../diagnosis/problem-list.ts';
import { knownRuns, ranFor } from '../model/ledger.ts';
import { cutEnd, padEnd, widthOf } from '../text/cells.ts';
import { counted, dateAndTime, duration } from '../text/duration.ts';
import type { SourceInfo } from '../timeline/envelope.ts';
import type { ClusterState } from '../timeline/state.ts';
import { countdownOf } from '../view/table/countdown.ts';
import { inTableOrder } from '../view/table/in-table-order.ts';
import { countWorkloads, SECTIONS } from '../view/table/table.ts';
import { missingPermissionsText } from '../wording/missing-permissions.ts';
import { scopeText } from '../wording/scope.ts';
import { whyText } from '../wording/why.ts';

interface Facts {
  readonly state: ClusterState;
  readonly source: SourceInfo;
  readonly now: number;
}

interface PlainColumn {
  readonly heading: string;
  readonly cell: (entry: Entry, facts: Facts) => string;
  /** The cell of a workload listed by itself; `-` if not given. */
  readonly ofWorkload?: (entry: WorkloadEntry, facts: Facts) => string;
}

// A reason can quote a whole message; `wide` shows all of it.
const WHY_WIDTH = 60;

const COLUMNS: readonly PlainColumn[] = [
  { heading: 'NAMESPACE', cell: (e) => e.record.pod.namespace, ofWorkload: (e) => e.workload.namespace },
  { heading: 'POD', cell: (e) => e.record.pod.name, ofWorkload: workloadCell },
  { heading: 'CONTAINER', cell: (e) => e.container.name },
  {
    heading: 'AVAIL',
    cell: (e) => (e.record.goneAt === null ? availCell(e) : '-'),
    ofWorkload: availCell,
  },
  { heading: 'STATE', cell: (e) => e.trouble?.state ?? '-', ofWorkload: () => 'failing' },
  {
    heading: 'WHY',
    cell: (e) => cutEnd(whyText(e), WHY_WIDTH),
    ofWorkload: (e) => cutEnd(e.problem.summary, WHY_WIDTH),
  },
  { heading: 'RESTARTS', cell: restartsCell, ofWorkload: failedPodsCell },
  { heading: 'RAN', cell: ranCell },
  { heading: 'NEXT START', cell: nextStartCell },
];

const WHOLE_WHY: PlainColumn = { heading: 'WHY', cell: whyText, ofWorkload: (e) => e.problem.summary };

const WIDE_COLUMNS: readonly PlainColumn[] = [
  ...COLUMNS.map((c) => (c.heading === 'WHY' ? WHOLE_WHY : c)),
  { heading: 'NODE', cell: (e) => e.record.pod.spec.nodeName || '-' },
  { heading: 'CAUSE', cell: (e) => e.cause?.id ?? '-', ofWorkload: (e) => e.problem.kind },
  { heading: 'WORKLOAD', cell: workloadCell, ofWorkload: workloadCell },
  {
    heading: 'SINCE',
    cell: (e) => (e.trouble === null ? '-' : `${e.trouble.sinceIsBound ? 'before ' : ''}${sinceCell(e.trouble.since)}`),
    ofWorkload: (e) => sinceCell(e.problem.since),
  },
  { heading: 'RUNS', cell: (e) => String(knownRuns(e.container.ledger)) },
  { heading: 'UNOBSERVED', cell: (e) => String(e.unobserved) },
];

function workloadCell({ workload }: TableEntry): string {
  return `${workload.kind}/${workload.name}`;
}

function availCell({ impact }: TableEntry): string {
  return impact === null ? '-' : `${impact.lowest}/${impact.desired}`;
}

function sinceCell(since: number): string {
  return new Date(since).toISOString().replace('.000Z', 'Z');
}

// The number of its pods that failed and were replaced: the restarts of a workload.
function failedPodsCell({ problem }: WorkloadEntry, { now }: Facts): string {
  const { failedPods, lastFailureAt } = problem;
  if (failedPods === 0 || lastFailureAt === null) return '-';
  return `${failedPods} (${duration(now - lastFailureAt)} ago)`;
}

function cellOf(column: PlainColumn, entry: TableEntry, facts: Facts): string {
  const text = isWorkloadEntry(entry) ? (column.ofWorkload?.(entry, facts) ?? '-') : column.cell(entry, facts);
  return text.replace(/ {2,}/g, ' ');
}

function restartsCell({ container }: Entry, { now }: Facts): string {
  const count = container.status?.restartCount ?? 0;
  const ended = container.ledger.findLast((r) => r.ended)?.finishedAt ?? null;
  return ended === null ? String(count) : `${count} (${duration(now - ended)} ago)`;
}

function ranCell({ container }: Entry, { now }: Facts): string {
  const newest = container.ledger.at(-1);
  const ran = newest === undefined ? null : ranFor(newest, now);
  return ran === null ? '-' : duration(ran);
}

// The text of the screen's bar: `in 4m19s`, `est ~5m`, `overdue 4s`.
function nextStartCell(entry: Entry, { now }: Facts): string {
  const countdown = countdownOf(entry, now);
  if (countdown.type === 'words' || (entry.nextStart?.at ?? now) <= now) return countdown.label;
  return countdown.isEstimate ? `est ${countdown.label}` : `in ${countdown.label}`;
}

/**
 * Everything in trouble, for a pipe: a line of summary, and a table without colours with a line for
 * each container and workload in trouble, in the order of the screen. Columns are separated by two
 * spaces or more; no cell contains two in a row. Without a final newline.
 * @param now epoch ms.
 * @param wide adds the node, the cause ID, the workload, the start of the trouble, and facts about
 * the runs.
 */
export function plainTable(state: ClusterState, source: SourceInfo, now: number, wide: boolean): string {
  const problems = problemListAt(state, now);
  const summary = summaryLines(problems, { state, source, now });
  if (problems.length === 0) return summary.join('\n');
  const columns = wide ? WIDE_COLUMNS : COLUMNS;
  const facts = { state, source, now };
  const rows = inTableOrder(problems, now).map((e) => columns.map((c) => cellOf(c, e, facts)));
  return [...summary, ...aligned([columns.map((c) => c.heading), ...rows])].join('\n');
}

function summaryLines(problems: readonly TableEntry[], { state, source, now }: Facts): string[] {
  const where = `${source.name}, ${scopeText(source)}, ${counted(state.names.size, 'pod')} at ${dateAndTime(now)} UTC`;
  const hidden = missingPermissionsText(state.hidden);
  const more = hidden === '' ? [] : [`Not everything was seen: ${hidden}.`];
  if (state.podsListedAt === null) return [`Nothing is known yet: no complete list of pods arrived. ${where}`, ...more];
  if (problems.length === 0) return [`Nothing is crash-looping. ${where}`, ...more];
  const counts = countWorkloads(problems);
  const named = SECTIONS.filter((s) => counts.has(s)).map((s) => `${counts.get(s)} ${s}`);
  return [`Workloads: ${named.join(', ')}. ${where}`, ...more];
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] as readonly string[]).map((_, i) => Math.max(...rows.map((row) => widthOf(row[i] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, i) => padEnd(cell, widths[i] as number))
      .join('  ')
      .trimEnd(),
  );
}
