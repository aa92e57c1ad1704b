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
    'AVAIL: available/desired pods of the workload; of two numbers, the lowest in five minutes, then the current one',
  ],
  [
    [span(NEW_MARK, 'accent')],
    'new: started or reopened after the time in the header, which is your last key before a pause of 30 s',
  ],
  [[span('↑ ↓')], 'more or fewer crashes in the last ten minutes than in the ten before'],
  [[span('▓▓▓', 'accent'), span('░░ 12s')], 'the back-off that the kubelet published: full when the start is due'],
  [[span('est ', 'dim'), span('▓░░ ~5m')], 'no published back-off: estimated from earlier runs'],
  [[span('▓▓▓▓▓', 'accent'), span(' overdue', 'warn')], 'due but not started: kubelets check a few seconds late'],
  [
    [span(HISTORY_GLYPHS.running.glyph, 'running'), span(' '), span(HISTORY_GLYPHS.crash.glyph, 'crash')],
    'LAST 30 MIN, one minute per cell: running; crashed',
  ],
  [
    [span(HISTORY_GLYPHS.waiting.glyph, 'waiting'), span(' '), span(HISTORY_GLYPHS.unseen.glyph, 'unseen')],
    'waiting; not observed',
  ],
  [[span(HISTORY_GLYPHS.estimated.glyph, HISTORY_GLYPHS.estimated.tone)], 'an unobserved run, placed by events and back-off'],
];

/** The session's part of the help, besides the keys. */
export interface HelpFacts {
  /** null if no cluster is being read. */
  readonly activity: SourceActivity | null;
  readonly state: ClusterState;
  /** Epoch ms. */
  readonly wallNow: number;
}

/**
 * The help: every active key, the symbols, and what is being read. Each line is exactly `width`
 * cells.
 */
export function helpLines({ activity, state, wallNow }: HelpFacts, width: number): readonly Line[] {
  const columns = bindingsBySection().map(([section, bindings]) => [
    heading(section),
    ...bindings.flatMap((b) => bindingLines(b, width)),
    [],
  ]);
  const legend: Line[] = [heading('Symbols'), ...LEGEND.flatMap(([sign, text]) => explained(sign, text, width))];
  const read = activity === null ? [] : activityText(activity, state, wallNow);
  const reading = read.flatMap(([label, text]) => explained([span(label, 'accent')], text, width));
  return [
    ...columns.flat(),
    ...legend,
    ...(reading.length === 0 ? [] : [[], heading('Data from the API server'), ...reading]),
  ].map((line) => fitLine(line, width));
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

/** The number of help lines visible on a screen with this many rows. */
export function helpHeight(rows: number): number {
  return rows - 3;
}
