import { kubectlColumns } from '../model/kubectl-columns.ts';
import { ranFor } from '../model/run.ts';
import type { ClusterState } from '../timeline/cluster-state.ts';
import type { SourceInfo } from '../timeline/envelope.ts';
import { clockInShort } from './clock-words.ts';
import { counted, duration } from './duration.ts';
import { type Entry, isWorkloadEntry, type TableEntry, type WorkloadEntry } from './entry.ts';
import { fitLine, lineWidth, span } from './fit-line.ts';
import { cutEnd, type Line, widthOf } from './line.ts';
import { logLines, tellingLine } from './log-lines.ts';
import { nextStartSentence } from './next-start-sentence.ts';
import { timeNear } from './run-words.ts';
import { deadRuns, logOf, missingLog } from './subject.ts';
import { whyText } from './why-text.ts';

/** What the lines at the bottom tell of. */
export interface StripFacts {
  readonly entry: TableEntry | null;
  readonly state: ClusterState;
  readonly source: SourceInfo;
  /** Epoch ms. */
  readonly now: number;
}

const DOT = span(' · ', 'dim');

/**
 * What is known of the selected container (or workload): who it is and what kubectl says of it; why, and when it starts next; the last
 * line that the dead run printed. Exactly `height` lines (1 to 3) of exactly `width` cells.
 */
export function stripLines(facts: StripFacts, width: number, height: number): readonly Line[] {
  const { entry } = facts;
  const lines = entry === null ? [] : linesOf(facts, entry, width, height);
  return Array.from({ length: height }, (_, i) => fitLine(lines[i] ?? [], width));
}

function linesOf(facts: StripFacts, entry: TableEntry, width: number, height: number): Line[] {
  if (isWorkloadEntry(entry)) return workloadLines(facts, entry);
  return [identity(facts, entry, width), ...details(facts, entry, height)];
}

// Of a workload: what it is and has; why, and since when; the fact that it rests on.
function workloadLines({ state, now }: StripFacts, { workload, problem, impact }: WorkloadEntry): Line[] {
  const name = [span(` ${workload.namespace}/${workload.name}`, 'strong'), span(` ${workload.kind}`)];
  const has = impact === null ? [] : [DOT, span(`${impact.available} of ${impact.desired} pods available`)];
  const revision = state.statuses.get(workload.key)?.owner.revision ?? '';
  const since = [DOT, span(`since ${timeNear(problem.since, now)}`)];
  return [
    [...name, ...has, ...(revision === '' ? [] : [DOT, span(`revision ${revision}`)])],
    [span(' why: ', 'dim'), span(problem.summary), ...since],
    [span(' known from: ', 'dim'), span(problem.evidence[0] ?? '')],
  ];
}

function identity({ source, state, now }: StripFacts, entry: Entry, width: number): Line {
  const { pod } = entry.record;
  const { status, restarts } = kubectlColumns(pod, now, source.serverVersion);
  const name = [span(` ${pod.namespace}/${pod.name}`, 'strong'), span(` [${entry.container.name}]`)];
  const wrong = clockInShort(state, entry.record);
  const clock = wrong === '' ? [] : [span(` (${wrong})`, 'warn')];
  const node = [span(pod.spec.nodeName === '' ? ' on no node yet' : ` on ${pod.spec.nodeName}`), ...clock];
  const said = [DOT, span(`kubectl says ${status} ${restarts}`)];
  const runs = runLengths(entry, now);
  const line = runs === '' ? said : [...said, DOT, span(runs)];
  // Where it is too narrow for all of it, the node gives way: the drill-down has it.
  return lineWidth([...name, ...node, ...said]) <= width ? [...name, ...node, ...line] : [...name, ...clock, ...line];
}

// At 24 rows there is room for one line: the log says more than anything else, if there is one.
function details(facts: StripFacts, entry: Entry, height: number): Line[] {
  const why = whyLine(facts, entry);
  const words = entry.trouble === null ? null : lastWords(facts, entry);
  return height >= 3 || words === null ? [why, ...(words === null ? [] : [words])] : [words];
}

/** How long its newest runs lasted, newest first: "runs 40 39 38 38 38s, 9 more not seen". */
function runLengths(entry: Entry, now: number): string {
  const lengths: number[] = [];
  for (const run of entry.container.ledger.toReversed()) {
    const ran = run.ended ? ranFor(run, now) : null;
    if (ran !== null) lengths.push(ran);
    if (lengths.length === 6) break;
  }
  const unseen = entry.unobserved === 0 ? '' : `${counted(entry.unobserved, 'run')} not seen`;
  if (lengths.length === 0) return unseen;
  const inSeconds = lengths.every((l) => l < 120_000);
  const list = inSeconds ? `${lengths.map((l) => Math.floor(l / 1000)).join(' ')}s` : lengths.map(duration).join(' ');
  return `runs ${list}${unseen === '' ? '' : `, ${unseen}`}`;
}

function whyLine({ state, now }: StripFacts, entry: Entry): Line {
  if (entry.trouble === null) return [span(' no trouble', 'dim')];
  const workload = entry.ofWorkload === null ? [] : [DOT, span(entry.ofWorkload.summary, 'warn')];
  const why = [
    span(' why: ', 'dim'),
    span(whyText(entry)),
    ...workload,
    DOT,
    span(`since ${timeNear(entry.trouble.since, now)}`),
  ];
  return [...why, DOT, span('next start: ', 'dim'), span(nextStartSentence({ state, entry, now }))];
}

function lastWords({ state, now }: StripFacts, entry: Entry): Line | null {
  const subject = { state, entry, now };
  const [dead] = deadRuns(subject);
  if (dead !== undefined) {
    const logged = tellingText(logOf(subject, dead)?.text ?? '');
    if (logged !== '') return [span(' log of the dead run: ', 'dim'), span(`"${logged}"`)];
    const said = lastLine(dead.message);
    if (said !== '') return [span(' it said at its end: ', 'dim'), span(`"${said}"`)];
  }
  const waiting = entry.container.status?.state;
  const message = waiting?.is === 'waiting' ? lastLine(waiting.message) : '';
  if (message !== '') return [span(' the kubelet says: ', 'dim'), span(`"${message}"`)];
  const missing = dead === undefined ? null : missingLog(subject, dead);
  return missing === null ? null : [span(` ${missing}`, 'dim')];
}

function tellingText(log: string): string {
  const lines = logLines(log);
  return lines[tellingLine(lines)]?.text.trim() ?? '';
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}

/** The rule between the table and what stands below it, with a text in it on the left, on the right, or none. */
export function ruleLine(width: number, left = '', right = ''): Line {
  const shownRight = right === '' ? '' : ` ${right} ─`;
  const shownLeft = left === '' ? '' : cutEnd(` ${left} `, Math.max(0, width - 2 - widthOf(shownRight)));
  const rest = Math.max(0, width - 1 - widthOf(shownLeft) - widthOf(shownRight));
  return [span('─', 'dim'), span(shownLeft, 'warn'), span('─'.repeat(rest), 'dim'), span(shownRight, 'dim')];
}
