import { type Entry, isWorkloadEntry, type TableEntry, type WorkloadEntry } from '../diagnosis/entry.ts';
import { errorLineOf, logLines } from '../diagnosis/log-lines.ts';
import { deadRuns, logOf, missingLog } from '../diagnosis/subject.ts';
import { kubectlColumns } from '../model/kubectl-columns.ts';
import { cutEnd, widthOf } from '../text/cells.ts';
import { counted } from '../text/duration.ts';
import type { SourceInfo } from '../timeline/envelope.ts';
import type { ClusterState } from '../timeline/state.ts';
import { describeChanges } from '../wording/changes.ts';
import { shortClockSkew } from '../wording/clock.ts';
import { nextStartSentence } from '../wording/next-start.ts';
import { runTrendOf } from '../wording/run-trend.ts';
import { timeNear } from '../wording/runs.ts';
import { sinceText } from '../wording/since.ts';
import { whyText } from '../wording/why.ts';
import { fitLine, lineWidth, span } from './lines/fit-line.ts';
import type { Line, Tone } from './lines/line.ts';
import { acknowledgementSpans } from './table/acknowledgement-marks.ts';
import { groupLines } from './table/group-text.ts';
import type { Group } from './table/table.ts';

/** The inputs of the lines at the bottom. */
export interface FooterFacts {
  readonly entry: TableEntry | null;
  /** The group whose row is selected; null if an entry's row is. */
  readonly group: Group | null;
  readonly state: ClusterState;
  readonly source: SourceInfo;
  /** Epoch ms. */
  readonly now: number;
}

const DOT = span(' · ', 'dim');

/**
 * Details of the selected container (or workload): its name and kubectl's status; why, and when it
 * starts next; the error line of its last ended run. Exactly `height` lines (1 to 3) of exactly
 * `width` cells.
 */
export function footerLines(facts: FooterFacts, width: number, height: number): readonly Line[] {
  const { entry } = facts;
  const lines = entry === null ? [] : linesOf(facts, entry, width, height);
  return Array.from({ length: height }, (_, i) => fitLine(lines[i] ?? [], width));
}

function linesOf(facts: FooterFacts, entry: TableEntry, width: number, height: number): Line[] {
  const ofGroup = facts.group === null ? [] : groupLines(facts.group);
  if (ofGroup.length > 1) return [...ofGroup];
  if (isWorkloadEntry(entry)) return [...ofGroup, ...workloadLines(facts, entry)];
  if (ofGroup.length === 1) return [...ofGroup, ...details(facts, entry, width, height)];
  return [identity(facts, entry, width), ...details(facts, entry, width, height)];
}

// For a workload: what it is and has; why, and since when; the main evidence.
function workloadLines({ state, now }: FooterFacts, entry: WorkloadEntry): Line[] {
  const { workload, problem, impact } = entry;
  const name = [span(` ${workload.namespace}/${workload.name}`, 'strong'), span(` ${workload.kind}`)];
  const has = impact === null ? [] : [DOT, span(`${impact.available} of ${impact.desired} pods available`)];
  const revision = state.statuses.get(workload.key)?.owner.revision ?? '';
  const since = [DOT, span(`since ${timeNear(problem.since, now)}`)];
  return [
    [...name, ...has, ...(revision === '' ? [] : [DOT, span(`revision ${revision}`)])],
    [...acknowledgementSpans(entry, now), span(' why: ', 'dim'), span(problem.summary), ...since],
    [span(' evidence: ', 'dim'), span(problem.evidence[0] ?? '')],
  ];
}

function identity({ source, state, now }: FooterFacts, entry: Entry, width: number): Line {
  const { pod } = entry.record;
  const { status, restarts } = kubectlColumns(pod, now, source.serverVersion);
  const name = [span(` ${pod.namespace}/${pod.name}`, 'strong'), span(` [${entry.container.name}]`)];
  const wrong = shortClockSkew(state, entry.record);
  const clock = wrong === '' ? [] : [span(` (${wrong})`, 'warn')];
  const node = [span(pod.spec.nodeName === '' ? ' on no node yet' : ` on ${pod.spec.nodeName}`), ...clock];
  const said = [DOT, span(`kubectl says ${status} ${restarts}`)];
  // If space is short, omit the node: the detail screen has it. Then omit the bars and their
  // verdict.
  const isWide = lineWidth([...name, ...node, ...said]) <= width;
  const known = isWide ? [...name, ...node, ...said] : [...name, ...clock, ...said];
  const runs = runLengths(entry, now);
  const room = width - lineWidth([...known, DOT]);
  const shown = runs.find((words) => widthOf(words) <= room) ?? runs.at(-1);
  return shown === undefined ? known : [...known, DOT, span(shown)];
}

// With 24 rows there is one line: a log line says most, except for changes and acknowledgements.
function details(facts: FooterFacts, entry: Entry, width: number, height: number): Line[] {
  const changed = changedSpans(facts, entry);
  const why = whyLine(facts, entry, changed, width);
  const words = entry.trouble === null ? null : finalErrorLines(facts, entry);
  const hasWhy = height >= 3 || words === null || changed.length > 0 || entry.acknowledgement !== undefined;
  return hasWhy ? [why, ...(words === null ? [] : [words])] : [words];
}

const RUNS_SHOWN = 6;

/**
 * The lengths of its newest runs, oldest first, longest variant first: "runs 40 39 38 38s ▅▅▅▅
 * steady, 9 runs not seen".
 */
function runLengths(entry: Entry, now: number): readonly string[] {
  const unseen = entry.unobserved === 0 ? '' : `${counted(entry.unobserved, 'run')} not seen`;
  const known = runTrendOf(entry, now, RUNS_SHOWN);
  if (known === null) return unseen === '' ? [] : [unseen];
  const { numbers, bars, verdict, trend } = known;
  const variants = trend === 'too-few' ? [numbers] : [`${numbers} ${bars} ${verdict}`, `${numbers} ${bars}`, numbers];
  return unseen === '' ? variants : [...variants.map((v) => `${v}, ${unseen}`), ...variants];
}

const FIELDS_SHOWN = 2;

function changedSpans({ state, now }: FooterFacts, entry: Entry): Line {
  const [newest, ...older] = describeChanges({ state, entry, now }, FIELDS_SHOWN);
  if (newest === undefined) return [];
  const more = older.length === 0 ? '' : `; ${counted(older.length, 'other change')}`;
  return [span('changed: ', 'dim'), span(`${newest}${more}`, 'warn')];
}

// Put changes where they can be read in full: the row above already says why.
function whyLine({ state, now }: FooterFacts, entry: Entry, changed: Line, width: number): Line {
  if (entry.trouble === null) return [span(' no trouble', 'dim')];
  const besides = entry.ofWorkload === null ? [] : [DOT, span(entry.ofWorkload.summary, 'warn')];
  const why = [span('why: ', 'dim'), span(whyText(entry))];
  const standing = acknowledgementSpans(entry, now);
  const isShort = lineWidth([...standing, ...why, ...besides, ...changed]) + 4 <= width;
  const inOrder = changed.length === 0 ? [...why, ...besides] : [...why, ...besides, DOT, ...changed];
  const known = changed.length === 0 || isShort ? inOrder : [...changed, ...besides, DOT, ...why];
  const since = [DOT, span(`${sinceText(entry.trouble)} ${timeNear(entry.trouble.since, now)}`)];
  return [
    ...standing,
    span(' '),
    ...known,
    ...since,
    DOT,
    span('next start: ', 'dim'),
    span(nextStartSentence({ state, entry, now })),
  ];
}

function finalErrorLines({ state, now }: FooterFacts, entry: Entry): Line | null {
  const subject = { state, entry, now };
  const [dead] = deadRuns(subject);
  if (dead !== undefined) {
    const logged = tellingText(logOf(subject, dead)?.text ?? '');
    if (logged !== '') return [span(' log of the last run: ', 'dim'), span(`"${logged}"`)];
    const said = lastLine(dead.message);
    if (said !== '') return [span(' termination message: ', 'dim'), span(`"${said}"`)];
  }
  const waiting = entry.container.status?.state;
  const message = waiting?.type === 'waiting' ? lastLine(waiting.message) : '';
  if (message !== '') return [span(' the kubelet says: ', 'dim'), span(`"${message}"`)];
  const missing = dead === undefined ? null : missingLog(subject, dead);
  return missing === null ? null : [span(` ${missing}`, 'dim')];
}

function tellingText(log: string): string {
  const lines = logLines(log);
  return lines[errorLineOf(lines)]?.text.trim() ?? '';
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}

/** The rule between the table and the lines below, with optional texts on the left and right. */
export function ruleLine(width: number, left = '', right = '', leftTone: Tone = 'warn'): Line {
  const shownRight = right === '' ? '' : ` ${right} ─`;
  const shownLeft = left === '' ? '' : cutEnd(` ${left} `, Math.max(0, width - 2 - widthOf(shownRight)));
  const rest = Math.max(0, width - 1 - widthOf(shownLeft) - widthOf(shownRight));
  return [span('─', 'dim'), span(shownLeft, leftTone), span('─'.repeat(rest), 'dim'), span(shownRight, 'dim')];
}
