import { dateAndTime, duration, hourAndMinute, timeOfDay } from '../text/duration.ts';
import { goDuration } from '../text/go-duration.ts';
import { memoByIdentity } from '../text/memo-by-identity.ts';
import { behindHead, endOf, type Playback } from '../timeline/playback.ts';
import type { Gap, Marker } from '../timeline/state.ts';
import type { Bucket, Timeline } from '../timeline/timeline.ts';
import { fitLine, lineWidth, span, spreadLine } from './lines/fit-line.ts';
import type { Line, Span, Tone } from './lines/line.ts';

/** The part of a timeline that the playback bar draws; a `Timeline` is one. */
export type PlaybackFacts = Pick<Timeline, 'startedAt' | 'endedAt' | 'length' | 'head' | 'crashes' | 'density'>;

/** The height of the playback bar in lines. */
export const PLAYBACK_BAR_HEIGHT = 2;

// Below this width the strip needs every cell; the times at its ends are on the line above, too.
const TIMES_FROM_WIDTH = 80;
const DATE_FROM_WIDTH = 120;

/**
 * The playback bar: the cursor's position, and below it the whole timeline as a strip. Each line is
 * exactly `width` cells (60 or more).
 */
export function playbackBarLines(playback: Playback, timeline: PlaybackFacts, width: number): readonly Line[] {
  return [positionLine(playback, timeline, width), stripLine(playback, timeline, width)];
}

/** The header's text while a live session shows the past: "NOT LIVE, 4m behind"; null otherwise. */
export function notLiveText(playback: Playback, timeline: PlaybackFacts): string | null {
  const behind = behindHead(playback, timeline);
  return behind === null ? null : `NOT LIVE, ${duration(behind)} behind`;
}

function positionLine(playback: Playback, timeline: PlaybackFacts, width: number): Line {
  const { cursor } = playback;
  const clock = width >= DATE_FROM_WIDTH ? dateAndTime(cursor) : timeOfDay(cursor);
  const offset = goDuration(cursor - timeline.startedAt);
  const total = goDuration(endOf(playback, timeline) - timeline.startedAt);
  const reading = playback.session === 'recording' && playback.growing ? ', reading' : '';
  const left: Line = [
    span(' '),
    ...stateOf(playback, timeline),
    span(`  ${clock} UTC`, 'strong'),
    span(`  ${offset} / ${total}${reading}`),
  ];
  const right: Line = [span(crashText(timeline, cursor), 'crash'), span(' ')];
  const marker = markerText(timeline.head.markers, cursor);
  const room = width - lineWidth(left) - lineWidth(right) - 4;
  // With less room, a marker's name is unrecognisable.
  if (marker === '' || room < 16) return spreadLine(left, right, width);
  return [...left, span('  '), ...fitLine([span(marker, 'info')], room), span('  '), ...right];
}

function stateOf(playback: Playback, timeline: PlaybackFacts): Line {
  const { state, speed, skip, wanted } = playback;
  if (wanted !== null) {
    const to = Number.isFinite(wanted) ? goDuration(wanted - timeline.startedAt) : 'the end';
    return [span(`… reading to ${to}`, 'info')];
  }
  const atSpeed = ` ${speed}x`;
  if (skip !== null && state === 'playing') return [span(`» skipped ${duration(skip.to - skip.from)}`, 'info'), span(atSpeed)];
  const { glyph, word, tone } = STATES[state];
  return [span(`${glyph} ${word}`, tone), span(state === 'live' ? '' : atSpeed)];
}

const STATES: Readonly<Record<Playback['state'], { readonly glyph: string; readonly word: string; readonly tone: Tone }>> = {
  live: { glyph: '●', word: 'live', tone: 'good' },
  playing: { glyph: '▶', word: 'playing', tone: 'good' },
  paused: { glyph: '‖', word: 'paused', tone: 'warn' },
  ended: { glyph: '■', word: 'end', tone: 'strong' },
};

function crashText({ crashes }: PlaybackFacts, cursor: number): string {
  if (crashes.length === 0) return 'no crash';
  return `crash ${crashes.findLastIndex((at) => at <= cursor) + 1}/${crashes.length}`;
}

function markerText(markers: readonly Marker[], cursor: number): string {
  const passed = markers.findLast((m) => m.at <= cursor);
  return passed === undefined ? '' : `${MARKER} ${passed.name}, ${duration(cursor - passed.at)} ago`;
}

function stripLine(playback: Playback, timeline: PlaybackFacts, width: number): Line {
  const from = timeline.startedAt;
  const to = endOf(playback, timeline);
  if (width < TIMES_FROM_WIDTH) return [span(' '), ...strip(playback, timeline, width - 2), span(' ')];
  const [begin, end] = [` ${hourAndMinute(from)} `, ` ${hourAndMinute(to)} `];
  return [span(begin, 'dim'), ...strip(playback, timeline, width - begin.length - end.length), span(end, 'dim')];
}

const MARKER = '◆';

/** How each item on the strip is drawn: distinct without colour, one cell each. */
export const STRIP_GLYPHS: Readonly<Record<'cursor' | 'gap' | 'marker' | 'arrivals' | 'nothing', Span>> = {
  cursor: { text: '┃', tone: 'selected' },
  gap: { text: '░', tone: 'unseen' },
  marker: { text: MARKER, tone: 'info' },
  arrivals: { text: '·', tone: 'dim' },
  nothing: { text: ' ', tone: 'plain' },
};

const HEIGHTS = '▁▂▃▄▅▆▇█';

// In one cell the cursor hides a gap, a gap hides a marker, a marker hides a crash. An invisible
// gap would make the unknown look calm, and nearby cells show crashes anyway.
function strip(playback: Playback, timeline: PlaybackFacts, cells: number): Line {
  const from = timeline.startedAt;
  const to = Math.max(from + 1, endOf(playback, timeline));
  const cellOf = (at: number) => Math.min(cells - 1, Math.max(0, Math.floor(((at - from) / (to - from)) * cells)));
  const buckets = bucketsOf(timeline, timeline.length, from, to, cells);
  const most = Math.max(1, ...buckets.map((b) => b.crashes));
  const drawn = buckets.map((bucket) => bucketSpan(bucket, most));
  for (const { at } of timeline.head.markers) drawn[cellOf(at)] = STRIP_GLYPHS.marker;
  for (const gap of timeline.head.gaps) shade(drawn, gap, cellOf, to);
  drawn[cellOf(playback.cursor)] = STRIP_GLYPHS.cursor;
  return joined(drawn);
}

// Counting 100,000 arrivals takes 8 ms, and those of a recording do not change between frames: a
// change shows in its length.
const bucketsOf = memoByIdentity((timeline: PlaybackFacts, _length: number, from: number, to: number, cells: number) =>
  timeline.density(from, to, cells),
);

function bucketSpan({ arrivals, crashes }: Bucket, most: number): Span {
  if (crashes > 0) return span(HEIGHTS[Math.ceil(Math.sqrt(crashes / most) * HEIGHTS.length) - 1] as string, 'crash');
  return arrivals > 0 ? STRIP_GLYPHS.arrivals : STRIP_GLYPHS.nothing;
}

function shade(drawn: Span[], gap: Gap, cellOf: (at: number) => number, end: number): void {
  for (let cell = cellOf(gap.from); cell <= cellOf(gap.to ?? end); cell++) drawn[cell] = STRIP_GLYPHS.gap;
}

function joined(spans: readonly Span[]): Line {
  const line: Span[] = [];
  for (const { text, tone } of spans) {
    const last = line.at(-1);
    if (last?.tone === tone) line[line.length - 1] = { text: last.text + text, tone };
    else line.push({ text, tone });
  }
  return line;
}
