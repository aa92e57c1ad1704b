import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Arrivals,
  behindHead,
  endOf,
  isSpeed,
  liveAt,
  type Playback,
  type PlaybackEvent,
  type ReplayStart,
  replayFrom,
  SPEEDS,
  transition,
} from '../../src/timeline/playback.ts';

const START = 1_000_000;

/** Arrivals at the given offsets in seconds; every third is a crash. */
class Stops implements Arrivals {
  readonly startedAt = START;
  readonly #times: number[];

  constructor(...seconds: number[]) {
    this.#times = seconds.map((s) => START + s * 1000).sort((a, b) => a - b);
  }

  push(second: number): void {
    this.#times.push(Math.max(this.endedAt, START + second * 1000));
  }
  get endedAt(): number {
    return this.#times.at(-1) ?? START;
  }
  get #crashes(): number[] {
    return this.#times.filter((_, i) => i % 3 === 2);
  }
  nextArrival(at: number): number | null {
    return this.#times.find((t) => t > at) ?? null;
  }
  previousArrival(at: number): number | null {
    return this.#times.findLast((t) => t < at) ?? null;
  }
  nextCrash(at: number): number | null {
    return this.#crashes.find((t) => t > at) ?? null;
  }
  previousCrash(at: number): number | null {
    return this.#crashes.findLast((t) => t < at) ?? null;
  }
}

const FROM_START: ReplayStart = {
  at: START,
  speed: 1,
  playing: true,
  growing: false,
};

function run(playback: Playback, timeline: Arrivals, ...events: PlaybackEvent[]): Playback {
  return events.reduce((p, event) => transition(p, event, timeline), playback);
}

/** Ticks every 100 ms for so many seconds of real time, from where the last tick was. */
function ticks(playback: Playback, timeline: Arrivals, seconds: number): Playback {
  let p = playback;
  for (let i = 0; i <= seconds * 10; i++)
    p = transition(p, { type: 'tick', now: (p.tickedAt ?? 5e9) + (i === 0 ? 0 : 100) }, timeline);
  return p;
}

const seconds = (playback: Playback) => (playback.cursor - START) / 1000;

const toggle: PlaybackEvent = { type: 'toggle' };
const seek = (s: number): PlaybackEvent => ({
  type: 'seek',
  at: START + s * 1000,
});

describe('a recording', () => {
  const dense = new Stops(...Array.from({ length: 61 }, (_, i) => i));

  it('plays with real time, at its speed', () => {
    const p = ticks(replayFrom(FROM_START, dense), dense, 3);
    expect(seconds(p)).toBe(3);
    expect(seconds(ticks(run(p, dense, { type: 'faster' }), dense, 2))).toBe(7);
    expect(seconds(ticks({ ...p, speed: 0.25 }, dense, 2))).toBe(3.5);
  });

  it('does not stand still where a tick is shorter than a millisecond of the recording', () => {
    let p = run(replayFrom({ ...FROM_START, speed: 0.25 }, dense), dense, {
      type: 'tick',
      now: 0,
    });
    for (let now = 1; now <= 4000; now++) p = transition(p, { type: 'tick', now }, dense);
    expect(seconds(p)).toBe(1);
  });

  it('keeps its place while paused', () => {
    const p = run(ticks(replayFrom(FROM_START, dense), dense, 3), dense, toggle);
    expect(p.state).toBe('paused');
    expect(seconds(ticks(p, dense, 100))).toBe(3);
    const again = ticks(run(ticks(p, dense, 100), dense, toggle), dense, 1);
    expect(seconds(again)).toBe(4);
  });

  it('does not fast-forward over a time in which the process stood still', () => {
    const p = ticks(replayFrom(FROM_START, dense), dense, 1);
    expect(
      seconds(
        run(p, dense, {
          type: 'tick',
          now: (p.tickedAt as number) + 3_600_000,
        }),
      ),
    ).toBe(3);
  });

  it('does not go back where the machine clock does', () => {
    const p = ticks(replayFrom(FROM_START, dense), dense, 1);
    expect(
      seconds(
        run(p, dense, {
          type: 'tick',
          now: (p.tickedAt as number) - 3_600_000,
        }),
      ),
    ).toBe(1);
  });

  it('ends at its last arrival, and plays again from the start', () => {
    const p = ticks(replayFrom({ ...FROM_START, speed: 64 }, dense), dense, 2);
    expect(p).toMatchObject({ state: 'ended', cursor: dense.endedAt });
    expect(ticks(p, dense, 5)).toMatchObject({
      state: 'ended',
      cursor: dense.endedAt,
    });
    expect(run(p, dense, toggle)).toMatchObject({
      state: 'playing',
      cursor: START,
    });
  });

  it('is paused after a seek away from its end', () => {
    const ended = replayFrom({ ...FROM_START, at: dense.endedAt }, dense);
    expect(ended.state).toBe('ended');
    expect(run(ended, dense, { type: 'shift', by: -10_000 })).toMatchObject({
      state: 'paused',
      cursor: START + 50_000,
    });
    expect(run(ended, dense, { type: 'previousCrash' }).state).toBe('paused');
    expect(run(ended, dense, { type: 'home' })).toMatchObject({
      state: 'paused',
      cursor: START,
    });
  });

  it('steps over arrivals and stands still', () => {
    const few = new Stops(0, 2, 2, 7);
    let p = replayFrom(FROM_START, few);
    p = run(p, few, { type: 'stepForward' });
    expect(p).toMatchObject({ state: 'paused', cursor: START + 2000 });
    p = run(p, few, { type: 'stepForward' });
    expect(p).toMatchObject({ state: 'ended', cursor: START + 7000 });
    p = run(p, few, { type: 'stepForward' });
    expect(seconds(p)).toBe(7);
    p = run(p, few, { type: 'stepBack' }, { type: 'stepBack' });
    expect(p).toMatchObject({ state: 'paused', cursor: START });
    expect(seconds(run(p, few, { type: 'stepBack' }))).toBe(0);
  });

  it('jumps from crash to crash, and beyond the one it has just passed', () => {
    const p = replayFrom(FROM_START, dense);
    const first = run(p, dense, { type: 'nextCrash' });
    expect(seconds(first)).toBe(2);
    const second = run(first, dense, { type: 'nextCrash' });
    expect(seconds(second)).toBe(5);
    expect(seconds(run(ticks(second, dense, 0.5), dense, { type: 'previousCrash' }))).toBe(2);
    expect(seconds(run(second, dense, toggle, { type: 'shift', by: 500 }, { type: 'previousCrash' }))).toBe(5);
    expect(seconds(run(p, dense, { type: 'previousCrash' }))).toBe(0);
  });

  it('keeps its speed between the slowest and the fastest', () => {
    const speedsUp = [replayFrom(FROM_START, dense)];
    for (let i = 0; i < 10; i++) speedsUp.push(run(speedsUp.at(-1) as Playback, dense, { type: 'faster' }));
    expect(speedsUp.map((p) => p.speed)).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 64, 64, 64]);
    const slowest = run(replayFrom(FROM_START, dense), dense, ...Array.from({ length: 10 }, () => ({ type: 'slower' }) as const));
    expect(slowest.speed).toBe(0.25);
  });

  it('knows nothing of a head', () => {
    for (const type of ['travel', 'return'] as const) {
      expect(run(replayFrom(FROM_START, dense), dense, { type })).toMatchObject({ state: 'playing', cursor: START });
    }
    expect(behindHead(replayFrom(FROM_START, dense), dense)).toBeNull();
  });

  it('has ended before it began where nothing arrived', () => {
    const nothing = new Stops();
    const p = ticks(run(replayFrom(FROM_START, nothing), nothing, toggle), nothing, 3);
    expect(p).toMatchObject({ state: 'ended', cursor: START });
  });
});

describe('a recording that is still being read', () => {
  it('waits at what is read so far, and goes on', () => {
    const growing = new Stops(0, 1);
    let p = ticks(replayFrom({ ...FROM_START, growing: true }, growing), growing, 5);
    expect(p).toMatchObject({ state: 'playing', cursor: START + 1000 });
    growing.push(4);
    p = ticks(run(p, growing, { type: 'appended' }), growing, 2);
    expect(seconds(p)).toBe(3);
    p = ticks(run(p, growing, { type: 'loaded' }), growing, 2);
    expect(p).toMatchObject({ state: 'ended', cursor: START + 4000 });
  });

  it('goes to a time that was asked for before it was read', () => {
    const growing = new Stops(0);
    let p = replayFrom({ ...FROM_START, at: START + 90_000, playing: false, growing: true }, growing);
    expect(p).toMatchObject({ state: 'paused', cursor: START });
    growing.push(60);
    p = ticks(run(p, growing, { type: 'appended' }), growing, 1);
    expect(seconds(p)).toBe(60);
    growing.push(120);
    p = run(p, growing, { type: 'appended' }, { type: 'appended' });
    expect(p).toMatchObject({ cursor: START + 90_000, wanted: null });
  });

  it('goes to the end as it is found', () => {
    const growing = new Stops(0);
    let p = run(replayFrom({ ...FROM_START, growing: true }, growing), growing, { type: 'end' });
    growing.push(10);
    p = run(p, growing, { type: 'appended' });
    growing.push(20);
    p = run(p, growing, { type: 'loaded' });
    expect(p).toMatchObject({ state: 'ended', cursor: START + 20_000 });
  });

  it('forgets what was asked for when somebody seeks elsewhere', () => {
    const growing = new Stops(0, 5);
    const p = run(replayFrom({ ...FROM_START, growing: true }, growing), growing, { type: 'end' }, seek(2));
    growing.push(10);
    expect(seconds(run(p, growing, { type: 'appended' }))).toBe(2);
  });
});

describe('idle stretches', () => {
  it('plays two seconds of it, then the last one before the next arrival', () => {
    const idle = new Stops(0, 300, 301);
    let p = ticks(replayFrom(FROM_START, idle), idle, 1.9);
    expect(seconds(p)).toBe(1.9);
    p = ticks(p, idle, 0.1);
    expect(p).toMatchObject({
      cursor: START + 299_000,
      skip: { from: START + 2000, to: START + 299_000, until: START + 300_000 },
    });
    p = ticks(p, idle, 0.9);
    expect(p.skip).not.toBeNull();
    p = ticks(p, idle, 0.1);
    expect(p).toMatchObject({ cursor: START + 300_000, skip: null });
  });

  it('measures in real time: what is long at 1x is short at 64x', () => {
    const idle = new Stops(0, 300, 301);
    expect(seconds(ticks(replayFrom({ ...FROM_START, speed: 64 }, idle), idle, 2))).toBe(128);
  });

  it('leaves short stretches alone', () => {
    const busy = new Stops(0, 5, 10);
    expect(seconds(ticks(replayFrom(FROM_START, busy), busy, 4))).toBe(4);
  });

  it('does not skip under the eyes of who went there', () => {
    const idle = new Stops(0, 300, 301);
    const p = run(ticks(replayFrom(FROM_START, idle), idle, 1), idle, seek(100));
    expect(seconds(ticks(p, idle, 1.9))).toBe(101.9);
    expect(seconds(ticks(p, idle, 2))).toBe(299);
  });
});

describe('a live session', () => {
  const NOW = START + 60_000;
  const head = new Stops(0, 10, 20);

  it('follows the clock', () => {
    const p = liveAt(NOW, head);
    expect(p).toMatchObject({ state: 'live', cursor: NOW });
    expect(run(p, head, { type: 'tick', now: NOW + 5000 }).cursor).toBe(NOW + 5000);
  });

  it('shows an arrival that is newer than the last tick', () => {
    const growing = new Stops(0);
    const p = liveAt(START, growing);
    growing.push(1);
    expect(run(p, growing, { type: 'appended' }).cursor).toBe(START + 1000);
  });

  it('sleeps at the head until T', () => {
    const p = liveAt(NOW, head);
    const keys = [
      'toggle',
      'faster',
      'slower',
      'stepForward',
      'stepBack',
      'nextCrash',
      'previousCrash',
      'home',
      'end',
      'return',
    ] as const;
    for (const type of keys) expect(transition(p, { type }, head)).toEqual(p);
    expect(run(p, head, seek(1), { type: 'shift', by: -5000 })).toEqual(p);
  });

  it('stands still from T on, and says how far behind it is', () => {
    const p = run(liveAt(NOW, head), head, { type: 'travel' }, { type: 'tick', now: NOW + 240_000 });
    expect(p).toMatchObject({ state: 'paused', cursor: NOW });
    expect(behindHead(p, head)).toBe(240_000);
    expect(behindHead(liveAt(NOW, head), head)).toBeNull();
  });

  it.each(['return', 'travel', 'end'] as const)('returns to the head on %s', (type) => {
    const away = run(liveAt(NOW, head), head, { type: 'travel' }, { type: 'home' });
    expect(seconds(away)).toBe(0);
    for (const p of [away, run(away, head, toggle)]) {
      expect(run(p, head, { type })).toMatchObject({
        state: 'live',
        cursor: NOW,
      });
    }
  });

  it('is live again when playing or seeking catches up with the clock', () => {
    const away = run(liveAt(NOW, head), head, { type: 'travel' }, { type: 'shift', by: -10_000 });
    const playing = { ...run(away, head, toggle), speed: 8 } as const;
    expect(ticks(playing, head, 1).state).toBe('playing');
    expect(ticks(playing, head, 2).state).toBe('live');
    expect(run(away, head, { type: 'shift', by: 60_000 }).state).toBe('live');
  });

  it('is at most at the head where the machine clock is set back', () => {
    const away = run(liveAt(NOW, head), head, { type: 'travel' }, { type: 'tick', now: NOW - 30_000 });
    expect(away).toMatchObject({ state: 'paused', cursor: NOW - 30_000 });
  });

  it('stays as far behind as it is while it plays at 1x', () => {
    const away = run(liveAt(NOW, head), head, { type: 'travel' }, { type: 'shift', by: -10_000 }, toggle);
    expect(behindHead(ticks(away, head, 30), head)).toBe(10_000);
  });
});

const anySecond = fc.integer({ min: -100, max: 1000 });
const anyEvent: fc.Arbitrary<PlaybackEvent> = fc.oneof(
  fc
    .constantFrom(
      ...([
        'toggle',
        'faster',
        'slower',
        'stepForward',
        'stepBack',
        'nextCrash',
        'previousCrash',
        'home',
        'end',
        'travel',
        'return',
        'appended',
        'loaded',
      ] as const),
    )
    .map((type): PlaybackEvent => ({ type })),
  anySecond.map((s): PlaybackEvent => seek(s)),
  fc
    .oneof(
      fc.double(),
      anySecond.map((s) => s * 1000),
    )
    .map((by): PlaybackEvent => ({ type: 'shift', by })),
  fc.double().map((at): PlaybackEvent => ({ type: 'seek', at })),
  fc.integer({ min: 0, max: 10_000_000 }).map((now): PlaybackEvent => ({ type: 'tick', now })),
);

/** A session of either kind, and what happens to it; a number is an arrival at that second. */
const anyHistory = fc.record({
  arrivals: fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 12 }),
  live: fc.boolean(),
  growing: fc.boolean(),
  at: anySecond,
  speed: fc.constantFrom(...SPEEDS),
  events: fc.array(fc.oneof({ weight: 5, arbitrary: anyEvent }, fc.integer({ min: 0, max: 900 })), { maxLength: 40 }),
});

function* history(h: typeof anyHistory extends fc.Arbitrary<infer T> ? T : never): Generator<{
  before: Playback;
  event: PlaybackEvent | null;
  p: Playback;
  timeline: Stops;
}> {
  const timeline = new Stops(...h.arrivals);
  const { speed, growing } = h;
  let p = h.live ? liveAt(START, timeline) : replayFrom({ at: START + h.at * 1000, speed, growing, playing: true }, timeline);
  yield { before: p, event: null, p, timeline };
  for (const happened of h.events) {
    if (typeof happened === 'number') timeline.push(happened);
    const event: PlaybackEvent = typeof happened === 'number' ? { type: 'appended' } : happened;
    const before = p;
    p = transition(p, event, timeline);
    yield { before, event, p, timeline };
  }
}

/** A machine's clock that is set back takes the head of a live session with it. */
function isSetBack(before: Playback, event: PlaybackEvent | null): boolean {
  return before.session === 'live' && event?.type === 'tick' && event.now < (before.tickedAt ?? 0);
}

describe('whatever happens', () => {
  it('keeps the cursor on the timeline, in whole milliseconds, and the speed among the known ones', () => {
    fc.assert(
      fc.property(anyHistory, (h) => {
        for (const { p, timeline } of history(h)) {
          expect(Number.isInteger(p.cursor)).toBe(true);
          expect(p.cursor).toBeGreaterThanOrEqual(timeline.startedAt);
          expect(p.cursor).toBeLessThanOrEqual(endOf(p, timeline));
          expect(isSpeed(p.speed)).toBe(true);
          expect(p.rest).toBeGreaterThanOrEqual(0);
          expect(p.rest).toBeLessThan(1);
        }
      }),
    );
  });

  it('reads after a seek what was sought', () => {
    fc.assert(
      fc.property(anyHistory, anySecond, (h, s) => {
        for (const { p, timeline } of history(h)) {
          if (p.state === 'live') continue;
          const target = START + s * 1000;
          const sought = transition(p, { type: 'seek', at: target }, timeline);
          expect(sought.cursor).toBe(Math.min(endOf(p, timeline), Math.max(START, target)));
        }
      }),
    );
  });

  it('moves a paused cursor by nobody but a hand', () => {
    fc.assert(
      fc.property(anyHistory, (h) => {
        for (const { before, event, p } of history(h)) {
          if (isSetBack(before, event)) continue;
          const byItself = event?.type === 'tick' || (event?.type === 'appended' && before.wanted === null);
          if ((before.state === 'paused' || before.state === 'ended') && byItself) expect(p.cursor).toBe(before.cursor);
        }
      }),
    );
  });

  it('never plays backwards', () => {
    fc.assert(
      fc.property(anyHistory, (h) => {
        for (const { before, event, p } of history(h)) {
          if (isSetBack(before, event)) continue;
          if (event?.type === 'tick') expect(p.cursor).toBeGreaterThanOrEqual(before.cursor);
        }
      }),
    );
  });

  it('leaves the head of a live session by T alone', () => {
    fc.assert(
      fc.property(anyHistory, (h) => {
        for (const { before, event, p } of history(h)) {
          if (before.state === 'live' && event?.type !== 'travel') expect(p.state).toBe('live');
          if (p.state === 'live') expect(p.session).toBe('live');
        }
      }),
    );
  });
});
