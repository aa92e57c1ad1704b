import { describe, expect, it } from 'vitest';
import { type WatchedPod, wantedReads, watched } from '../../../../src/diagnosis/wanted-reads.ts';
import { toPod } from '../../../../src/model/pod.ts';
import type { Query, TextAnswer } from '../../../../src/sources/kubernetes/http/api-reader.ts';
import { errorOfNetwork } from '../../../../src/sources/kubernetes/http/connection-error.ts';
import {
  CrashLogs,
  type LogReport,
  MAX_CONCURRENT_LOGS,
  MAX_LOGS_PER_NODE,
  MAX_QUEUED_LOGS,
} from '../../../../src/sources/kubernetes/reads/crash-logs.ts';
import { LOG_BYTES } from '../../../../src/sources/kubernetes/reads/run-log.ts';
import type { Json } from '../../../../src/text/json.ts';
import { answered, type FakeAnswer, fakeApi, PLACE } from '../../../support/fake-api.ts';
import { ManualTime } from '../../../support/manual-time.ts';

const NOW = Date.parse('2026-11-22T15:00:00Z');
const STARTED = '2026-11-22T14:59:40Z';
const FINISHED = '2026-11-22T14:59:50Z';
const LINE = '2026-11-22T14:59:45.123456789Z out of cheese\n';
/** Printed by the run after. */
const LATER_LINE = '2026-11-22T14:59:58.123456789Z starting\n';

const text = (body: string, status = 200): TextAnswer => ({ status, text: body });

const terminated = (id: string, more: object = {}) => ({
  terminated: { containerID: `c://${id}`, exitCode: 1, reason: 'Error', startedAt: STARTED, finishedAt: FINISHED, ...more },
});
const running = { running: { startedAt: '2026-11-22T14:59:55Z' } };
const waiting = { waiting: { reason: 'CrashLoopBackOff' } };

function pod(
  state: object,
  lastState: object = {},
  more: { uid?: string; pod?: object; restartPolicy?: string; node?: string } = {},
): Json {
  const uid = more.uid ?? 'u';
  return {
    metadata: { namespace: 'shop', name: `web-${uid}`, uid, ...more.pod },
    spec: { nodeName: more.node, restartPolicy: more.restartPolicy ?? 'Always', containers: [{ name: 'app' }] },
    status: { phase: 'Running', containerStatuses: [{ name: 'app', restartCount: 1, containerID: 'c://now', state, lastState }] },
  };
}

interface Asked {
  readonly path: string;
  readonly query: Query;
  answer(given: FakeAnswer): Promise<void>;
}

/** Crash logs over an API whose answers the test gives when it wants. */
function start() {
  const time = new ManualTime(NOW);
  const asked: Asked[] = [];
  const reports: LogReport[] = [];
  const rights: (readonly [string | null, string | null])[] = [];
  const api = fakeApi(
    (path, query) =>
      new Promise((resolve) => {
        const answer = async (given: FakeAnswer) => {
          resolve(given);
          await new Promise((done) => setImmediate(done));
        };
        asked.push({ path, query, answer });
      }),
  );
  const logs = new CrashLogs({
    api,
    clock: time,
    timers: time,
    emit: (log) => reports.push(log),
    onRights: (...change) => rights.push(change),
  });
  const known = new Map<string, WatchedPod>();
  const observe = (raw: Json) => {
    const pod = toPod(raw);
    const arrived = watched(known.get(pod.uid), pod, time.now());
    known.set(pod.uid, arrived);
    logs.observe(pod);
    for (const read of wantedReads(arrived, time.now())) if (read.type === 'log') logs.want(read, pod);
  };
  const next = () => asked.shift() as Asked;
  return { time, asked, next, reports, rights, logs, observe };
}

describe('what is read', () => {
  it.each([
    ['a run whose end the state tells, as the current one', pod(terminated('x')), false],
    ['a run that the back-off follows, as the previous one', pod(waiting, terminated('x')), true],
    ['a run that another follows, as the previous one', pod(running, terminated('x')), true],
    ['an end with 0 that is restarted', pod(terminated('x', { exitCode: 0 })), false],
    ['a run of a pod that is never restarted', pod(terminated('x'), {}, { restartPolicy: 'Never' }), false],
  ])('%s', async (_, raw, previous) => {
    const { observe, next, reports } = start();
    observe(raw);
    const { path, query, answer } = next();
    expect(path).toBe('/api/v1/namespaces/shop/pods/web-u/log');
    expect(query).toEqual({ container: 'app', previous, timestamps: true, limitBytes: LOG_BYTES, tailLines: 201 });
    await answer(text(LINE));
    expect(reports).toEqual([
      {
        type: 'log',
        namespace: 'shop',
        pod: 'web-u',
        uid: 'u',
        container: 'app',
        containerID: 'c://x',
        previous,
        text: LINE,
        truncated: false,
      },
    ]);
  });

  it.each([
    ['a container that has not ended', pod(running)],
    ['an end with 0 for good', pod(terminated('x', { exitCode: 0 }), {}, { restartPolicy: 'OnFailure' })],
    ['a pod that somebody deletes', pod(terminated('x'), {}, { pod: { deletionTimestamp: FINISHED } })],
    ['an end half an hour ago', pod(terminated('x', { finishedAt: '2026-11-22T14:29:59Z' }))],
    ['an end that the runtime has forgotten', pod(terminated('x', { startedAt: null, finishedAt: null }))],
  ])('not %s', (_, raw) => {
    const { observe, asked } = start();
    observe(raw);
    expect(asked).toEqual([]);
  });

  it('each run once, whatever arrives again', async () => {
    const { observe, next, asked, reports } = start();
    observe(pod(terminated('x')));
    observe(pod(terminated('x')));
    await next().answer(text(LINE));
    observe(pod(waiting, terminated('x')));
    observe(pod(running, terminated('x')));
    expect(asked).toEqual([]);
    observe(pod(terminated('y'), terminated('x')));
    await next().answer(text(LINE));
    expect(reports.map((r) => r.containerID)).toEqual(['c://x', 'c://y']);
  });
});

describe('while the list comes', () => {
  it('reads what somebody looks at, and then the others', async () => {
    const { logs, observe, asked, next } = start();
    logs.hold();
    for (const uid of ['a', 'b', 'c']) observe(pod(terminated(uid), {}, { uid }));
    expect(asked).toEqual([]);
    logs.prefer('b', 'app');
    expect(asked.map((a) => a.path)).toEqual(['/api/v1/namespaces/shop/pods/web-b/log']);
    await next().answer(text(LINE));
    expect([asked, logs.due]).toEqual([[], 2]);
    logs.release();
    expect(asked.length).toBe(2);
  });
});

describe('whose log it is', () => {
  it('asks at the other place when the lines are of the run after', async () => {
    const { observe, next, reports } = start();
    observe(pod(terminated('x')));
    await next().answer(text(LATER_LINE));
    const second = next();
    expect(second.query.previous).toBe(true);
    await second.answer(text(LINE));
    expect(reports).toMatchObject([{ previous: true, text: LINE }]);
  });

  it('asks at the other place when it is empty and the container has restarted meanwhile', async () => {
    const { observe, next, reports, time } = start();
    observe(pod(terminated('x')));
    await next().answer(text(''));
    observe(pod(running, terminated('x')));
    time.advance(1000);
    const second = next();
    expect(second.query.previous).toBe(true);
    await second.answer(text(''));
    time.advance(1000);
    expect(reports).toMatchObject([{ previous: true, text: '' }]);
  });

  it.each([
    ['an empty log', ''],
    ['one of the second in which the run ended', '2026-11-22T14:59:50.400000000Z listening\n'],
  ])('believes %s when the status is the same a second later', async (_, log) => {
    const { observe, next, reports, asked, time } = start();
    observe(pod(terminated('x')));
    await next().answer(text(log));
    expect(reports).toEqual([]);
    time.advance(1000);
    expect(reports).toMatchObject([{ text: log }]);
    expect(asked).toEqual([]);
  });

  it('does not take the log of a run that began in the second in which this one ended', async () => {
    const { observe, next, reports, asked, time } = start();
    observe(pod(running, terminated('x')));
    await next().answer(text('2026-11-22T14:59:50.400000000Z listening\n'));
    observe(pod(running, terminated('y')));
    time.advance(1000);
    for (const other of asked.splice(0)) await other.answer(answered(400, 'gone'));
    expect(reports.map((r) => [r.containerID, r.text])).toEqual([
      ['c://y', undefined],
      ['c://x', undefined],
    ]);
  });

  it('asks where the newest status has it when its turn comes', async () => {
    const { observe, asked, next } = start();
    for (let i = 0; i < MAX_CONCURRENT_LOGS; i++) observe(pod(terminated('x'), {}, { uid: `first-${i}` }));
    observe(pod(terminated('x')));
    observe(pod(running, terminated('x')));
    await next().answer(text(LINE));
    expect(asked.at(-1)).toMatchObject({ path: '/api/v1/namespaces/shop/pods/web-u/log', query: { previous: true } });
  });

  it('says so when neither place has it', async () => {
    const { observe, next, reports } = start();
    observe(pod(terminated('x')));
    await next().answer(text(LATER_LINE));
    await next().answer(text('2026-11-22T14:59:20.0Z the run before\n'));
    expect(reports).toMatchObject([{ containerID: 'c://x', error: 'the container restarted before its log was read' }]);
    expect(reports[0]).not.toHaveProperty('text');
  });

  it('allows what was printed just before the runtime noted the start, and within the second of the end', async () => {
    const { observe, next, reports, time } = start();
    for (const [i, stamp] of ['14:59:39.943000000', '14:59:50.998000000'].entries()) {
      observe(pod(terminated(`x${i}`)));
      await next().answer(text(`2026-11-22T${stamp}Z hello\n`));
      time.advance(1000);
    }
    expect(reports.length).toBe(2);
    expect(reports.map((r) => r.error)).toEqual([undefined, undefined]);
  });
});

describe('how much', () => {
  it('keeps the last 200 lines, and says when there were more', async () => {
    const { observe, next, reports } = start();
    const lines = Array.from({ length: 201 }, (_, i) => `2026-11-22T14:59:45.0Z line ${i}\n`);
    observe(pod(terminated('x')));
    await next().answer(text(lines.join('')));
    observe(pod(terminated('y')));
    await next().answer(text(lines.slice(1).join('')));
    const tail = lines.slice(1).join('');
    expect(reports.map((r) => [r.text === tail, r.truncated])).toEqual([
      [true, true],
      [true, false],
    ]);
  });

  it('asks for fewer lines when 64 kB end before the end', async () => {
    const { observe, next, reports } = start();
    observe(pod(terminated('x')));
    const big = `${LINE.trim()} ${'x'.repeat(LOG_BYTES)}`.slice(0, LOG_BYTES);
    const tails = [];
    for (const answer of [big, big, LINE + LINE]) {
      const asked = next();
      tails.push(asked.query.tailLines);
      await asked.answer(text(answer));
    }
    expect(tails).toEqual([201, 21, 2]);
    expect(reports).toMatchObject([{ text: LINE, truncated: true }]);
  });

  it('at most four at once, the newest first, and no more than wait', async () => {
    const { observe, asked, reports } = start();
    const total = MAX_CONCURRENT_LOGS + MAX_QUEUED_LOGS + 3;
    for (let i = 0; i < total; i++) observe(pod(terminated('x'), {}, { uid: `u${i}` }));
    expect(asked.map((a) => a.path.match(/u\d+/)?.[0])).toEqual(['u0', 'u1', 'u2', 'u3']);
    expect(reports.map((r) => [r.uid, r.error])).toEqual(
      ['u4', 'u5', 'u6'].map((uid) => [uid, 'not read: more than 64 runs ended at once']),
    );
    await asked[0]?.answer(text(LINE));
    expect(asked.map((a) => a.path.match(/u\d+/)?.[0])[4]).toBe(`u${total - 1}`);
  });
});

describe('the order', () => {
  it('is that of the ends, the newest first', async () => {
    const { observe, asked } = start();
    for (let i = 0; i < MAX_CONCURRENT_LOGS; i++) observe(pod(terminated('x'), {}, { uid: `first-${i}` }));
    for (const second of ['05', '40', '20'])
      observe(pod(terminated('x', { finishedAt: `2026-11-22T14:58:${second}Z` }), {}, { uid: second }));
    for (let i = 0; i < 3; i++) await asked[i]?.answer(text(''));
    expect(asked.slice(MAX_CONCURRENT_LOGS).map((a) => a.path.match(/web-(\d+)/)?.[1])).toEqual(['40', '20', '05']);
  });
});

describe('who goes first', () => {
  const uids = (asked: readonly Asked[]) => asked.map((a) => a.path.match(/web-(.+)\/log/)?.[1]);

  it('the container that somebody looks at, and it is never given up', async () => {
    const { observe, asked, logs, reports } = start();
    for (let i = 0; i < MAX_CONCURRENT_LOGS; i++) observe(pod(terminated('x'), {}, { uid: `first-${i}` }));
    observe(pod(terminated('x', { finishedAt: '2026-11-22T14:50:00Z' }), {}, { uid: 'looked-at' }));
    logs.prefer('looked-at', 'app');
    for (let i = 0; i < MAX_QUEUED_LOGS + 1; i++) observe(pod(terminated('x'), {}, { uid: `other-${i}` }));
    expect(reports.map((r) => r.uid)).toEqual(['other-0', 'other-1']);
    await asked[0]?.answer(text(LINE));
    expect(uids(asked).at(-1)).toBe('looked-at');
  });

  it('at most two of one node: others do not wait for it', async () => {
    const { observe, asked } = start();
    for (let i = 0; i < 4; i++) observe(pod(terminated('x'), {}, { uid: `a${i}`, node: 'a' }));
    observe(pod(terminated('x'), {}, { uid: 'b0', node: 'b' }));
    expect(uids(asked)).toEqual(['a0', 'a1', 'b0']);
    expect(MAX_LOGS_PER_NODE).toBe(2);
    await asked[0]?.answer(text(LINE));
    expect(uids(asked)).toEqual(['a0', 'a1', 'b0', 'a3']);
  });
});

describe('what is held', () => {
  it('is bounded: no more is asked for while 64 logs wait for a status that tells whose they are', async () => {
    const { observe, asked, time, reports } = start();
    for (let i = 0; i < MAX_CONCURRENT_LOGS + MAX_QUEUED_LOGS; i++) observe(pod(terminated('x'), {}, { uid: `u${i}` }));
    for (let i = 0; i < asked.length; i++) await asked[i]?.answer(text(''));
    expect([asked.length, reports.length]).toEqual([64 + MAX_CONCURRENT_LOGS - 1, 0]);
    time.advance(1000);
    expect(asked.length).toBe(MAX_CONCURRENT_LOGS + MAX_QUEUED_LOGS);
  });
});

describe('the clock of a node', () => {
  it('may be an hour behind: an end that came about while we watched is news', async () => {
    const { observe, next, asked, reports } = start();
    const hourAgo = { startedAt: '2026-11-22T13:59:40Z', finishedAt: '2026-11-22T13:59:50Z' };
    observe(pod(running));
    observe(pod(running, {}, { uid: 'v' }));
    expect(asked).toEqual([]);
    observe(pod(terminated('x', hourAgo)));
    await next().answer(text('2026-11-22T13:59:45.1Z out of cheese\n'));
    expect(reports).toMatchObject([{ containerID: 'c://x', text: expect.stringContaining('out of cheese') }]);
    observe(pod(terminated('old', hourAgo), {}, { uid: 'first-seen' }));
    expect(asked).toEqual([]);
  });
});

describe('what the server says instead', () => {
  it.each([
    [500, 2000],
    [503, 2000],
    [429, 2000],
  ])('%i: is asked once more', async (code, ms) => {
    const { observe, next, asked, reports, time } = start();
    observe(pod(terminated('x')));
    await next().answer(answered(code, 'dial tcp 10.0.0.7:10250: connect: connection refused'));
    expect([asked, reports]).toEqual([[], []]);
    expect(time.waits).toEqual([ms]);
    time.advance(ms);
    await next().answer(answered(code, 'dial tcp 10.0.0.7:10250: connect: connection refused'));
    expect([asked, time.waits]).toEqual([[], []]);
    expect(reports).toMatchObject([{ containerID: 'c://x', error: expect.stringContaining('connection refused') }]);
  });

  it('503, and then the log; in between nothing is due', async () => {
    const { observe, next, reports, logs, time } = start();
    expect(logs.due).toBe(0);
    observe(pod(terminated('x')));
    expect(logs.due).toBe(1);
    await next().answer(answered(503, 'x'));
    expect(logs.due).toBe(0);
    time.advance(2000);
    expect(logs.due).toBe(1);
    await next().answer(text(LINE));
    expect([reports, logs.due]).toMatchObject([[{ text: LINE }], 0]);
  });

  it.each([
    [
      'an error',
      answered(400, 'previous terminated container "app" in pod "web" not found'),
      'previous terminated container "app" in pod "web" not found',
    ],
    ['204', text('', 204), 'the pod has no container yet'],
    [
      'an excuse in a 200',
      text('unable to retrieve container logs for containerd://fc7d7e2a'),
      'unable to retrieve container logs for containerd://fc7d7e2a',
    ],
  ])('%s becomes the error of the line', async (_, answer, error) => {
    const { observe, next, reports } = start();
    observe(pod(terminated('x')));
    await next().answer(answer);
    expect(reports).toMatchObject([{ containerID: 'c://x', error }]);
    expect(reports[0]).not.toHaveProperty('text');
  });

  it('403 ends the asking in that namespace for ten minutes', async () => {
    const { observe, next, reports, rights, asked, time } = start();
    for (let i = 0; i < 6; i++) observe(pod(terminated('x'), {}, { uid: `u${i}` }));
    const refusal = answered(
      403,
      'pods "web" is forbidden: User "dev" cannot get resource "pods/log" in API group "" in the namespace "shop"',
    );
    await next().answer(refusal);
    expect(rights).toEqual([['shop', 'dev may not get pods/log in shop']]);
    expect(asked.length).toBe(3);
    observe(pod(terminated('y'), {}, { uid: 'u9' }));
    expect(asked.length).toBe(3);
    for (const other of asked.splice(0)) await other.answer(refusal);
    expect(reports).toEqual([]);
    time.advance(10 * 60_000 + 1);
    observe(pod(terminated('z'), {}, { uid: 'u9' }));
    await next().answer(text(LINE));
    expect(rights.at(-1)).toEqual(['shop', null]);
    expect(reports.length).toBe(1);
  });

  it('403 where a log was had before is doubted once: a server that has just started has not read all rights', async () => {
    const { observe, next, reports, rights, asked, time } = start();
    observe(pod(terminated('x')));
    await next().answer(text(LINE));
    observe(pod(terminated('y')));
    await next().answer(answered(403, 'no'));
    expect([asked, rights, time.waits]).toEqual([[], [], [10_000]]);
    time.advance(10_000);
    await next().answer(text(LINE));
    expect(reports.map((r) => r.containerID)).toEqual(['c://x', 'c://y']);
    observe(pod(terminated('z')));
    await next().answer(answered(403, 'no'));
    time.advance(10_000);
    await next().answer(answered(403, 'no'));
    expect(rights).toEqual([['shop', 'no']]);
  });

  it('401 is said for all namespaces until a log is had, and the log is asked for again with the next arrival', async () => {
    const { observe, next, asked, reports, rights } = start();
    observe(pod(terminated('x')));
    await next().answer(answered(401, 'Unauthorized'));
    expect(reports).toMatchObject([{ containerID: 'c://x', error: 'Unauthorized' }]);
    expect(rights).toEqual([[null, 'the API server refuses the credentials: Unauthorized']]);
    expect(asked).toEqual([]);
    observe(pod(waiting, terminated('x')));
    await next().answer(text(LINE));
    expect(reports.slice(1)).toMatchObject([{ containerID: 'c://x', previous: true, text: LINE }]);
    expect(rights.slice(1)).toEqual([[null, null]]);
    observe(pod(running, terminated('x')));
    expect(asked).toEqual([]);
  });

  it.each([
    ['a lost connection', errorOfNetwork(new Error('socket hang up'), PLACE), true],
    ['a log that is not there', answered(400, 'previous terminated container "app" in pod "web" not found'), false],
  ])('%s: asked for again with the next arrival: %s', async (_, error, isAskedAgain) => {
    const { observe, next, asked, reports } = start();
    observe(pod(terminated('x')));
    await next().answer(error);
    expect(reports.length).toBe(1);
    observe(pod(waiting, terminated('x')));
    expect(asked.length).toBe(isAskedAgain ? 1 : 0);
  });

  it('nothing is reported after stop, and no timer is left', async () => {
    const { observe, next, reports, logs, time } = start();
    observe(pod(terminated('x')));
    observe(pod(terminated('x'), {}, { uid: 'v' }));
    await next().answer(text(''));
    logs.stop();
    await next().answer(answered(500, 'gone'));
    expect(time.waits).toEqual([]);
    expect(reports).toEqual([]);
  });
});
