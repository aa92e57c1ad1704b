import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { kubectlColumns } from '../../../src/model/kubectl-columns.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { objectOf } from '../../../src/text/json.ts';
import type { Envelope } from '../../../src/timeline/envelope.ts';
import { all, failureOf, LATER, open, stdinOf } from '../../support/opening.ts';
import { pauseForReal } from '../../support/real-time.ts';
import { fixture } from '../../support/recorded.ts';
import { rawLinesOf } from '../../support/recordings.ts';

function sample(name: string): string {
  return fixture(`recordings/kubectl/${name}`);
}

/** The Pods that exist after these arrivals, by UID. */
function podsAfter(envelopes: readonly Envelope[]): Map<string, Pod> {
  const pods = new Map<string, Pod>();
  for (const envelope of envelopes) {
    if (envelope.type === 'snapshot') {
      pods.clear();
      for (const item of envelope.items) pods.set(item.uid, item as Pod);
    } else if (envelope.type === 'object') {
      if (envelope.verb === 'DELETED') pods.delete(envelope.object.uid);
      else pods.set(envelope.object.uid, envelope.object as Pod);
    }
  }
  return pods;
}

/** The Pods as they arrived, one after the other: first those of the list. */
function arrivalsOf(envelopes: readonly Envelope[]): Pod[] {
  return envelopes.flatMap((e) => (e.type === 'snapshot' ? (e.items as Pod[]) : e.type === 'object' ? [e.object as Pod] : []));
}

/** Namespace, name, READY, STATUS and the number of restarts, in the rows that kubectl printed for people. */
function rowsOf(file: string): string[] {
  const [, ...rows] = readFileSync(sample(file), 'utf8').trimEnd().split('\n');
  return rows.map((row) => row.split(/\s+/).slice(0, 5).join(' '));
}

function rowOf(pod: Pod): string {
  const { ready, status, restarts } = kubectlColumns(pod, LATER, 'v1.35.4');
  return [pod.namespace, pod.name, ready, status, restarts.split(' ')[0]].join(' ');
}

let second = 0;
function pod(uid: string, more: { metadata?: object; status?: object } = {}) {
  const created = `2026-11-22T14:00:${String(second++ % 60).padStart(2, '0')}Z`;
  return {
    kind: 'Pod',
    metadata: { name: uid, namespace: 'shop', uid, creationTimestamp: created, ...more.metadata },
    status: { phase: 'Running', ...more.status },
  };
}

function event(type: string, object: object): string {
  return `${JSON.stringify({ type, object })}\n`;
}

describe('the samples', () => {
  it('of a List: every Pod, as kubectl shows it', async () => {
    const envelopes = await all(await open(sample('list.json.gz')));
    expect(envelopes).toHaveLength(1);
    expect(arrivalsOf(envelopes).map(rowOf)).toEqual(rowsOf('list.txt'));
  });

  it('of watch events: the list, then every change, as kubectl printed them', async () => {
    const envelopes = await all(await open(sample('watch-events.json.gz')));
    expect(envelopes[0]).toMatchObject({ type: 'snapshot', items: { length: 52 }, namespace: null, more: false });
    expect(envelopes.slice(1).every((e) => e.type === 'object' && e.verb === 'MODIFIED')).toBe(true);
    expect(arrivalsOf(envelopes).map(rowOf).toSorted()).toEqual(rowsOf('watch.txt').toSorted());
    const listed = podsAfter(await all(await open(sample('list.json.gz'))));
    expect([...podsAfter(envelopes).keys()].toSorted()).toEqual([...listed.keys()].toSorted());
  });

  it('of a plain watch: nothing that kubectl did not print meanwhile', async () => {
    const plain = await all(await open(sample('watch-plain.json.gz')));
    expect(plain[0]).toMatchObject({ type: 'snapshot', items: { length: 5 } });
    expect(plain.slice(1).map((e) => (e.type === 'object' ? e.verb : e.type))).toEqual(Array(12).fill('MODIFIED'));
    const printed = rowsOf('watch.txt');
    expect(
      arrivalsOf(plain)
        .map(rowOf)
        .filter((row) => !printed.includes(row)),
    ).toEqual([]);
  });

  it('have times that no arrival can be older than, and that never go back', async () => {
    for (const name of ['watch-events', 'watch-plain']) {
      const envelopes = await all(await open(sample(`${name}.json.gz`)));
      const times = envelopes.map(({ at }) => at);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      for (const envelope of envelopes) {
        for (const { containers, createdAt } of arrivalsOf([envelope])) {
          const stated = containers.flatMap(({ state, last }) => [
            state.type === 'waiting' ? null : state.startedAt,
            last?.finishedAt ?? null,
          ]);
          expect(Math.max(createdAt ?? 0, ...stated.map((time) => time ?? 0))).toBeLessThanOrEqual(envelope.at);
        }
      }
    }
  });

  it('show nothing of the secrets in them, not even in the Spec tab', async () => {
    for (const name of ['watch-events', 'watch-plain', 'list']) {
      const path = sample(`${name}.json.gz`);
      for (const source of [await open(path), await open(stdinOf(readFileSync(path)))]) {
        const envelopes = await all(source);
        expect(JSON.stringify(envelopes)).not.toContain('not-a-real');
        for (const envelope of envelopes) {
          for (const { uid, name: podName } of arrivalsOf([envelope]).slice(0, 5)) {
            const object = await source.objectAt(envelope.line, uid);
            expect(object).toMatchObject({ kind: 'Pod', metadata: { name: podName } });
            expect(JSON.stringify(object)).not.toContain('not-a-real');
          }
        }
      }
    }
  });
});

describe('a whole incident, printed as kubectl would', () => {
  it.each([
    ['events', true, 0],
    ['pretty-printed events', true, 4],
    ['Pods', false, 4],
    ['Pods, one a line', false, 0],
  ])(
    '%s: the same Pods live and die',
    async (_form, withEvents, indent) => {
      const { lines } = await rawLinesOf('zoo');
      const arrivals = lines.flatMap(({ line }) => ('object' in line && line.kind === 'Pod' ? [line] : []));
      const values = arrivals.map(({ type, object }) => (withEvents ? { type, object } : object));
      const text = values.map((value) => JSON.stringify(value, null, indent)).join('\n');
      const envelopes = await all(await open(stdinOf(text)));
      const gone = envelopes.flatMap((e) => (e.type === 'object' && e.verb === 'DELETED' ? [e.object.uid] : []));
      const uids = arrivals.map(({ object }) => String(objectOf(object?.metadata).uid));
      const expected = uids.filter((_, i) => arrivals[i]?.type === 'DELETED');
      expect(new Set(gone).size).toBe(gone.length);
      expect(gone.toSorted()).toEqual(expected.toSorted());
      expect(podsAfter(envelopes).size).toBe(new Set(uids).size - expected.length);
    },
    20_000,
  );
});

describe('the first burst', () => {
  const [a, b] = [pod('a'), pod('b')];

  it('ends with the first arrival that is not ADDED', async () => {
    const envelopes = await all(
      await open(stdinOf(event('ADDED', a) + event('ADDED', b) + event('DELETED', a) + event('ADDED', pod('c')))),
    );
    expect(envelopes.map((e) => (e.type === 'object' ? e.verb : e.type))).toEqual(['snapshot', 'DELETED', 'ADDED']);
    expect(envelopes.map(({ line }) => line)).toEqual([3, 3, 4]);
  });

  it('ends with a Pod seen before', async () => {
    const envelopes = await all(await open(stdinOf(event('ADDED', a) + event('ADDED', b) + event('ADDED', a))));
    expect(envelopes.map((e) => (e.type === 'object' ? e.verb : e.type))).toEqual(['snapshot', 'ADDED']);
    const plain = await all(await open(stdinOf([a, b, a, pod('d')].map((p) => JSON.stringify(p)).join(''))));
    expect(plain.map((e) => (e.type === 'object' ? e.verb : e.type))).toEqual(['snapshot', 'MODIFIED', 'ADDED']);
  });

  it('may be all there is', async () => {
    expect(await all(await open(stdinOf(event('ADDED', a) + event('ADDED', b))))).toMatchObject([
      { type: 'snapshot', items: { length: 2 } },
    ]);
  });

  it('may be missing, which is told', async () => {
    const source = await open(stdinOf(event('MODIFIED', a) + event('DELETED', b)));
    expect((await all(source)).map((e) => (e.type === 'object' ? e.verb : e.type))).toEqual(['snapshot', 'MODIFIED', 'DELETED']);
    expect(source.notices).toEqual([
      { kind: 'no-list', message: 'standard input: begins without a list of Pods: Pods that did not change are missing' },
    ]);
  });
});

describe('a plain watch', () => {
  const dying = (uid: string, grace: number, finalizers: string[] = []) =>
    pod(uid, { metadata: { deletionTimestamp: '2026-11-22T15:00:00Z', deletionGracePeriodSeconds: grace, finalizers } });

  it('takes the last arrival of a Pod that is removed for its deletion, once', async () => {
    const text = [pod('a'), pod('b'), pod('a'), dying('a', 30), dying('a', 0), dying('a', 0), pod('b')]
      .map((p) => JSON.stringify(p))
      .join('\n');
    const envelopes = await all(await open(stdinOf(text)));
    expect(envelopes.map((e) => (e.type === 'object' ? `${e.verb} ${(e.object as Pod).name}` : e.type))).toEqual([
      ...['snapshot', 'MODIFIED a', 'MODIFIED a', 'DELETED a', 'MODIFIED b'],
    ]);
  });

  it('waits for the finalizers of a Pod', async () => {
    const text = [pod('a'), pod('a'), dying('a', 0, ['x/y']), dying('a', 0)].map((p) => JSON.stringify(p)).join('\n');
    const envelopes = await all(await open(stdinOf(text)));
    expect(envelopes.map((e) => (e.type === 'object' ? e.verb : e.type))).toEqual([
      'snapshot',
      'MODIFIED',
      'MODIFIED',
      'DELETED',
    ]);
  });
});

describe('the time of an arrival', () => {
  const at = (time: string) => Date.parse(time);
  const old = (uid: string, more: object = {}) => ({
    ...{ kind: 'Pod', metadata: { name: uid, uid, creationTimestamp: '2026-11-22T10:00:00Z' }, status: {} },
    ...more,
  });
  it.each<[string, object, string]>([
    ['creation', {}, '2026-11-22T10:00:00Z'],
    [
      'managedFields',
      { metadata: { name: 'a', uid: 'a', managedFields: [{ time: '2026-11-22T11:00:00Z' }] } },
      '2026-11-22T11:00:00Z',
    ],
    ['a condition', { status: { conditions: [{ lastTransitionTime: '2026-11-22T11:00:01Z' }] } }, '2026-11-22T11:00:01Z'],
    [
      'a start',
      { status: { containerStatuses: [{ state: { running: { startedAt: '2026-11-22T11:00:02Z' } } }] } },
      '2026-11-22T11:00:02Z',
    ],
    [
      'an end',
      {
        status: {
          initContainerStatuses: [{ lastState: { terminated: { startedAt: null, finishedAt: '2026-11-22T11:00:03Z' } } }],
        },
      },
      '2026-11-22T11:00:03Z',
    ],
    [
      'never the deletion, which lies ahead',
      { metadata: { name: 'a', uid: 'a', creationTimestamp: '2026-11-22T10:00:00Z', deletionTimestamp: '2026-11-22T12:00:00Z' } },
      '2026-11-22T10:00:00Z',
    ],
  ])('is that of %s', async (_what, more, time) => {
    expect((await all(await open(stdinOf(JSON.stringify(old('a', more))))))[0]?.at).toBe(at(time));
  });

  it('never goes back, and is the newest of a list', async () => {
    const young = old('b', { metadata: { name: 'b', uid: 'b', creationTimestamp: '2026-11-22T11:00:00Z' } });
    const source = await open(stdinOf(event('ADDED', young) + event('ADDED', old('a')) + event('MODIFIED', old('a'))));
    expect(source.startedAt).toBe(at('2026-11-22T11:00:00Z'));
    expect((await all(source)).map((e) => e.at)).toEqual([at('2026-11-22T11:00:00Z'), at('2026-11-22T11:00:00Z')]);
  });

  it('is now where nothing states one', async () => {
    expect((await all(await open(stdinOf('{"kind":"List","items":[]}'))))[0]).toMatchObject({ at: LATER, items: [] });
  });
});

describe('lists', () => {
  it('one after the other are each the state of their moment', async () => {
    const lists = [[pod('a'), pod('b')], [pod('b')]].map((items) => JSON.stringify({ kind: 'List', items }, null, 2));
    const envelopes = await all(await open(stdinOf(lists.join('\n'))));
    expect(envelopes).toMatchObject([
      { type: 'snapshot', items: { length: 2 } },
      { type: 'snapshot', items: { length: 1 } },
    ]);
    expect([...podsAfter(envelopes).keys()]).toEqual(['b']);
  });

  it('of several kinds: what crashtop does not use is skipped, and told', async () => {
    const source = await open(
      stdinOf(JSON.stringify({ kind: 'List', items: [pod('a'), { kind: 'Service' }, { kind: 'Secret' }, { kind: 'Service' }] })),
    );
    expect(await all(source)).toMatchObject([{ items: { length: 1 } }]);
    expect(source.notices).toEqual([
      { kind: 'kinds-skipped', message: 'standard input: skipped what crashtop does not use: 2 Service, 1 Secret' },
    ]);
  });

  it('without any Pod are an error', async () => {
    const list = (kind: string, items: object[]) => stdinOf(JSON.stringify({ kind, items }));
    expect(await failureOf(open(list('List', [{ kind: 'Node' }])))).toMatch(/^standard input holds no Pod but 1 Node/);
    expect(await failureOf(open(list('NodeList', [])))).toMatch(/^standard input holds no Pod but 1 NodeList/);
    expect(await all(await open(list('PodList', [])))).toMatchObject([{ type: 'snapshot', items: [] }]);
  });
});

describe('output that cannot be read whole', () => {
  const good = event('ADDED', pod('a'));

  it('because it is cut off: the rest is dropped, and told', async () => {
    const source = await open(stdinOf(good + event('ADDED', pod('b')).slice(0, -10)));
    expect(await all(source)).toMatchObject([{ items: { length: 1 } }]);
    expect(source.notices).toEqual([
      { kind: 'last-line-dropped', message: 'standard input: the last object, from line 2 on, is cut off and was dropped' },
    ]);
  });

  it.each<[string, string, RegExp]>([
    ['a piece of an object', '"name": "x"}\n', /standard input:2: this is not JSON: ""name": "x"}"; --lenient/],
    ['braces that are no JSON', '{"type": nonsense}\n', /standard input:2: not JSON; --lenient/],
    [
      'an event of another type',
      event('EXPLODED', pod('x')),
      /standard input:2: a watch event of unknown type EXPLODED; --lenient/,
    ],
    [
      'a Pod without UID',
      event('ADDED', { kind: 'Pod', metadata: { name: 'x' } }),
      /standard input:2: an object without metadata\.uid; --lenient/,
    ],
  ])('%s: an error with its line, skipped and counted where lenient', async (_what, bad, message) => {
    const text = good + bad + event('MODIFIED', pod('a'));
    expect(await failureOf(open(stdinOf(text)).then(all))).toMatch(message);
    const source = await open(stdinOf(text), { lenient: true });
    expect(await all(source)).toHaveLength(2);
    expect(source.notices).toMatchObject([{ kind: 'lines-skipped', message: expect.stringContaining('skipped 1 place') }]);
  });

  it("kubectl's own error is told", async () => {
    const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version: 1 (2)' };
    const message = "standard input:2: kubectl's watch failed: too old resource version: 1 (2)";
    expect(await failureOf(open(stdinOf(good + event('ERROR', status))).then(all))).toBe(
      `${message}; --lenient shows what came before`,
    );
    const source = await open(stdinOf(good + event('ERROR', status)), { lenient: true });
    expect(await all(source)).toHaveLength(1);
    expect(source.notices).toEqual([{ kind: 'damaged', message }]);
  });

  it('bookmarks say nothing', async () => {
    expect(await all(await open(stdinOf(good + event('BOOKMARK', { kind: 'Pod', metadata: {} }))))).toHaveLength(1);
  });
});

describe('standard input from a kubectl that runs', () => {
  /** A clock that goes on by a second with every look. */
  function clockFrom(start: number) {
    let now = start;
    return {
      now: () => {
        now += 1000;
        return now;
      },
    };
  }

  it('is live once it was silent: what arrives then arrives now', async () => {
    const stdin = new PassThrough();
    stdin.write(event('ADDED', pod('a')) + event('ADDED', pod('b')));
    const source = await open(stdin, { clock: clockFrom(LATER), silenceMs: 20 });
    expect(source.live).toBe(true);
    expect(source.startedAt).toBe(LATER + 2000);
    const envelopes = source.envelopes[Symbol.asyncIterator]();
    expect((await envelopes.next()).value).toMatchObject({ type: 'snapshot', at: LATER + 2000, items: { length: 2 } });
    stdin.write(event('ADDED', pod('c')));
    expect((await envelopes.next()).value).toMatchObject({ type: 'object', verb: 'ADDED', at: LATER + 3000 });
    stdin.write(event('MODIFIED', pod('a')));
    expect((await envelopes.next()).value).toMatchObject({ type: 'object', verb: 'MODIFIED', at: LATER + 4000, line: 4 });
    expect(await source.objectAt(4, 'a')).toMatchObject({ metadata: { name: 'a' } });
    expect(await source.objectAt(4, 'b')).toMatchObject({ metadata: { name: 'b' } });
    stdin.end();
    expect((await envelopes.next()).done).toBe(true);
    expect(source.notices).toEqual([
      { kind: 'stream-ended', message: 'standard input: it has ended: nothing that happens now is shown' },
    ]);
  });

  it('is live before any silence when it states what happened after it was opened', async () => {
    const stdin = new PassThrough();
    const opening = open(stdin, { clock: clockFrom(Date.parse('2026-11-22T13:00:00Z')), silenceMs: 1e6 });
    stdin.write(event('ADDED', pod('a')) + event('MODIFIED', pod('a')));
    const source = await opening;
    expect(source.live).toBe(true);
    await source.close();
  });

  it('that ends before it is silent is a file', async () => {
    const source = await open(stdinOf(event('ADDED', pod('a'))), { clock: clockFrom(LATER), silenceMs: 1e6 });
    expect(source.live).toBe(false);
    expect(source.startedAt).toBeLessThan(LATER);
  });

  it('may take its time to begin', async () => {
    const stdin = new PassThrough();
    const opening = open(stdin, { silenceMs: 5 });
    await pauseForReal(30);
    stdin.write(event('ADDED', pod('a')));
    expect((await opening).live).toBe(true);
    stdin.destroy();
  });

  it('of other objects is an error as soon as it is silent', async () => {
    const stdin = new PassThrough();
    stdin.write('{"kind":"Node","metadata":{}}\n');
    expect(await failureOf(open(stdin, { silenceMs: 5 }))).toMatch(/^standard input holds no Pod but 1 Node/);
  });

  it('can be closed while it waits', async () => {
    const stdin = new PassThrough();
    stdin.write(event('ADDED', pod('a')));
    const source = await open(stdin, { silenceMs: 5 });
    const reading = all(source);
    await new Promise((resolve) => setImmediate(resolve));
    await source.close();
    expect(await reading).toHaveLength(1);
    if (!stdin.closed) await once(stdin, 'close');
    expect(source.notices).toEqual([]);
  });
});
