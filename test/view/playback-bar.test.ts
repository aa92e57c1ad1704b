import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { liveAt, type Playback, replayFrom, SPEEDS, transition } from '../../src/timeline/playback.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { lineWidth, textOf } from '../../src/view/lines/fit-line.ts';
import { notLiveText, PLAYBACK_BAR_HEIGHT, playbackBarLines, STRIP_GLYPHS } from '../../src/view/playback-bar.ts';
import { recordedTimeline } from '../support/recorded.ts';

const START = Date.parse('2026-11-22T15:00:00Z');
const MINUTE = 60_000;

/** Ten minutes with a marker at 2m, a gap from 5m to 7m, and nothing else. */
function quietTimeline(): Timeline {
  const timeline = new Timeline(START);
  timeline.append({ type: 'marker', at: START + 2 * MINUTE, line: 2, name: 'rolled back', note: '' });
  const gap = { kind: 'Pod', namespace: null, from: START + 5 * MINUTE, reason: 'connection reset', resumed: true, open: false };
  timeline.append({ type: 'gap', at: START + 7 * MINUTE, line: 3, ...gap });
  timeline.append({ type: 'access', at: START + 10 * MINUTE, line: 4, hidden: [] });
  return timeline;
}

function at(minutes: number, fields: Partial<Playback> = {}): Playback {
  const timeline = quietTimeline();
  return { ...replayFrom({ at: START + minutes * MINUTE, speed: 1, playing: false, growing: false }, timeline), ...fields };
}

const texts = (playback: Playback, timeline: Timeline, width: number) => playbackBarLines(playback, timeline, width).map(textOf);

describe('the line of the position', () => {
  const timeline = quietTimeline();

  it.each([
    ['playing', '▶ playing 1x'],
    ['paused', '‖ paused 1x'],
    ['ended', '■ end 1x'],
  ] as const)('%s is told without colour', (state, expected) => {
    expect(texts(at(1, { state }), timeline, 80)[0]).toContain(expected);
  });

  it('shows time, place and length', () => {
    expect(texts(at(1.5), timeline, 80)[0]).toContain('15:01:30 UTC  1m30s / 10m0s');
    expect(texts(at(1.5), timeline, 160)[0]).toContain('2026-11-22 15:01:30 UTC');
  });

  it('shows what was skipped, until the next arrival', () => {
    const skip = { from: START, to: START + 4 * MINUTE, until: START + 5 * MINUTE };
    expect(texts(at(4, { state: 'playing', skip, speed: 4 }), timeline, 80)[0]).toContain('» skipped 4m 4x');
  });

  it('says where it wants to go while a file is being read', () => {
    expect(texts(at(1, { wanted: START + 90 * MINUTE, growing: true }), timeline, 80)[0]).toContain('… reading to 1h30m0s');
    expect(texts(at(1, { wanted: Number.POSITIVE_INFINITY, growing: true }), timeline, 80)[0]).toContain('… reading to the end');
    expect(texts(at(1, { growing: true }), timeline, 80)[0]).toContain('/ 10m0s, reading');
  });

  it('names the marker that was passed last', () => {
    expect(texts(at(1), timeline, 120)[0]).not.toContain('rolled back');
    expect(texts(at(3), timeline, 120)[0]).toContain('◆ rolled back, 60s ago');
  });
});

describe('the strip', () => {
  const timeline = quietTimeline();

  it('has the cursor, markers and gaps in their places', () => {
    const strip = texts(at(0.5), timeline, 60)[1] as string;
    const cells = strip.slice(1, -1);
    expect([...cells].indexOf(STRIP_GLYPHS.cursor.text)).toBe(2);
    expect([...cells].indexOf(STRIP_GLYPHS.marker.text)).toBe(11);
    expect(cells).toMatch(/^.{29}░{12}/u);
  });

  it('puts the cursor on the last cell at the end', () => {
    expect([...(texts(at(10), timeline, 60)[1] as string)].at(-2)).toBe(STRIP_GLYPHS.cursor.text);
  });

  it('has the times of its ends where there is room', () => {
    expect(texts(at(1), timeline, 80)[1]).toMatch(/^ 15:00 .* 15:10 $/u);
    expect(texts(at(1), timeline, 79)[1]).not.toContain('15:10');
  });

  it('shades a gap that lasts up to the end', () => {
    const open = quietTimeline();
    open.append({
      type: 'gap',
      at: START + 11 * MINUTE,
      line: 5,
      kind: 'Pod',
      namespace: null,
      from: START + 10.5 * MINUTE,
      reason: 'connection lost',
      resumed: false,
      open: true,
    });
    expect(texts(at(1), open, 60)[1]).toMatch(/░ $/u);
  });

  it('draws a timeline of no length', () => {
    const empty = new Timeline(START);
    const playback = replayFrom({ at: START, speed: 1, playing: true, growing: false }, empty);
    expect(texts(playback, empty, 60).map((line) => line.length)).toEqual([60, 60]);
  });
});

describe('a recorded hour', () => {
  let zoo: Timeline;
  beforeAll(async () => {
    zoo = await recordedTimeline('zoo');
  });

  it('is exactly as wide as it may be, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 250 }),
        fc.integer({ min: 0, max: 3_000_000 }),
        fc.constantFrom(...SPEEDS),
        fc.boolean(),
        (width, offset, speed, playing) => {
          const playback = replayFrom({ at: zoo.startedAt + offset, speed, playing, growing: false }, zoo);
          const lines = playbackBarLines(playback, zoo, width);
          expect(lines.length).toBe(PLAYBACK_BAR_HEIGHT);
          for (const line of lines) expect(lineWidth(line)).toBe(width);
        },
      ),
    );
  });

  it('shows crashes as bars, and how many have come', () => {
    const playback = replayFrom({ at: zoo.startedAt + 600_000, speed: 4, playing: true, growing: false }, zoo);
    const [position, strip] = texts(playback, zoo, 120) as [string, string];
    expect(position).toMatch(new RegExp(`crash \\d+/${zoo.crashes.length} $`));
    expect(Number(/crash (\d+)/.exec(position)?.[1])).toBe(zoo.crashes.filter((t) => t <= playback.cursor).length);
    expect(strip).toMatch(/[▁▂▃▄▅▆▇█]/u);
    expect(strip).toContain(STRIP_GLYPHS.gap.text);
    expect(strip).toContain(STRIP_GLYPHS.marker.text);
  });
});

describe('notLiveText', () => {
  it('says how far behind the screen is, and nothing at the head or in a recording', () => {
    const timeline = quietTimeline();
    const now = START + 20 * MINUTE;
    const live = liveAt(now, timeline);
    expect(notLiveText(live, timeline)).toBeNull();
    const away = transition(live, { type: 'travel' }, timeline);
    const later = transition(away, { type: 'tick', now: now + 4 * MINUTE }, timeline);
    expect(notLiveText(later, timeline)).toBe('NOT LIVE, 4m behind');
    expect(notLiveText(at(1), timeline)).toBeNull();
  });
});
