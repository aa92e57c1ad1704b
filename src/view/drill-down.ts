import { kubectlColumns } from '../model/kubectl-columns.ts';
import type { TroubleState } from '../model/trouble.ts';
import { duration, hourAndMinute, timeOfDay } from './duration.ts';
import type { Entry } from './entry.ts';
import { eventsPane } from './events-tab.ts';
import { fitLine, lineWidth, span, spreadLine } from './fit-line.ts';
import { cutMiddle, type Line, type Span, type Tone } from './line.ts';
import { logsPane } from './logs-tab.ts';
import { type Pane, topOf } from './pane.ts';
import { runsPane } from './runs-tab.ts';
import { type Detail, TABS, type Tab } from './screen-state.ts';
import { type FullObject, specPane } from './spec-tab.ts';
import type { Subject } from './subject.ts';
import { whyPane } from './why-tab.ts';

/** A subject, and what its head tells besides. */
export interface DrillDownFacts extends Subject {
  /** The API server's, whose rules kubectl's columns follow; null where it is not known. */
  readonly serverVersion: string | null;
}

/** The lines above a tab: whose it is, the tabs, a rule. */
export const DRILL_DOWN_HEAD = 3;

/** How many lines of a tab are visible in a drill-down of `height` lines. */
export function paneRows(height: number): number {
  return Math.max(0, height - DRILL_DOWN_HEAD);
}

/** All lines of the tab that is open, made as they are drawn. */
export function tabPane(subject: Subject, detail: Pick<Detail, 'tab' | 'runsBack'>, object: FullObject, width: number): Pane {
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
  return [identityLine(subject, width), tabsLine(detail.tab, width), ruleLine(pane, detail.offset, paneRows(height), width)];
}

function identityLine(subject: DrillDownFacts, width: number): Line {
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

function kubectlSpan({ entry, now, serverVersion }: DrillDownFacts): Span {
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

/** What stands there instead where the container is not known at the time that the screen shows (epoch ms). */
export function unknownLines(now: number, width: number): Line[] {
  return [fitLine([span(` this container is not known at ${timeOfDay(now)} UTC; Esc goes back`, 'warn')], width)];
}
