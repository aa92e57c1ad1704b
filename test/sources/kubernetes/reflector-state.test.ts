import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Action,
  type Failure,
  IDLE,
  PAGE_SIZE,
  type ReflectorEvent,
  type ReflectorState,
  step,
} from '../../../src/sources/kubernetes/reflector-state.ts';

const T = 1_000_000;

type Told = ReflectorEvent extends infer E ? (E extends { generation: number } ? Omit<E, 'generation'> : E) : never;

/** Feeds events of the request that is under way; gives the state and all actions. */
function run(
  events: readonly Told[],
  from: ReflectorState = IDLE,
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

const start: Told = { is: 'start', at: T };
const page = (names: readonly string[], version: string, token = '', at = T): Told => ({
  is: 'page',
  at,
  page: { items: names, resourceVersion: version, continue: token },
});
const opened = (at = T): Told => ({ is: 'opened', at });
const arrived = (verb: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK', version: string, at = T): Told => ({
  is: 'arrived',
  at,
  verb,
  object: { metadata: { resourceVersion: version } },
});
const failed = (failure: Partial<Failure> & Pick<Failure, 'kind'>, at = T): Told => ({
  is: 'failed',
  at,
  failure: { detail: failure.kind, retryAfterMs: null, silentSince: null, ...failure },
});
const closed = (at = T): Told => ({ is: 'closed', at });
const waited = (at = T): Told => ({ is: 'waited', at });
const settled = (at = T): Told => ({ is: 'settled', at });

const LIVE = run([start, page(['a'], '10'), opened()]).state;

const emitted = (actions: readonly Action[]) => actions.flatMap((a) => (a.do === 'emit' ? [a.report] : []));
const asked = (actions: readonly Action[]) => actions.filter((a) => a.do === 'list' || a.do === 'watch');

describe('listing', () => {
  it('asks for pages, hands on the token, and watches from the version of the first page', () => {
    const { actions, state } = run([start, page(['a'], '10', 'next'), page(['b'], '10')]);
    expect(asked(actions)).toMatchObject([
      { do: 'list', continue: '', limit: PAGE_SIZE },
      { do: 'list', continue: 'next', limit: PAGE_SIZE },
      { do: 'watch', resourceVersion: '10' },
    ]);
    expect(emitted(actions)).toEqual([
      { type: 'snapshot', resourceVersion: '10', items: ['a'], more: true },
      { type: 'snapshot', resourceVersion: '10', items: ['b'], more: false },
    ]);
    expect(state.phase.is).toBe('opening');
  });

  it.each(['expired', 'rejected'] as const)('takes the whole list at once when the continue token is %s', (kind) => {
    const { actions } = run([start, page(['a', 'gone'], '10', 'next'), failed({ kind }), page(['a', 'b'], '20')]);
    expect(asked(actions)).toMatchObject([
      { do: 'list', continue: '', limit: PAGE_SIZE },
      { do: 'list', continue: 'next' },
      { do: 'list', continue: '', limit: null },
      { do: 'watch', resourceVersion: '20' },
    ]);
    // The first whole line ends the list that broke off, the second says what is there: "gone" is in the first only.
    expect(emitted(actions).map((r) => r.type === 'snapshot' && [r.items, r.more])).toEqual([
      [['a', 'gone'], true],
      [['a', 'b'], false],
      [['a', 'b'], false],
    ]);
  });

  it('asks for the same page again after any other failure', () => {
    const { actions } = run([start, page(['a'], '10', 'next'), failed({ kind: 'server' }), waited()]);
    expect(asked(actions).at(-1)).toMatchObject({ do: 'list', continue: 'next', limit: PAGE_SIZE });
  });

  it('has no gap before the first whole list', () => {
    expect(
      emitted(run([start, failed({ kind: 'network' }), waited(), page(['a'], '1', 'next'), failed({ kind: 'network' })]).actions),
    ).toEqual([{ type: 'snapshot', resourceVersion: '1', items: ['a'], more: true }]);
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
    expect(last).toEqual([{ do: 'watch', generation: LIVE.generation + 1, resourceVersion: '15', timeoutSeconds: 290 }]);
  });

  it('asks for 270 to 310 s', () => {
    const seconds = [0, 0.999].map(
      (chance) => step(LIVE, { is: 'closed', generation: LIVE.generation, at: T + 5000 }, chance).actions[0],
    );
    expect(seconds).toMatchObject([{ timeoutSeconds: 270 }, { timeoutSeconds: 310 }]);
  });

  it('waits when the server closes at once without a word', () => {
    expect(run([closed(T + 500)], LIVE).state.phase).toMatchObject({ is: 'waiting', next: { ask: 'watch' } });
    expect(run([arrived('ADDED', '11'), closed(T + 500)], LIVE).state.phase.is).toBe('opening');
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
      expect(state.phase).toMatchObject({ is: 'waiting', next });
      expect(last[0]).toEqual({ do: 'abandon' });
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
  const waitOf = (actions: readonly Action[]) => actions.find((a) => a.do === 'wait')?.ms;

  it('0.8 s and more, doubling to 30 s and more, with jitter', () => {
    let state = LIVE;
    const waits: (number | undefined)[] = [];
    for (let i = 0; i < 7; i++) {
      const next = run([failed({ kind: 'network' }, T + i)], state);
      waits.push(waitOf(next.last));
      state = run([waited(T + i)], next.state).state;
    }
    expect(waits).toEqual([1200, 2400, 4800, 9600, 19_200, 38_400, 45_000]);
  });

  it('as long as Retry-After says, when that is longer', () => {
    expect(waitOf(run([failed({ kind: 'busy', retryAfterMs: 7000 })], LIVE).last)).toBe(7000);
    expect(waitOf(run([failed({ kind: 'busy', retryAfterMs: 500 })], LIVE).last)).toBe(1200);
  });

  it('a minute when it is forbidden', () => {
    expect(waitOf(run([failed({ kind: 'forbidden' })], LIVE).last)).toBe(60_000);
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
    expect(actions.at(-1)).toEqual({ do: 'settle', generation: state.generation, ms: 1000 });
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

  it('begins where the silence began', () => {
    expect(emitted(run([failed({ kind: 'silent', silentSince: T - 90_000 })], LIVE).actions)).toMatchObject([
      { from: T - 90_000 },
    ]);
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
    const { state, last } = run([{ is: 'stop', at: T }], LIVE);
    expect(last).toEqual([{ do: 'abandon' }]);
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
  fc
    .record({ verb: fc.constantFrom('ADDED', 'BOOKMARK', 'DELETED'), version: fc.nat(99) })
    .map(({ verb, version }) => arrived(verb, String(version))),
  fc.nat(100_000).map((ms) => closed(T + ms)),
  fc.constantFrom('expired', 'network', 'forbidden', 'silent', 'busy', 'rejected', 'unreadable').map((kind) => failed({ kind })),
  fc.constant(waited()),
);

describe('whatever happens', () => {
  it('has one request or one wait under way, and never a gap closed that was not open', () => {
    fc.assert(
      fc.property(fc.array(anyTold, { maxLength: 60 }), (told) => {
        const events = [start, ...told];
        let state = IDLE;
        let isOpen = false;
        let underWay = 0;
        for (const event of events) {
          const before = state;
          const next = step(state, { ...event, generation: state.generation } as ReflectorEvent, 0.5);
          state = next.state;
          const ended = event.is === 'page' || event.is === 'closed' || event.is === 'waited' || event.is === 'failed';
          if (ended && state !== before) underWay = 0;
          for (const action of next.actions) {
            if (action.do === 'abandon') underWay = 0;
            if (action.do === 'list' || action.do === 'watch' || action.do === 'wait') expect(++underWay).toBe(1);
            if (action.do !== 'emit' || action.report.type !== 'gap') continue;
            expect(action.report.open).toBe(!isOpen);
            isOpen = action.report.open;
          }
          expect(state.gap !== null).toBe(isOpen);
        }
      }),
    );
  });
});
