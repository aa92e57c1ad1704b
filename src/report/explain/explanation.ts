import { crashHistoryFacts } from '../../diagnosis/change-facts.ts';
import { isWorkloadEntry, type TableEntry, troubledSince } from '../../diagnosis/entry.ts';
import { errorLineOf, logLines } from '../../diagnosis/log-lines.ts';
import { causeToTell, deadRuns, hasFailed, logOf } from '../../diagnosis/subject.ts';
import type { WorkloadProblem } from '../../diagnosis/workload/workload-problem.ts';
import { LIST } from '../../model/causes/index.ts';
import { kubectlColumns } from '../../model/kubectl-columns.ts';
import { dateAndTime, hourAndMinute } from '../../text/duration.ts';
import type { SourceInfo } from '../../timeline/envelope.ts';
import type { ClusterState, Gap } from '../../timeline/state.ts';
import { tabPane } from '../../view/detail/detail.ts';
import { textOf } from '../../view/lines/fit-line.ts';
import { nextStartSentence } from '../../wording/next-start.ts';
import { isSinceBound, sinceText } from '../../wording/since.ts';
import { whyText } from '../../wording/why.ts';
import { snapshotOf } from '../json/snapshot.ts';
import { nameOf } from './explain-target.ts';

/** The inputs of an explanation: one entry, and the time of the view (`now`, epoch ms). */
export interface ExplanationFacts {
  readonly state: ClusterState;
  readonly source: SourceInfo;
  readonly gaps: readonly Gap[];
  readonly now: number;
  readonly entry: TableEntry;
  /** What else has that name. */
  readonly others: readonly TableEntry[];
}

// The number of runs on a page; the Runs tab and the JSON have all of them.
const RUN_LINES = 16;
const OTHERS = 8;

/**
 * One page of plain text: what it is, the verdict with its evidence, the runs, and what else has
 * that name.
 */
export function explanationText(facts: ExplanationFacts, width: number): string {
  const { others } = facts;
  const pages = [
    headOf(facts),
    tab(facts, 'why', width, Number.POSITIVE_INFINITY),
    [' runs', ...tab(facts, 'runs', width, RUN_LINES)],
    others.length === 0 ? [] : [' also', ...others.slice(0, OTHERS).map(alsoLine), ...moreLine(others.length - OTHERS)],
    manualHint(facts),
  ].filter((page) => page.length > 0);
  return `${pages.map((page) => page.join('\n')).join('\n\n')}\n`;
}

function headOf({ entry, source, now }: ExplanationFacts): string[] {
  const { workload } = entry;
  const since = troubledSince(entry);
  const of = isWorkloadEntry(entry) || workload.kind === 'Pod' ? '' : `, of ${workload.kind} ${workload.name}`;
  const node = isWorkloadEntry(entry) ? '' : entry.record.pod.spec.nodeName;
  const state = stateOf(entry);
  const kubectl = isWorkloadEntry(entry) ? null : kubectlColumns(entry.record.pod, now, source.serverVersion);
  return [
    `${nameOf(entry)}${of}${node === '' ? '' : `, on ${node}`}`,
    [
      since === null ? state : `${state} ${sinceText({ sinceIsBound: isSinceBound(entry) })} ${hourAndMinute(since)}`,
      ...(kubectl === null ? [] : [`kubectl says ${kubectl.status} ${kubectl.restarts}`]),
      `${dateAndTime(now)} UTC`,
      source.name,
    ].join(' · '),
  ];
}

function stateOf(entry: TableEntry): string {
  if (isWorkloadEntry(entry)) return entry.problem.kind;
  if (entry.trouble !== null) return entry.trouble.state;
  const { goneAt, pod } = entry.record;
  if (goneAt !== null) return 'gone';
  return pod.phase === 'Failed' || hasFailed(entry) ? 'failed' : 'not in trouble';
}

function tab(facts: ExplanationFacts, name: 'why' | 'runs', width: number, most: number): string[] {
  const look = { tab: name, runsBack: 0, wraps: true, search: null, links: false };
  const { serverVersion } = facts.source;
  const pane = tabPane({ ...facts, serverVersion, problems: [] }, look, width);
  const lines = pane.slice(0, Math.min(most, pane.height)).map((line) => textOf(line).trimEnd());
  const end = lines.findLastIndex((line) => line !== '');
  return [...lines.slice(0, end + 1), ...moreLine(pane.height - most)];
}

function moreLine(count: number): string[] {
  return count > 0 && count !== Number.POSITIVE_INFINITY ? [` … ${count} more`] : [];
}

function alsoLine(entry: TableEntry): string {
  const why = isWorkloadEntry(entry) ? '' : whyText(entry);
  return `   ${nameOf(entry)}  ${stateOf(entry)}${why === '' ? '' : `  ${why}`}`;
}

function manualHint({ state, entry, now }: ExplanationFacts): string[] {
  const id = isWorkloadEntry(entry) ? undefined : causeToTell({ state, entry, now })?.id;
  return [
    ` more       ${id === undefined ? '' : `crashtop explain ${id}  (what it means)   `}crashtop explain crash-loop-back-off  (how crash loops work)`,
  ];
}

/** The same for programs: the pod as in a snapshot, plus what a snapshot omits. */
export function explanationJson(facts: ExplanationFacts): string {
  const { state, source, gaps, now, entry, others } = facts;
  const snapshot = snapshotOf(state, source, gaps, now);
  const common = {
    schemaVersion: 1,
    at: snapshot.at,
    source: snapshot.source,
    hidden: snapshot.hidden,
    workload: { kind: entry.workload.kind, namespace: entry.workload.namespace, name: entry.workload.name },
    others: others.map((e) => ({ name: nameOf(e), state: stateOf(e) })),
  };
  const explained = isWorkloadEntry(entry)
    ? {
        pod: null,
        container: null,
        problem: problemFacts(entry.problem),
      }
    : containerFacts({ state, now, entry }, snapshot.pods.find((p) => p.uid === entry.record.pod.uid) ?? null);
  return `${JSON.stringify({ ...common, ...explained }, null, 2)}\n`;
}

function problemFacts({ kind, summary, evidence, next }: WorkloadProblem) {
  return { kind, summary, evidence, next };
}

function containerFacts(subject: Parameters<typeof nextStartSentence>[0], pod: unknown) {
  const { entry, state } = subject;
  const run = deadRuns(subject)[0];
  const log = run === undefined ? undefined : logOf(subject, run);
  const lines = logLines(log?.text ?? '');
  const cause = causeToTell(subject);
  return {
    pod,
    container: entry.container.name,
    problem: entry.ofWorkload === null ? null : problemFacts(entry.ofWorkload),
    title: LIST.find(({ id }) => id === cause?.id)?.title ?? null,
    next: cause?.next ?? [],
    nextStart: nextStartSentence(subject),
    ...crashHistoryFacts(subject),
    log: log === undefined || log.error !== '' ? null : { tells: lines[errorLineOf(lines)]?.text ?? null, text: log.text },
    events: (state.events.get(entry.record.pod.uid) ?? []).map(({ type, reason, message, count, firstAt, lastAt }) => ({
      ...{ type, reason, message, count },
      firstAt: new Date(firstAt).toISOString(),
      lastAt: new Date(lastAt).toISOString(),
    })),
  };
}
