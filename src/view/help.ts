import { padEnd } from '../text/cells.ts';
import type { ClusterState } from '../timeline/state.ts';
import { activityText, type SourceActivity } from '../wording/source-activity.ts';
import { fitLine, span } from './lines/fit-line.ts';
import type { Line } from './lines/line.ts';
import { wrap } from './lines/wrap.ts';
import { HISTORY_GLYPHS } from './table/history-strip.ts';
import { NEW_MARK } from './table/rows.ts';
import { type Binding, bindingsBySection } from './update/keys.ts';

const KEY_WIDTH = 13;

const LEGEND: readonly (readonly [Line, string])[] = [
  [
    [span('2/3 1-2/3')],
    'AVAIL: available pods of the workload, the lowest of five minutes (to the number now) of those it should have',
  ],
  [
    [span(NEW_MARK, 'accent')],
    'new: it began, or came back, after the time that the header names: your last key before 30 s without one',
  ],
  [[span('↑ ↓')], 'more or fewer crashes in the last ten minutes than in the ten before'],
  [[span('▓▓▓', 'accent'), span('░░ 12s')], 'the back-off that the kubelet published: full when the start is due'],
  [[span('est ', 'dim'), span('▓░░ ~5m')], 'none was published: estimated from the runs before'],
  [[span('▓▓▓▓▓', 'accent'), span(' overdue', 'warn')], 'due and not started: kubelets look again some seconds late'],
  [
    [span(HISTORY_GLYPHS.running.glyph, 'running'), span(' '), span(HISTORY_GLYPHS.crash.glyph, 'crash')],
    'LAST 30 MIN, a minute a cell: it ran; it crashed',
  ],
  [
    [span(HISTORY_GLYPHS.waiting.glyph, 'waiting'), span(' '), span(HISTORY_GLYPHS.unseen.glyph, 'unseen')],
    'it waited; nobody saw what it did',
  ],
  [
    [span(HISTORY_GLYPHS.estimated.glyph, HISTORY_GLYPHS.estimated.tone)],
    'a run that nobody saw, placed by its events and its back-off',
  ],
];

/** What the help tells of the session beside its keys. */
export interface HelpFacts {
  /** null where nothing is read from a cluster. */
  readonly activity: SourceActivity | null;
  readonly state: ClusterState;
  /** Epoch ms. */
  readonly wallNow: number;
}

/** The help: every key that does something, what the signs mean, and what is being read. Each line is exactly `width` cells. */
export function helpLines({ activity, state, wallNow }: HelpFacts, width: number): readonly Line[] {
  const columns = bindingsBySection().map(([section, bindings]) => [
    heading(section),
    ...bindings.flatMap((b) => bindingLines(b, width)),
    [],
  ]);
  const legend: Line[] = [heading('What the signs mean'), ...LEGEND.flatMap(([sign, text]) => explained(sign, text, width))];
  const read = activity === null ? [] : activityText(activity, state, wallNow);
  const reading = read.flatMap(([label, text]) => explained([span(label, 'accent')], text, width));
  return [...columns.flat(), ...legend, ...(reading.length === 0 ? [] : [[], heading('What is read'), ...reading])].map((line) =>
    fitLine(line, width),
  );
}

function heading(text: string): Line {
  return [span(` ${text}`, 'strong')];
}

function bindingLines({ shown, help }: Binding, width: number): Line[] {
  return explained([span(shown, 'accent')], help, width);
}

function explained(sign: Line, text: string, width: number): Line[] {
  const lines = wrap(text, Math.max(20, width - KEY_WIDTH - 5));
  return lines.map((words, i) => [
    span('   '),
    ...(i === 0 ? fitLine(sign, KEY_WIDTH) : [span(padEnd('', KEY_WIDTH))]),
    span(` ${words}`),
  ]);
}

/** How many lines of the help can be seen on a screen of so many rows. */
export function helpHeight(rows: number): number {
  return rows - 3;
}
