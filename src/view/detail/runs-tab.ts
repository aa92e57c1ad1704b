import { estimatesOnOurClock } from '../../diagnosis/estimates.ts';
import { lastTwoCrashes } from '../../diagnosis/last-two-crashes.ts';
import type { Subject } from '../../diagnosis/subject.ts';
import type { EstimatedRun } from '../../model/estimated-runs.ts';
import {
  knownRuns,
  type Ledger,
  newestTimeOf,
  type Run,
  ranFor,
  timeOfRun,
  unseenBefore,
  waitedFor,
} from '../../model/ledger.ts';
import { containerSpecOf } from '../../model/pod.ts';
import { isCrash } from '../../model/trouble.ts';
import { padEnd, padStart } from '../../text/cells.ts';
import { aboutDuration, counted, duration, durationLeft, grouped } from '../../text/duration.ts';
import { NOT_RUNNING } from '../../timeline/earlier-sessions.ts';
import { podsOf } from '../../timeline/members.ts';
import type { Gap } from '../../timeline/state.ts';
import { isGapOfPods } from '../../timeline/state.ts';
import { describeTrends } from '../../wording/crash-history.ts';
import { describeLastTwo } from '../../wording/last-two-crashes.ts';
import { startsIn } from '../../wording/next-start.ts';
import { runNumber, shortExit, shortRunLength, timeAgo, timeNear } from '../../wording/runs.ts';
import { span } from '../lines/fit-line.ts';
import type { Line } from '../lines/line.ts';
import { wrap } from '../lines/wrap.ts';
import type { Pane } from './pane.ts';

/** One line of the restart history. */
type Row =
  | { readonly type: 'text'; readonly line: Line }
  | { readonly type: 'run'; readonly index: number }
  /**
   * Runs counted by restartCount and never seen; `after` and `before` bound them, epoch ms, if
   * known.
   */
  | { readonly type: 'unseen'; readonly count: number; readonly after: number | null; readonly before: number | null }
  | { readonly type: 'estimated'; readonly run: EstimatedRun }
  /** Runs that were known and are no longer kept, between two that are (epoch ms). */
  | { readonly type: 'forgotten'; readonly count: number; readonly after: number | null; readonly before: number | null }
  | { readonly type: 'renumbered' }
  | { readonly type: 'gap'; readonly gap: Gap };

/**
 * The Runs tab: the restart history, the newest run first, with unseen runs in their places. A line
 * is made only when it is drawn.
 */
export function runsPane(subject: Subject, width: number): Pane {
  const { ledger } = subject.entry.container;
  const rows: Row[] = [...summary(subject, width).map(text), text([]), ...history(subject, width)];
  const longest = ledger.reduce((most, run) => Math.max(most, ranFor(run, subject.now) ?? 0), 0);
  const columns = columnsAt(width, ledger, subject.now);
  const toLine = (row: Row): Line => {
    if (row.type === 'text') return row.line;
    if (row.type === 'run') return runLine(subject, row.index, longest, columns);
    if (row.type === 'estimated') return estimatedLine(row.run, subject.now, longest, columns);
    return noteLine(row, subject.now, width);
  };
  return { height: rows.length, opensAt: 'top', slice: (from, count) => rows.slice(from, from + count).map(toLine) };
}

function text(line: Line): Row {
  return { type: 'text', line };
}

function history(subject: Subject, width: number): Row[] {
  const { ledger } = subject.entry.container;
  if (ledger.length === 0) return [];
  const rows: Row[] = [text(headingLine(columnsAt(width, ledger, subject.now)))];
  const next = nextLine(subject);
  if (next !== null) rows.push(text(next));
  const gaps = gapsOf(subject).toReversed();
  const estimated = estimatesOnOurClock(subject.state, subject.entry.record, subject.entry.container.name);
  for (let index = ledger.length - 1; index >= 0; index--) {
    const run = ledger[index] as Run;
    while (gaps[0] !== undefined && gaps[0].from >= (timeOfRun(run) ?? Number.POSITIVE_INFINITY))
      rows.push({ type: 'gap', gap: gaps.shift() as Gap });
    rows.push({ type: 'run', index });
    const before = ledger[index - 1];
    const missing = unseenBefore(ledger, index);
    const between = { after: before === undefined ? null : newestTimeOf(before), before: timeOfRun(run) };
    if (run.forgottenBefore > 0) rows.push({ type: 'forgotten', count: run.forgottenBefore, ...between });
    if (missing > 0) rows.push(...unseenRows(run.attempt - missing, run.attempt, estimated, between));
    if (before !== undefined && missing < 0) rows.push({ type: 'renumbered' });
  }
  return [...rows, ...gaps.map((gap): Row => ({ type: 'gap', gap }))];
}

// The unseen runs from one attempt to another, the newest first: each in its place if it is known,
// the rest between.
function unseenRows(
  from: number,
  to: number,
  estimated: readonly EstimatedRun[],
  between: { readonly after: number | null; readonly before: number | null },
): Row[] {
  const rows: Row[] = [];
  let { before } = between;
  let next = to;
  const placed = estimated.filter(({ attempt }) => attempt >= from && attempt < to);
  for (const run of placed.toReversed()) {
    if (run.attempt + 1 < next) rows.push({ type: 'unseen', count: next - run.attempt - 1, after: run.finishedAt, before });
    rows.push({ type: 'estimated', run });
    next = run.attempt;
    before = run.startedAt;
  }
  if (next > from) rows.push({ type: 'unseen', count: next - from, after: between.after, before });
  return rows;
}

// Gaps before the pod existed hide no run of it.
function gapsOf({ state, entry }: Subject): Gap[] {
  const { namespace, createdAt } = entry.record.pod;
  return state.gaps.filter((gap) => isGapOfPods(gap, namespace) && (gap.to === null || gap.to > (createdAt ?? 0)));
}

function summary(subject: Subject, width: number): Line[] {
  const { entry } = subject;
  const { ledger, status } = entry.container;
  const restarts = status?.restartCount ?? 0;
  const known = ledger.length === 0 ? [] : sentence(knownText(ledger, restarts, entry.unobserved), width, 'strong');
  return [
    ...known,
    ...beforeTheFirst(subject, restarts, width),
    ...sentence(policyText(subject), width),
    ...earlierPods(subject, width),
    ...lastTwo(subject, width),
    ...describeTrends(subject).flatMap((words) => sentence(words, width)),
  ];
}

function lastTwo(subject: Subject, width: number): Line[] {
  const two = lastTwoCrashes(subject);
  return two === null ? [] : sentence(describeLastTwo(two), width);
}

function beforeTheFirst(subject: Subject, restarts: number, width: number): Line[] {
  const { ledger } = subject.entry.container;
  const first = ledger[0]?.attempt ?? restarts;
  if (first === 0) return ledger.length > 0 ? [] : sentence('it has never started, so there is no run', width, 'strong');
  const which = first < restarts ? ' before the first run that was seen' : '';
  return sentence(
    `${counted(first, 'restart')}${which}, ${timesKnown(subject, first)}${hints(subject)}`,
    width,
    ledger.length === 0 ? 'strong' : 'dim',
  );
}

function timesKnown({ state, entry }: Subject, first: number): string {
  const estimated = estimatesOnOurClock(state, entry.record, entry.container.name).filter(
    ({ attempt }) => attempt < first,
  ).length;
  if (estimated === 0) return 'times not known';
  return estimated === first
    ? 'times estimated'
    : `times of ${grouped(estimated)} estimated, of ${grouped(first - estimated)} not known`;
}

// A replacement pod does not begin from nothing: the runs of the pods before it are known for as
// long as those are kept.
function earlierPods({ state, entry, now }: Subject, width: number): Line[] {
  const { workload, pod } = entry.record;
  if (workload.kind === 'Pod') return [];
  const ledgers: Ledger[] = [];
  for (const record of podsOf(state, workload.key)) {
    if (record.goneAt === null || record.pod.uid === pod.uid) continue;
    const ledger = record.containers.find((c) => c.name === entry.container.name)?.ledger ?? [];
    if (ledger.length > 0) ledgers.push(ledger);
  }
  const runs = ledgers.flat();
  if (runs.length === 0) return [];
  const ended = runs.filter((run) => run.finishedAt !== null);
  const last = ended.toSorted((a, b) => (newestTimeOf(a) ?? 0) - (newestTimeOf(b) ?? 0)).at(-1);
  const exit = last === undefined ? '' : `, last exit ${shortExit(last)} at ${timeAgo(newestTimeOf(last) ?? now, now)}`;
  return sentence(`${counted(ledgers.length, 'earlier pod')} of this workload: ${counted(knownRuns(runs), 'run')}${exit}`, width);
}

function knownText(ledger: Ledger, restarts: number, unobserved: number): string {
  const unseen = unobserved === 0 ? '' : `, ${grouped(unobserved)} not seen`;
  return `${counted(knownRuns(ledger), 'run')} known${unseen} · ${counted(restarts, 'restart')}`;
}

// Other facts about unwatched time: the kubelet's BackOff events count its refusals, and the pod
// has an age.
function hints({ state, entry, now }: Subject): string {
  const { pod } = entry.record;
  const backOffs = (state.events.get(pod.uid) ?? []).filter(
    (e) => e.reason === 'BackOff' && e.type === 'Warning' && e.involved.container === entry.container.name,
  );
  const created = pod.createdAt === null ? '' : `; its pod was made at ${timeAgo(pod.createdAt, now)}`;
  if (backOffs.length === 0) return created;
  const count = backOffs.reduce((sum, e) => sum + e.count, 0);
  const first = Math.min(...backOffs.map((e) => e.firstAt));
  return `${created}; the kubelet told of its back-off ${counted(count, 'time')}, first at ${timeAgo(first, now)}`;
}

function policyText({ entry }: Subject): string {
  const { record, container } = entry;
  const spec = containerSpecOf(record.pod, container.name);
  const rules =
    spec === undefined || spec.restartRules.length === 0 ? '' : `, with ${counted(spec.restartRules.length, 'rule')} of its own`;
  if (container.type === 'ephemeral') return `${TYPES.ephemeral}, never restarted`;
  return `${TYPES[container.type]}, restart policy ${spec?.restartPolicy ?? record.pod.spec.restartPolicy}${rules}`;
}

const TYPES = { app: 'app container', init: 'init container', sidecar: 'sidecar', ephemeral: 'ephemeral container' } as const;

function sentence(words: string, width: number, tone: 'strong' | 'dim' = 'dim'): Line[] {
  return wrap(words, width - 2).map((row) => [span(` ${row}`, tone)]);
}

interface Columns {
  readonly number: number;
  readonly started: number;
  readonly ran: number;
  readonly bar: number;
  readonly exit: number;
  readonly waited: number;
  readonly message: number;
}

const GAP = 2;
const MAX_BAR = 60;
const MIN_BAR = 20;
const MIN_MESSAGE = 20;

function columnsAt(width: number, ledger: Ledger, now: number): Columns {
  const number = Math.max(4, `${ledger.at(-1)?.attempt ?? 0}`.length + 1);
  const oldest = ledger[0] === undefined ? now : (timeOfRun(ledger[0]) ?? now);
  const fixed = { number, started: timeNear(oldest, now).length, ran: 6, exit: width < 80 ? 13 : 20, waited: 6 };
  const left = width - 1 - Object.values(fixed).reduce((sum, w) => sum + w + GAP, 0);
  const hasMessages = ledger.some((run) => run.message !== '') && left >= MIN_BAR + GAP + MIN_MESSAGE;
  if (!hasMessages) return { ...fixed, bar: Math.min(MAX_BAR, Math.max(1, left)), message: 0 };
  const bar = Math.min(MAX_BAR, Math.max(MIN_BAR, Math.floor(left / 3)));
  return { ...fixed, bar, message: left - bar - GAP };
}

function headingLine(c: Columns): Line {
  const cells = [
    padEnd('RUN', c.number),
    padEnd('STARTED', c.started),
    padStart('RAN', c.ran),
    ' '.repeat(c.bar),
    padEnd('EXIT', c.exit),
    padStart('WAITED', c.waited),
  ];
  return [span(` ${cells.join(' '.repeat(GAP))}${c.message > 0 ? '  MESSAGE' : ''}`, 'dim')];
}

function runLine({ entry, now }: Subject, index: number, longest: number, c: Columns): Line {
  const { ledger } = entry.container;
  const run = ledger[index] as Run;
  const started = run.startedAt === null ? 'not known' : timeNear(run.startedAt, now);
  const waited = waitedFor(ledger, index);
  const gap = span(' '.repeat(GAP));
  const exit = run.ended ? shortExit(run) || 'not known' : 'running';
  const message = run.message.split('\n').find((line) => line.trim() !== '') ?? '';
  return [
    span(` ${padEnd(runNumber(run), c.number)}`, 'strong'),
    gap,
    span(padEnd(started, c.started), run.startedAt === null ? 'dim' : 'plain'),
    gap,
    span(padStart(shortRunLength(run, now), c.ran)),
    gap,
    span(barOf(run, now, longest, c.bar), run.ended ? 'waiting' : 'running'),
    gap,
    span(padEnd(exit, c.exit), run.ended ? (run.exitCode === 0 || !isCrash(run) ? 'plain' : 'crash') : 'good'),
    gap,
    span(padStart(waited === null ? (index === 0 ? '' : '?') : duration(waited), c.waited)),
    ...(c.message > 0 ? [gap, span(padEnd(message, c.message), 'dim')] : []),
  ];
}

// Hollow, because it was not seen.
function estimatedLine(
  { attempt, startedAt, finishedAt, startIsTold }: EstimatedRun,
  now: number,
  longest: number,
  c: Columns,
): Line {
  const ran = finishedAt - startedAt;
  const filled = Math.max(1, longest === 0 ? 0 : Math.min(c.bar, Math.round((ran / longest) * c.bar)));
  const cells = [
    padEnd(`#${attempt}`, c.number),
    padEnd(timeNear(startedAt, now), c.started),
    padStart(`~${duration(ran)}`, c.ran),
    HOLLOW.repeat(filled) + ' '.repeat(c.bar - filled),
    startIsTold ? 'end estimated' : 'estimated',
  ];
  return [span(` ${cells.join(' '.repeat(GAP))}`, 'unseen')];
}

const ENDED = '█';
const HOLLOW = '╌';
const RUNNING = '▒';
const A_MOMENT = '▏';

// A running run is drawn open: its end is not known yet, and without colours the glyph must say so.
function barOf(run: Run, now: number, longest: number, cells: number): string {
  const ran = ranFor(run, now);
  if (ran === null) return ' '.repeat(cells);
  const filled = longest === 0 ? 0 : Math.round((ran / longest) * cells);
  // Measuring block characters costs more than the rest of the row, and each of them is one cell.
  return (filled === 0 ? A_MOMENT : (run.ended ? ENDED : RUNNING).repeat(filled)) + ' '.repeat(cells - Math.max(1, filled));
}

function nextLine({ entry, now }: Subject): Line | null {
  const next = entry.nextStart;
  if (next === null) return null;
  if (next.at !== null && next.kind !== 'overdue' && next.delayMs > 0 && now >= next.at) {
    return [span(` next due now, usually within ${durationLeft(next.lateAfter - now)}`, 'info')];
  }
  switch (next.kind) {
    case 'published':
      return [span(` next at ${timeNear(next.expectedAt, now)}, in ${startsIn(next, durationLeft, now)}: published`, 'info')];
    case 'estimated':
      return [
        span(
          next.delayMs === 0
            ? ` next at once${next.byRule ? ', by a rule' : ''}`
            : ` next at about ${timeNear(next.expectedAt, now)}, in ${startsIn(next, aboutDuration, now)}: estimated`,
          'info',
        ),
      ];
    case 'overdue':
      return [span(` next overdue ${duration(now - next.lateAfter)}, due since ${timeNear(next.at, now)}`, 'warn')];
    case 'unknown':
      return [span(' next not known', 'dim')];
  }
}

function noteLine(row: Exclude<Row, { type: 'text' | 'run' | 'estimated' }>, now: number, width: number): Line {
  return [span(padEnd(` ${noteText(row, now)}`, width).trimEnd(), row.type === 'gap' ? 'unseen' : 'dim')];
}

function noteText(row: Exclude<Row, { type: 'text' | 'run' | 'estimated' }>, now: number): string {
  if (row.type === 'renumbered') return '┄ the restart count was reset: the kubelet had lost it';
  if (row.type === 'forgotten')
    return `┄ ${counted(row.count, 'run')} no longer kept in memory${between(row.after, row.before, now)}`;
  if (row.type === 'unseen') return `? ${counted(row.count, 'run')} not seen${between(row.after, row.before, now)}`;
  const { from, to, reason, resumed } = row.gap;
  const until = to === null ? 'since' : `for ${duration(to - from)} from`;
  const loss = to !== null && resumed ? 'runs came late' : 'runs may be missing';
  const earlier = reason === NOT_RUNNING ? '; below: an earlier session' : '';
  return `░ not watched ${until} ${timeNear(from, now)}, ${loss}: ${reason}${earlier}`;
}

function between(after: number | null, before: number | null, now: number): string {
  if (before === null) return '';
  return after === null ? ` before ${timeNear(before, now)}` : ` between ${timeNear(after, now)} and ${timeNear(before, now)}`;
}
