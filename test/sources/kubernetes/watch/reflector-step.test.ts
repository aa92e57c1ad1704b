import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Action,
  type Failure,
  IDLE,
  PAGE_SIZE,
  type ReflectorEvent,
  type ReflectorState,
} from '../../../../src/sources/kubernetes/watch/reflector-state.ts';
import { PART_SIZE, step } from '../../../../src/sources/kubernetes/watch/reflector-step.ts';
import { type Json, objectOf } from '../../../../src/text/json.ts';

const T = 1_000_000;

type Told = ReflectorEvent extends infer E ? (E extends { generation: number } ? Omit<E, 'generation'> : E) : never;

/** Before the first request to a server without WatchList. */
const PAGED: ReflectorState = { ...IDLE, streams: false };

/** Feeds events of the request that is under way; gives the state and all actions. */
function run(
  events: readonly Told[],
  from: ReflectorState = PAGED,
): { state: ReflectorState; actions: Action[]; last: readonly Action[] } {
  let state = from;
  const actions: Action[] = [];
  let last: readonly Action[] = [];
  for (const event of events) {
    const next = step(state, { ...event, generation: state.generation } as ReflectorEvent, 0.5);
    state = next.state;
    last = next.actions;
    actions.push(...last);
  }
  return { state, actions, last };
}

const start: Told = { type: 'start', at: T };
const named = (uid: string): Json => ({ metadata: { uid, resourceVersion: `of-${uid}` } });
const page = (uids: readonly string[], version: string, token = '', at = T): Told => ({
  type: 'page',
  at,
  page: { items: uids.map(named), resourceVersion: version, continue: token },
});
const initial = (uid: string, at = T): Told => ({ type: 'arrived', at, verb: 'ADDED', object: named(uid) });
const initialEnd = (version: string, at = T): Told => ({
  type: 'arrived',
  at,
  verb: 'BOOKMARK',
  object: { metadata: { resourceVersion: version, annotations: { 'k8s.io/initial-events-end': 'true' } } },
});
const opened = (at = T): Told => ({ type: 'opened', at });
const arrived = (verb: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK', version: string, at = T): Told => ({
  type: 'arrived',
  at,
  verb,
  object: { metadata: { resourceVersion: version } },
});
const failed = (failure: Partial<Failure> & Pick<Failure, 'kind'>, at = T): Told => ({
  type: 'failed',
  at,
  failure: { detail: failure.kind, retryAfterMs: null, silentSince: null, ...failure },
});
const closed = (at = T): Told => ({ type: 'closed', at });
const waited = (at = T): Told => ({ type: 'waited', at });
const settled = (at = T): Told => ({ type: 'settled', at });

const LIVE = run([start, page(['a'], '10'), opened()]).state;

const uidOf = (object: unknown) => objectOf(objectOf(object).metadata).uid;
/** What was emitted; the items of a snapshot by their UIDs. */
const emitted = (actions: readonly Action[]) =>
  actions.flatMap((a) => {
    if (a.type !== 'emit') return [];
    return [a.report.type === 'snapshot' ? { ...a.report, items: a.report.items.map(uidOf) } : a.report];
  });
const asked = (actions: readonly Action[]) =>
  actions.filter((a) => a.type === 'list' || a.type === 'watch' || a.type === 'stream');

describe('listing', () => {
  it('asks for pages, hands on the token, and watches from the version of the first page', () => {
    const { actions, state } = run([start, page(['a'], '10', 'next'), page(['b'], '10')]);
    expect(asked(actions)).toMatchObject([
      { type: 'list', continue: '', limit: PAGE_SIZE },
      { type: 'list', continue: 'next', limit: PAGE_SIZE },
      { type: 'watch', resourceVersion: '10' },
    ]);
    expect(emitted(actions)).toEqual([
      { type: 'snapshot', resourceVersion: '10', items: ['a'], more: true },
      { type: 'snapshot', resourceVersion: '10', items: ['b'], more: false },
    ]);
    expect(state.phase.type).toBe('opening');
  });

  it.each(['expired', 'rejected'] as const)('takes the whole list at once when the continue token is %s', (kind) => {
    const { actions } = run([start, page(['a'], '10', 'next'), failed({ kind }), page(['a', 'b'], '20')]);
    expect(asked(actions)).toMatchObject([
      { type: 'list', continue: '', limit: PAGE_SIZE },
      { type: 'list', continue: 'next' },
      { type: 'list', continue: '', limit: null },
      { type: 'watch', resourceVersion: '20' },
    ]);
    expect(emitted(actions).map((r) => r.type === 'snapshot' && [r.items, r.more])).toEqual([
      [['a'], true],
      [['a', 'b'], false],
    ]);
  });

  it('lists once more when a list that broke off named what is gone: a reader takes the two for one', () => {
    const events = [start, page(['a', 'gone'], '10', 'next'), failed({ kind: 'expired' }), page(['a', 'b'], '20')];
    const { actions, state } = run([...events, page(['a', 'b'], '21')]);
    expect(asked(actions).slice(2)).toMatchObject([
      { type: 'list', continue: '', limit: null },
      { type: 'list', continue: '', limit: PAGE_SIZE },
      { type: 'watch', resourceVersion: '21' },
    ]);
    expect([state.lists.named.length, state.lists.unconfirmed.size]).toEqual([0, 0]);
  });

  it('asks for the same page again after any other failure', () => {
    const { actions } = run([start, page(['a'], '10', 'next'), failed({ kind: 'server' }), waited()]);
    expect(asked(actions).at(-1)).toMatchObject({ type: 'list', continue: 'next', limit: PAGE_SIZE });
  });

  it('has no gap before the first whole list', () => {
    expect(
      emitted(run([start, failed({ kind: 'network' }), waited(), page(['a'], '1', 'next'), failed({ kind: 'network' })]).actions),
    ).toEqual([{ type: 'snapshot', resourceVersion: '1', items: ['a'], more: true }]);
  });
});

describe('a list that comes as a stream', () => {
  const streamed = (...events: Told[]) => run([start, opened(), ...events], IDLE);

  it('is whole at the bookmark that ends it, which alone tells its version; then the stream goes on', () => {
    const { actions, state, last } = streamed(initial('b'), arrived('BOOKMARK', '7'), initial('a'), initialEnd('10', T + 9));
    expect(asked(actions)).toEqual([{ type: 'stream', generation: 1, timeoutSeconds: 290 }]);
    expect(emitted(actions)).toEqual([{ type: 'snapshot', resourceVersion: '10', items: ['b', 'a'], more: false }]);
    expect(asked(last)).toEqual([]);
    expect(state).toMatchObject({ listed: true, resourceVersion: '10', phase: { type: 'watching', openedAt: T + 9 } });
    const after = run([arrived('MODIFIED', '11')], state);
    expect([after.state.resourceVersion, after.state.generation]).toEqual(['11', 1]);
    expect(emitted(after.actions)).toMatchObject([{ type: 'MODIFIED' }]);
  });

  it('is emitted in small parts before it is whole, without a version', () => {
    const uids = Array.from({ length: 2 * PART_SIZE + 1 }, (_, i) => `u${i}`);
    const { actions, state } = streamed(...uids.map((u) => initial(u)));
    expect(emitted(actions)).toEqual([
      { type: 'snapshot', resourceVersion: '', items: uids.slice(0, PART_SIZE), more: true },
      { type: 'snapshot', resourceVersion: '', items: uids.slice(PART_SIZE, 2 * PART_SIZE), more: true },
    ]);
    expect([state.resourceVersion, state.listed]).toEqual(['', false]);
    expect(emitted(run([initialEnd('10')], state).actions)).toEqual([
      { type: 'snapshot', resourceVersion: '10', items: [`u${2 * PART_SIZE}`], more: false },
    ]);
  });

  it('may tell what happens meanwhile: after what it happened to, and still without a version', () => {
    const { actions, state } = streamed(
      initial('a'),
      initial('b'),
      arrived('DELETED', '9'),
      arrived('MODIFIED', '10'),
      initial('c'),
    );
    expect(emitted(actions).map((r) => r.type)).toEqual(['snapshot', 'DELETED', 'MODIFIED']);
    expect(state.resourceVersion).toBe('');
    expect(emitted(run([initialEnd('12')], state).actions)).toMatchObject([{ items: ['c'], more: false, resourceVersion: '12' }]);
  });

  it.each([
    'rejected',
    'forbidden',
    'not-found',
  ] as const)('is asked for in pages at once where it is %s, and for ever', (kind) => {
    const { actions, state } = run(
      [start, failed({ kind }), page(['a'], '10'), opened(), failed({ kind: 'expired' }), waited()],
      IDLE,
    );
    expect(asked(actions)).toMatchObject([{ type: 'stream' }, { type: 'list' }, { type: 'watch' }, { type: 'list' }]);
    expect(actions.filter((a) => a.type === 'wait').length).toBe(1);
    expect(state.streams).toBe(false);
  });

  it.each([
    'server',
    'rejected',
    'silent',
    'unreadable',
  ] as const)('that ends in an ERROR or worse (%s) is asked for in pages after a wait', (kind) => {
    const { actions, state } = streamed(initial('a'), failed({ kind }), waited());
    expect(actions.slice(-3)).toMatchObject([
      { type: 'abandon' },
      { type: 'wait' },
      { type: 'list', continue: '', limit: PAGE_SIZE },
    ]);
    expect(state.streams).toBe(false);
    expect(streamed(initial('a'), closed(T + 9)).state).toMatchObject({ streams: false, phase: { type: 'waiting' } });
  });

  it.each([
    'network',
    'server',
    'busy',
    'unauthorized',
  ] as const)('is tried again where there was no answer to it (%s)', (kind) => {
    expect(asked(run([start, failed({ kind }), waited()], IDLE).actions)).toMatchObject([{ type: 'stream' }, { type: 'stream' }]);
  });

  it('that was cut half-way goes on in pages, and the next list is a stream again', () => {
    const cutOff = streamed(
      ...Array.from({ length: PAGE_SIZE }, (_, i) => initial(`u${i}`)),
      failed({ kind: 'network' }),
      waited(),
    );
    expect(asked(cutOff.last)).toMatchObject([{ type: 'list', continue: '' }]);
    // What it named and the pages do not, a reader would keep.
    const again = run([page(['u0'], '20')], cutOff.state);
    expect(asked(again.last)).toMatchObject([{ type: 'stream' }]);
    expect(emitted(run([opened(), initial('u0'), initialEnd('21')], again.state).actions)).toMatchObject([
      { items: ['u0'], more: false },
    ]);
  });

  it('closes the gap with its first part', () => {
    const lost = run([failed({ kind: 'expired' }), waited(), opened()], streamed(initial('a'), initialEnd('10')).state);
    expect(emitted(run([initial('a'), initialEnd('90')], lost.state).actions)).toMatchObject([
      { type: 'gap', open: false, resumed: false },
      { type: 'snapshot', more: false },
    ]);
  });
});

describe('watching', () => {
  it('follows the version of events and bookmarks, and emits no bookmark', () => {
    const { state, actions } = run([arrived('ADDED', '11'), arrived('DELETED', '12'), arrived('BOOKMARK', '40')], LIVE);
    expect(state.resourceVersion).toBe('40');
    expect(emitted(actions).map((r) => r.type)).toEqual(['ADDED', 'DELETED']);
  });

  it('asks again from the last version after a clean close, without a list, a wait or a gap', () => {
    const { last } = run([arrived('MODIFIED', '15'), closed(T + 290_000)], LIVE);
    expect(last).toEqual([{ type: 'watch', generation: LIVE.generation + 1, resourceVersion: '15', timeoutSeconds: 290 }]);
  });

  it('asks for 270 to 310 s', () => {
    const seconds = [0, 0.999].map(
      (chance) => step(LIVE, { type: 'closed', generation: LIVE.generation, at: T + 5000 }, chance).actions[0],
    );
    expect(seconds).toMatchObject([{ timeoutSeconds: 270 }, { timeoutSeconds: 310 }]);
  });

  it('waits when the server closes at once without a word', () => {
    expect(run([closed(T + 500)], LIVE).state.phase).toMatchObject({ type: 'waiting', next: { ask: 'watch' } });
    expect(run([arrived('ADDED', '11'), closed(T + 500)], LIVE).state.phase.type).toBe('opening');
  });
});

const VERSION_LOST = { ask: 'list', continue: '', limit: PAGE_SIZE };
const ON_FROM_THERE = { ask: 'watch' };

describe('what comes after a failure', () => {
  it.each([
    ['expired', VERSION_LOST],
    ['unreadable', VERSION_LOST],
    ['network', ON_FROM_THERE],
    ['tls', ON_FROM_THERE],
    ['busy', ON_FROM_THERE],
    ['server', ON_FROM_THERE],
    ['unauthorized', ON_FROM_THERE],
    ['credentials', ON_FROM_THERE],
    ['forbidden', ON_FROM_THERE],
  ] as const)('%s', (kind, next) => {
    for (const events of [[], [arrived('ADDED', '11')]]) {
      const { state, last } = run([...events, failed({ kind })], LIVE);
      expect(state.phase).toMatchObject({ type: 'waiting', next });
      expect(last[0]).toEqual({ type: 'abandon' });
    }
  });

  it('a stream that was never heard is one of a version that the server does not have', () => {
    expect(run([failed({ kind: 'silent' })], LIVE).state.phase).toMatchObject({ next: VERSION_LOST });
    expect(run([arrived('BOOKMARK', '11'), failed({ kind: 'silent' })], LIVE).state.phase).toMatchObject({ next: ON_FROM_THERE });
  });

  it('410 to the request itself lists as well', () => {
    const opening = run([closed(T + 5000)], LIVE).state;
    expect(run([failed({ kind: 'expired' })], opening).state.phase).toMatchObject({ next: VERSION_LOST });
  });
});

describe('how long it waits', () => {
  const waitOf = (actions: readonly Action[]) => actions.find((a) => a.type === 'wait')?.ms;

  it('0.8 s and more, doubling to 30 s and more, with jitter', () => {
    let state = LIVE;
    const waits: (number | undefined)[] = [];
    for (let i = 0; i < 7; i++) {
      const next = run([failed({ kind: 'server' }, T + i)], state);
      waits.push(waitOf(next.last));
      state = run([waited(T + i)], next.state).state;
    }
    expect(waits).toEqual([1200, 2400, 4800, 9600, 19_200, 38_400, 45_000]);
  });

  it('as long as Retry-After says, when that is longer', () => {
    expect(waitOf(run([failed({ kind: 'busy', retryAfterMs: 7000 })], LIVE).last)).toBe(7000);
    expect(waitOf(run([failed({ kind: 'busy', retryAfterMs: 500 })], LIVE).last)).toBe(1200);
  });

  it('little when a server that was away says that the version is too old; doubling when it goes on saying so', () => {
    let { state, last } = run([failed({ kind: 'network' }, T)], LIVE);
    for (const at of [T + 5000, T + 15_000, T + 35_000, T + 70_000])
      ({ state } = run([waited(at), failed({ kind: 'network' }, at)], state));
    ({ state, last } = run([waited(T + 100_000), failed({ kind: 'expired' }, T + 100_000)], state));
    expect(waitOf(last)).toBe(1200);
    ({ last } = run([waited(T + 101_200), failed({ kind: 'expired' }, T + 101_300)], state));
    expect(waitOf(last)).toBe(2400);
  });

  it('a right that came back with a list is doubted anew when it goes again', () => {
    let { state, last } = run([failed({ kind: 'forbidden' }, T), waited(T + 1200), failed({ kind: 'expired' }, T + 1300)], LIVE);
    ({ state } = run([waited(T + 3000), page([], '20', '', T + 3100)], state));
    expect(state.failure).toBeNull();
    ({ state, last } = run([failed({ kind: 'forbidden' }, T + 600_000)], state));
    expect([state.failure?.kind, waitOf(last)]).toEqual(['server', 1200]);
  });

  it('seconds while a server that was away for long has not read the rights yet', () => {
    let { state } = run([failed({ kind: 'network' }, T)], LIVE);
    for (const at of [T + 5000, T + 15_000, T + 35_000, T + 70_000, T + 130_000])
      ({ state } = run([waited(at), failed({ kind: 'network' }, at)], state));
    const { last } = run([waited(T + 190_000), failed({ kind: 'forbidden' }, T + 190_000)], state);
    expect(waitOf(last)).toBeLessThanOrEqual(8000);
  });

  it('a minute when it is forbidden; but what was listed before is refused for half a minute before that is believed', () => {
    const forbidden = (at: number) => failed({ kind: 'forbidden' }, at);
    expect(waitOf(run([start, forbidden(T)]).last)).toBe(60_000);
    let { state, last } = run([forbidden(T)], LIVE);
    expect([state.failure?.kind, waitOf(last)]).toEqual(['server', 1200]);
    ({ state, last } = run([waited(T + 1200), forbidden(T + 29_999)], state));
    expect([state.failure?.kind, waitOf(last)]).toEqual(['server', 2400]);
    ({ state, last } = run([waited(T + 31_000), forbidden(T + 31_000)], state));
    expect([state.failure?.kind, waitOf(last)]).toEqual(['forbidden', 60_000]);
  });

  it('no longer than 4 s and more for a minute in which nobody listens, and doubles after that', () => {
    let state = run([failed({ kind: 'network' })], LIVE).state;
    const waits = [4, 12, 24, 48, 61, 90, 120].map((seconds) => {
      const next = run([waited(T + seconds * 1000), failed({ kind: 'network' }, T + seconds * 1000)], state);
      state = next.state;
      return waitOf(next.last);
    });
    expect(waits).toEqual([2400, 4800, 6000, 6000, 12_000, 24_000, 45_000]);
  });

  it('begins anew after a watch that went on for half a minute', () => {
    const often = run(
      [failed({ kind: 'network' }, T), waited(T), failed({ kind: 'network' }, T), waited(T), opened(T)],
      LIVE,
    ).state;
    expect(waitOf(run([failed({ kind: 'network' }, T + 29_000)], often).last)).toBe(4800);
    expect(waitOf(run([failed({ kind: 'network' }, T + 30_000)], often).last)).toBe(1200);
  });
});

describe('gaps', () => {
  it('is open at once, and closed as resumed with the first arrival', () => {
    const { actions } = run(
      [
        failed({ kind: 'network', detail: 'connection reset' }, T + 5),
        waited(T + 900),
        opened(T + 905),
        arrived('ADDED', '11', T + 950),
      ],
      LIVE,
    );
    expect(emitted(actions)).toEqual([
      { type: 'gap', from: T + 5, reason: 'connection reset', open: true, resumed: false },
      { type: 'gap', from: T + 5, reason: 'connection reset', open: false, resumed: true },
      { type: 'ADDED', object: { metadata: { resourceVersion: '11' } } },
    ]);
  });

  it('is closed as resumed after a second in which the server did not take it back', () => {
    const { actions, state } = run([failed({ kind: 'network' }), waited(), opened(T + 900)], LIVE);
    expect(actions.at(-1)).toEqual({ type: 'settle', generation: state.generation, ms: 1000 });
    expect(emitted(run([settled(T + 1900)], state).actions)).toMatchObject([{ open: false, resumed: true }]);
  });

  it('is not resumed when the server has lost the version: it ends with the list', () => {
    const { actions } = run(
      [failed({ kind: 'network' }, T), waited(), opened(), failed({ kind: 'expired' }, T + 1000), waited(), page(['a'], '50')],
      LIVE,
    );
    expect(emitted(actions)).toEqual([
      { type: 'gap', from: T, reason: 'network', open: true, resumed: false },
      { type: 'gap', from: T, reason: 'network', open: false, resumed: false },
      { type: 'snapshot', resourceVersion: '50', items: ['a'], more: false },
    ]);
  });

  it('was not closed by a stream that never spoke: what follows begins where it began', () => {
    const { state } = run([failed({ kind: 'network' }, T), waited(), opened(T + 900), settled(T + 1900)], LIVE);
    const silent = failed({ kind: 'silent', silentSince: T + 900 }, T + 90_900);
    expect(emitted(run([silent], state).actions)).toMatchObject([{ type: 'gap', open: true, from: T }]);
    expect(emitted(run([arrived('BOOKMARK', '11'), silent], state).actions)).toMatchObject([{ open: true, from: T + 900 }]);
  });

  it('begins where the silence began', () => {
    expect(emitted(run([failed({ kind: 'silent', silentSince: T - 90_000 })], LIVE).actions)).toMatchObject([
      { from: T - 90_000 },
    ]);
  });
});

describe('a server that answers somebody else', () => {
  const woken = (at = T): Told => ({ type: 'woken', at });
  const waiting = run([failed({ kind: 'network' })], LIVE).state;

  it('is asked at once by who could not reach it', () => {
    const { last, state } = run([woken()], waiting);
    expect(last).toMatchObject([{ type: 'abandon' }, { type: 'watch', resourceVersion: '10' }]);
    expect(state.phase).toEqual({ type: 'opening' });
  });

  it('is asked no sooner by who was refused, told when to come back, or watches', () => {
    const refused = ['busy', 'forbidden', 'server', 'expired', 'unreadable'] as const;
    for (const kind of refused) expect(run([failed({ kind }), woken()], LIVE).last).toEqual([]);
    expect(run([woken()], LIVE).actions).toEqual([]);
  });

  it('is no busy loop where each of two lets the other begin', () => {
    const again = run([woken(T), failed({ kind: 'network' }, T + 1), woken(T + 2)], waiting);
    expect(again.last).toEqual([]);
    expect(run([woken(T + 30_000)], again.state).last).not.toEqual([]);
  });
});

describe('generations', () => {
  it('drops what an abandoned request still brings', () => {
    const waiting = run([failed({ kind: 'network' })], LIVE).state;
    for (const event of [arrived('ADDED', '99'), closed(), failed({ kind: 'server' }), opened(), page([], '1')]) {
      expect(step(waiting, { ...event, generation: LIVE.generation } as ReflectorEvent, 0)).toEqual({
        state: waiting,
        actions: [],
      });
    }
  });

  it('does nothing after stop', () => {
    const { state, last } = run([{ type: 'stop', at: T }], LIVE);
    expect(last).toEqual([{ type: 'abandon' }]);
    expect(run([start, waited(), arrived('ADDED', '99'), opened(), closed()], state)).toMatchObject({ state, actions: [] });
  });
});

const anyTold = fc.oneof(
  fc.constant(start),
  fc
    .record({ version: fc.nat(99), more: fc.boolean() })
    .map(({ version, more }) => page(['x'], String(version), more ? 'next' : '')),
  fc.nat(100_000).map((ms) => opened(T + ms)),
  fc.constant(settled()),
  fc.constantFrom('x', 'y').map((uid) => initial(uid)),
  fc.nat(99).map((version) => initialEnd(String(version))),
  fc
    .record({ verb: fc.constantFrom('ADDED', 'BOOKMARK', 'DELETED'), version: fc.nat(99) })
    .map(({ verb, version }) => arrived(verb, String(version))),
  fc.nat(100_000).map((ms) => closed(T + ms)),
  fc.constantFrom('expired', 'network', 'forbidden', 'silent', 'busy', 'rejected', 'unreadable').map((kind) => failed({ kind })),
  fc.constant(waited()),
  fc.nat(100_000).map((ms): Told => ({ type: 'woken', at: T + ms })),
);

describe('whatever happens', () => {
  it('has one request or one wait under way, and never a gap closed that was not open', () => {
    fc.assert(
      fc.property(fc.array(anyTold, { maxLength: 60 }), fc.boolean(), (told, streams) => {
        const events = [start, ...told];
        let state = { ...IDLE, streams };
        let isOpen = false;
        let underWay = 0;
        for (const event of events) {
          const before = state;
          const next = step(state, { ...event, generation: state.generation } as ReflectorEvent, 0.5);
          state = next.state;
          const ended = event.type === 'page' || event.type === 'closed' || event.type === 'waited' || event.type === 'failed';
          if (ended && state !== before) underWay = 0;
          for (const action of next.actions) {
            if (action.type === 'abandon') underWay = 0;
            if (['list', 'watch', 'stream', 'wait'].includes(action.type)) expect(++underWay).toBe(1);
            if (action.type !== 'emit' || action.report.type !== 'gap') continue;
            expect(action.report.open).toBe(!isOpen);
            isOpen = action.report.open;
          }
          expect(state.gap !== null).toBe(isOpen);
        }
      }),
    );
  });
});
