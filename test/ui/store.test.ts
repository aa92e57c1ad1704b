import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryKeeper } from '../../src/diagnosis/acknowledgement/acknowledgement-keeper.ts';
import { Clipboard } from '../../src/ui/clipboard.ts';
import { AppStore } from '../../src/ui/store.ts';
import { BINDINGS } from '../../src/view/update/keys.ts';
import { TestWorld } from '../support/app-harness.ts';
import { recordedTimeline } from '../support/recorded.ts';
import { liveSession, replaySession } from '../support/sessions.ts';

const SIZE = { columns: 120, rows: 40 };
const timeline = await recordedTimeline('zoo');
const AT = timeline.startedAt + 600_000;

/** A store, and all that it did to the world, in order. */
function opened(kind: 'live' | 'replay') {
  const done: string[] = [];
  const world = new TestWorld(kind === 'live' ? timeline.endedAt : AT);
  const keeper = memoryKeeper();
  const acknowledgements = {
    ...keeper,
    change: (change: Parameters<typeof keeper.change>[0]) => {
      done.push(`acknowledged ${change.add.map((a) => `${a.workload} ${a.until}`)}, taken back ${change.remove.length}`);
      keeper.change(change);
    },
  };
  const base = kind === 'live' ? liveSession(timeline, world) : replaySession(timeline, world, AT);
  const session = {
    ...base,
    acknowledgements,
    save: () => void done.push('saved'),
    prefer: (pod: string, container: string) => void done.push(`preferred ${pod} ${container}`),
    readEvents: (namespace: string) => void done.push(`events of ${namespace}`),
  };
  const clipboard = new Clipboard({ write: (sequence) => void done.push(`copied ${sequence}`), multiplexer: null });
  const explain = async () => {
    done.push('explained');
    return '';
  };
  const store = new AppStore(session, world, SIZE, { clipboard, explain });
  const stop = store.start({
    quit: () => void done.push('quit'),
    suspend: () => void done.push('suspended'),
    fail: (error) => void done.push(`failed: ${error}`),
  });
  return { store, done, stop, say: base.say };
}

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function after(kind: 'live' | 'replay', presses: readonly (readonly string[])[]) {
  const { store, done, stop } = opened(kind);
  stops.push(stop);
  for (const names of presses) store.press(names);
  const { screen, playback, table } = store.frame();
  // What a frame reads is asked for with each frame: of keys that come together, only the last has one.
  const effects = done.filter((what) => !/^(?:preferred|events)/.test(what));
  return { screen, playback, rows: table.rows.map((r) => r.key), effects };
}

describe('keys', () => {
  const key = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...BINDINGS.flatMap((b) => b.keys)) },
    fc.constantFrom('x', 'c', 'n', 'e', '1', 'enter', 'escape', '9', 's', 'backspace'),
  );

  it('do the same when they come together as one by one: no effect is lost, and none comes twice', () => {
    fc.assert(
      fc.property(fc.constantFrom('live', 'replay'), fc.array(key, { maxLength: 12 }), (kind, keys) => {
        const together = after(kind, [keys]);
        expect(together).toEqual(
          after(
            kind,
            keys.map((name) => [name]),
          ),
        );
        expect(together.effects.filter((what) => what.startsWith('failed'))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('have each effect run: what is copied, saved, acknowledged, taken back, and the program as a whole', async () => {
    const { effects } = after('live', [['c', 'n'], ['c', 'e'], ['w'], ['x', '1'], ['ctrl+z'], ['q']]);
    const kinds = effects.map((what) => what.split(' ')[0]);
    expect(kinds).toEqual(['copied', 'explained', 'saved', 'acknowledged', 'suspended', 'quit']);
    const acknowledged = after('live', [['x', 'x'], ['X', 'G'], ['x']]).effects;
    expect(acknowledged.at(-1)).toMatch(/taken back [1-9]/);
  });

  it('move time, and decide the order anew', () => {
    expect(after('replay', [[':', '9', '0', 's', 'enter']]).playback.cursor).toBe(timeline.startedAt + 90_000);
    expect(after('live', [['T'], ['escape']]).playback.state).toBe('live');
  });
});

describe('what a frame reads', () => {
  it('is asked for when it is looked at: the selected container, the events of the open tab', () => {
    const { store, done, stop } = opened('live');
    stops.push(stop);
    store.press(['enter']);
    expect(done.at(-1)).toMatch(/^preferred /);
    store.press(['4']);
    expect(done.at(-1)).toMatch(/^events of /);
    const before = done.length;
    store.press(['escape']);
    store.wake();
    // The same container: it is not preferred again.
    expect(done.slice(before)).toEqual([]);
  });
});

describe('what is said', () => {
  it('goes with the next key, and what was copied goes before what the session says', () => {
    const { store, stop, say } = opened('live');
    stops.push(stop);
    store.press(['c', 'n']);
    say('saved to x');
    store.wake();
    expect(store.frame().notice).toMatch(/^copied/);
    store.press(['j']);
    expect(store.frame().notice).toBe('');
    say('saved to y');
    store.wake();
    expect(store.frame().notice).toBe('saved to y');
  });
});
