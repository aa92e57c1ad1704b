import { lastTwoCrashes } from '../../diagnosis/last-two-crashes.ts';
import { type Run, waitedFor } from '../../model/ledger.ts';
import { counted, dateAndTime, duration, timeOfDay } from '../../text/duration.ts';
import { goDuration } from '../../text/go-duration.ts';
import type { Gap } from '../../timeline/state.ts';
import { describeChange, describeHiddenConfigs } from '../../wording/changes.ts';
import { describeLengthTrend } from '../../wording/crash-history.ts';
import { describeLastTwo } from '../../wording/last-two-crashes.ts';
import { describeCrashRate } from '../../wording/run-trend.ts';
import { runNumber, shortExit, shortRunLength, timeNear } from '../../wording/runs.ts';
import { type Incident, type IncidentPod, type IncidentProblem, isOver } from './incident.ts';

/** The report's title. */
export function titleOf({ source }: Incident): string {
  return `Crash loops in ${source.context ?? source.name}`;
}

/** `2026-11-22 14:57:48 to 15:38:18 UTC (40m)`. */
export function spanOf({ from, to }: Pick<Incident, 'from' | 'to'>): string {
  const sameDay = dateAndTime(from).slice(0, 10) === dateAndTime(to).slice(0, 10);
  return `${dateAndTime(from)} to ${sameDay ? timeOfDay(to) : dateAndTime(to)} UTC (${duration(to - from)})`;
}

/** The incident in a few sentences: its size and impact, what remains, and what was not visible. */
export function summaryOf(incident: Incident): string[] {
  const { problems, crashes, pods, gaps, hidden, to } = incident;
  if (problems.length === 0) return [`Nothing was crash-looping: ${counted(pods, 'pod')} at the end.`, ...unseen(incident)];
  const open = problems.filter((p) => !isOver(p));
  const level = (name: string) => open.filter((p) => p.impact?.level === name).length;
  const impact = [
    ...[`${level('down')} with no pod available`, `${level('degraded')} degraded`, `${level('available')} still available`],
  ].filter((words) => !words.startsWith('0 '));
  const workloads = new Set(problems.map((p) => `${p.kind}/${p.name}`)).size;
  return [
    `${counted(problems.length, 'problem')} in ${counted(workloads, 'workload')}; ${counted(crashes, 'known crash', 'known crashes')}; ${counted(pods, 'pod')} at the end.`,
    open.length === 0
      ? `Everything was over by ${timeOfDay(to)}.`
      : `At the end ${counted(open.length, 'problem')} ongoing${impact.length === 0 ? '' : `: ${impact.join(', ')}`}${open.length === problems.length ? '' : `; ${problems.length - open.length} over or holding`}.`,
    ...(gaps.length + hidden.length > 0 ? unseen(incident) : []),
  ];
}

function unseen({ gaps, hidden }: Incident): string[] {
  const stretches = Map.groupBy(gaps, gapText);
  return [
    ...[...stretches].map(([text, alike]) => `Not watched ${text} (${alike.map((g) => g.kind).join(', ')}).`),
    ...hidden.map(({ what, namespace, why }) => `Hidden: ${what}${namespace === null ? '' : ` in ${namespace}`}: ${why}.`),
  ];
}

function gapText({ from, to, reason, resumed }: Gap): string {
  const long = to === null ? 'on' : to - from < 1000 ? 'for a moment' : `for ${duration(to - from)}`;
  return `from ${timeOfDay(from)} ${long}, ${resumed ? 'updates arrived late' : 'updates may be missing'}: ${reason}`;
}

/** `shop/gateway [gateway]`. */
export function nameOfProblem({ name, container }: IncidentProblem): string {
  return container === '' ? name : `${name} [${container}]`;
}

/** The facts about a problem, as labels and texts. */
export function factsOf(problem: IncidentProblem, { to }: Pick<Incident, 'to'>): readonly (readonly [string, string])[] {
  const { kind, impact, confidence, title, causeId, since, sinceIsBound, lastAt, stateAtEnd, nextStart, pods } = problem;
  const facts: [string, string][] = [
    [
      'Cause',
      `${title === '' ? 'unknown' : title} (${causeId === '' ? 'none' : causeId}${confidence === null ? '' : `, ${confidence}`})`,
    ],
    ['Impact', impactText(impact)],
    [
      'Since',
      `${sinceIsBound ? 'before ' : ''}${timeNear(since, to)}${lastAt < to ? `, last in trouble at ${timeNear(lastAt, to)}` : ''}`,
    ],
    ['At the end', nextStart === '' ? stateAtEnd : `${stateAtEnd}; ${nextStart}`],
    ['Workload', `${kind}${pods.length === 0 ? '' : `, ${counted(pods.length, 'pod')} in trouble`}`],
    ['Changed', describeChanged(problem, to)],
    ...historyFacts(problem),
  ];
  return facts.filter(([, words]) => words !== '');
}

function describeChanged({ changes, container, lastSeen }: IncidentProblem, to: number): string {
  const hidden = lastSeen === null ? '' : describeHiddenConfigs(lastSeen);
  return [...changes.map((change) => describeChange(change, container, to)), hidden].filter((words) => words !== '').join('; ');
}

// About the first pod shown, as of its last time in trouble.
function historyFacts({ lastSeen }: IncidentProblem): [string, string][] {
  if (lastSeen === null) return [];
  const two = lastTwoCrashes(lastSeen);
  return [
    ['Last two crashes', two === null ? '' : describeLastTwo(two)],
    ['Run lengths', describeLengthTrend(lastSeen)],
    ['Crash rate', describeCrashRate(lastSeen.entry, lastSeen.now)],
  ];
}

function impactText(impact: IncidentProblem['impact']): string {
  if (impact === null) return 'no pods that must stay available';
  const { level, lowest, desired } = impact;
  return `${level}: at worst ${lowest} of ${counted(desired, 'pod')} available`;
}

export const POD_HEADINGS = ['Pod', 'Node', 'State', 'Restarts', 'Runs known', 'Not seen', 'Last exit'] as const;

/** The cells of one pod, under {@link POD_HEADINGS}. */
export function podCells({ entry, state, unobserved }: IncidentPod): readonly string[] {
  const { record, container } = entry;
  const last = container.ledger.findLast((run) => run.ended);
  return [
    record.pod.name,
    record.pod.spec.nodeName || 'none',
    state,
    String(container.status?.restartCount ?? 0),
    String(container.ledger.length),
    String(unobserved),
    last === undefined ? '-' : shortExit(last) || 'unknown',
  ];
}

export const RUN_HEADINGS = ['Run', 'Started', 'Ran', 'Exit', 'Waited before', 'Back-off after', 'Message'] as const;

const RUNS_SHOWN = 40;
const MESSAGE_SHOWN = 160;

/**
 * The newest runs of a pod, oldest first, as cells under {@link RUN_HEADINGS}; `omitted` counts the
 * earlier ones.
 */
export function runCells(
  { entry }: IncidentPod,
  now: number,
): { readonly rows: readonly (readonly string[])[]; readonly omitted: number } {
  const { ledger } = entry.container;
  const omitted = Math.max(0, ledger.length - RUNS_SHOWN);
  const rows = ledger.slice(omitted).map((run, i) => {
    const waited = waitedFor(ledger, omitted + i);
    return [
      runNumber(run),
      run.startedAt === null ? 'unknown' : timeNear(run.startedAt, now),
      shortRunLength(run, now),
      run.ended ? shortExit(run) || 'unknown' : 'running',
      waited === null ? (omitted + i === 0 ? '-' : '?') : duration(waited),
      run.publishedDelay === null ? '-' : goDuration(run.publishedDelay),
      messageOf(run),
    ];
  });
  return { rows, omitted };
}

function messageOf({ message }: Run): string {
  const line = message.split('\n').find((l) => l.trim() !== '') ?? '';
  return line.length > MESSAGE_SHOWN ? `${line.slice(0, MESSAGE_SHOWN)}…` : line;
}

/**
 * One wait before a restart: the actual time, and the back-off that the kubelet published (ms; null
 * if none).
 */
export interface Wait {
  readonly run: string;
  readonly waitedMs: number;
  readonly publishedMs: number | null;
}

/** The waits between the known runs of a pod, oldest first: how its back-off grew. */
export function waitsOf({ entry }: IncidentPod): readonly Wait[] {
  const { ledger } = entry.container;
  return ledger.flatMap((run, index) => {
    const waitedMs = waitedFor(ledger, index);
    return waitedMs === null ? [] : [{ run: runNumber(run), waitedMs, publishedMs: ledger[index - 1]?.publishedDelay ?? null }];
  });
}

export const EVENT_HEADINGS = ['Last', 'Count', 'Reason', 'Message'] as const;

/** The cells of one event, under {@link EVENT_HEADINGS}. */
export function eventCells({ event, count, lastAt }: IncidentProblem['events'][number], now: number): readonly string[] {
  return [timeNear(lastAt, now), `x${count}`, event.reason, event.message];
}
