import { kubectlColumns } from '../model/kubectl-columns.ts';
import type { TroubleState } from '../model/trouble.ts';
import type { ClusterState, PodRecord } from '../timeline/cluster-state.ts';
import { duration, hourAndMinute, timeOfDay } from './duration.ts';
import { type Entry, isWorkloadEntry, type TableEntry } from './entry.ts';
import { eventsPane, workloadEventsPane } from './events-tab.ts';
import { fitLine, lineWidth, span, spreadLine } from './fit-line.ts';
import { cutMiddle, type Line, type Span, type Tone } from './line.ts';
import { logsPane } from './logs-tab.ts';
import { type Pane, paneOf, topOf } from './pane.ts';
import { runsPane } from './runs-tab.ts';
import { type Detail, TABS, type Tab } from './screen-state.ts';
import { type FullObject, specPane } from './spec-tab.ts';
import { exampleOf, type Subject, type WorkloadSubject } from './subject.ts';
import { whyPane, workloadWhyPane } from './why-tab.ts';

/** What the drill-down is about, and what its head tells besides. */
export interface DrillDownFacts {
  readonly state: ClusterState;
  readonly entry: TableEntry;
  /** Epoch ms. */
  readonly now: number;
  /** The API server's, whose rules kubectl's columns follow; null where it is not known. */
  readonly serverVersion: string | null;
}

/** The lines above a tab: whose it is, the tabs, a rule. */
export const DRILL_DOWN_HEAD = 3;

/** How many lines of a tab are visible in a drill-down of `height` lines. */
export function paneRows(height: number): number {
  return Math.max(0, height - DRILL_DOWN_HEAD);
}

type AnySubject = Pick<DrillDownFacts, 'state' | 'entry' | 'now'>;

function isOfContainer<F extends AnySubject>(facts: F): facts is F & Subject {
  return !isWorkloadEntry(facts.entry);
}

/** The pod whose whole object the Spec tab shows; null where there is none. */
export function shownRecord({ entry }: AnySubject): PodRecord | null {
  return isWorkloadEntry(entry) ? (entry.problem.example?.record ?? null) : entry.record;
}

/** All lines of the tab that is open, made as they are drawn. */
export function tabPane(facts: AnySubject, detail: Pick<Detail, 'tab' | 'runsBack'>, object: FullObject, width: number): Pane {
  return isOfContainer(facts)
    ? containerPane(facts, detail, object, width)
    : workloadPane(facts as WorkloadSubject, detail, object, width);
}

// Why and Events are the workload's own; the others show the pod of it that tells most.
function workloadPane(
  subject: WorkloadSubject,
  detail: Pick<Detail, 'tab' | 'runsBack'>,
  object: FullObject,
  width: number,
): Pane {
  if (detail.tab === 'why') return workloadWhyPane(subject, width);
  if (detail.tab === 'events') return workloadEventsPane(subject, width);
  const example = exampleOf(subject);
  if (example === null) return paneOf([[span(' no pod of this workload is known that could show it', 'dim')]]);
  const { pod } = example.entry.record;
  const whose: Line = [span(` of its pod ${pod.name} [${example.entry.container.name}]`, 'dim')];
  const pane = containerPane(example, detail, object, width);
  return detail.tab === 'spec' ? pane : withHeading(whose, pane);
}

function withHeading(heading: Line, pane: Pane): Pane {
  return {
    height: pane.height + 1,
    opensAt: pane.opensAt,
    slice: (from, count) => (from > 0 ? pane.slice(from - 1, count) : count <= 0 ? [] : [heading, ...pane.slice(0, count - 1)]),
  };
}

function containerPane(subject: Subject, detail: Pick<Detail, 'tab' | 'runsBack'>, object: FullObject, width: number): Pane {
  switch (detail.tab) {
    case 'why':
      return whyPane(subject, width);
    case 'runs':
      return runsPane(subject, width);
    case 'logs':
      return logsPane(subject, detail.runsBack, width);
    case 'events':
      return eventsPane(subject, width);
    case 'spec':
      return specPane(subject, object, width);
  }
}

const TITLES: Readonly<Record<Tab, string>> = { why: 'Why', runs: 'Runs', logs: 'Logs', events: 'Events', spec: 'Spec' };

/** The drill-down's first {@link DRILL_DOWN_HEAD} lines, each of exactly `width` cells. */
export function headLines(subject: DrillDownFacts, detail: Detail, pane: Pane, height: number, width: number): Line[] {
  const identity = isOfContainer(subject) ? identityLine(subject, width) : workloadLine(subject as WorkloadSubject, width);
  return [identity, tabsLine(detail.tab, width), ruleLine(pane, detail.offset, paneRows(height), width)];
}

function workloadLine({ entry, now }: WorkloadSubject, width: number): Line {
  const { workload, problem, impact } = entry;
  const name: Line = [span(` ${workload.namespace}/${workload.name}`, 'strong'), span(` ${workload.kind}`, 'accent')];
  const has: Line = impact === null ? [] : [span(` ${impact.available} of ${impact.desired} pods available`, 'dim')];
  const tone = problem.level === 'down' ? 'bad' : 'warn';
  const since = problem.since > now ? '' : ` since ${hourAndMinute(problem.since)}`;
  const right: Line = [span(`${problem.kind}${since}`, tone), span(' ')];
  const whole = lineWidth([...name, ...has, ...right]) + 2 <= width ? [...name, ...has] : name;
  return spreadLine(whole, right, width);
}

/** As {@link DrillDownFacts}, of a container. */
export type ContainerFacts = DrillDownFacts & Subject;

function identityLine(subject: ContainerFacts, width: number): Line {
  const { entry, now } = subject;
  const { pod } = entry.record;
  const name = `${pod.namespace}/${pod.name}`;
  const container = span(` [${entry.container.name}]`, 'accent');
  const where = pod.spec.nodeName === '' ? 'on no node yet' : `on ${pod.spec.nodeName}`;
  const age = pod.createdAt === null ? '' : ` · ${duration(now - pod.createdAt)} old`;
  const [state, kubectl] = [stateSpan(entry), kubectlSpan(subject)];
  const identity: Line = [span(` ${name}`, 'strong'), container];
  const whole: Line = [...identity, span(` ${where}${age}`, 'dim')];
  const right: Line = [state, span(' · ', 'dim'), kubectl, span(' ')];
  // What is said elsewhere too goes first: where the pod is, then what kubectl says, then the middle of its name.
  for (const left of [whole, identity])
    if (lineWidth(left) + 2 + lineWidth(right) <= width) return spreadLine(left, right, width);
  const short: Line = [state, span(' ')];
  const room = Math.max(8, width - lineWidth([container, ...short]) - 3);
  return spreadLine([span(` ${cutMiddle(name, room)}`, 'strong'), container], short, width);
}

const STATE_TONES: Readonly<Record<TroubleState, Tone>> = {
  looping: 'bad',
  holding: 'good',
  stable: 'good',
  restarting: 'warn',
  deleted: 'dim',
};

function stateSpan({ trouble }: Entry): Span {
  if (trouble === null) return span('not in trouble', 'good');
  return span(`${trouble.state} since ${hourAndMinute(trouble.since)}`, STATE_TONES[trouble.state]);
}

function kubectlSpan({ entry, now, serverVersion }: ContainerFacts): Span {
  const { status, restarts } = kubectlColumns(entry.record.pod, now, serverVersion);
  return span(`${status} ${restarts}`);
}

// The open tab is inverse, and in brackets, which is what is left of it without colours.
function tabsLine(open: Tab, width: number): Line {
  const tabs = TABS.map((tab, i) => {
    const title = `${i + 1} ${TITLES[tab]}`;
    return tab === open ? span(`[${title}]`, 'selected') : span(` ${title} `);
  });
  return fitLine([span(' '), ...tabs.flatMap((tab) => [tab, span(' ')])], width);
}

function ruleLine(pane: Pane, offset: number | null, rows: number, width: number): Line {
  const top = topOf(pane, offset, rows);
  const place = pane.height <= rows ? '' : ` ${top + 1}-${Math.min(pane.height, top + rows)} of ${pane.height} `;
  return [span(`${'─'.repeat(Math.max(0, width - place.length - 1))}${place}─`, 'dim')];
}

/**
 * What stands there instead where the container is not known at the time that the screen shows (epoch ms), or the workload has
 * no problem of its own then.
 * @param key the entry's.
 */
export function unknownLines(key: string, now: number, width: number): Line[] {
  const workload = key.startsWith('workload:') ? key.slice('workload:'.length) : '';
  const text =
    workload === ''
      ? `this container is not known at ${timeOfDay(now)} UTC`
      : `nothing is wrong with ${workload} itself at ${timeOfDay(now)} UTC, or its containers tell it`;
  return [fitLine([span(` ${text}; Esc goes back`, 'warn')], width)];
}
