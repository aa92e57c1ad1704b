import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KubectlColumns, kubectlColumns } from '../../src/model/kubectl-columns.ts';
import { toPod } from '../../src/model/pod.ts';
import { humanDuration } from '../../src/text/duration.ts';
import { arrayOf, type Json, objectOf } from '../../src/text/json.ts';

const CREATED = '2026-11-22T15:00:00Z';
const NOW = Date.parse('2026-11-22T15:10:00Z');

/** All pods of one moment, and the cells that a real API server printed of them between `before` and `at`. */
interface TablePair {
  readonly before: string;
  readonly at: string;
  readonly items: readonly Json[];
  readonly columns: readonly string[];
  readonly rows: readonly { readonly namespace: string; readonly name: string; readonly cells: readonly string[] }[];
}

function tablePairs(name: string): TablePair[] {
  const file = new URL(`../fixtures/recordings/${name}.table-pairs.ndjson.gz`, import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

// Every time in the API is a whole second, so a cell can change at whole seconds only.
function instantsOf(pair: TablePair): number[] {
  const from = Date.parse(pair.before);
  const to = Date.parse(pair.at);
  const instants = [from];
  for (let t = Math.ceil(from / 1000) * 1000; t <= to; t += 1000) instants.push(t);
  return [...instants, to];
}

const CELLS = [
  ['ready', 'Ready'],
  ['status', 'Status'],
  ['restarts', 'Restarts'],
  ['age', 'Age'],
] as const;

describe('the cells that a real API server printed', () => {
  it.each([
    ['zoo', 21_600],
    ['zoo-1.33', 17_000],
  ])('are ours, every one, in %s', (name, atLeast) => {
    let cells = 0;
    const wrong: string[] = [];
    for (const pair of tablePairs(name)) {
      const instants = instantsOf(pair);
      for (const [index, item] of pair.items.entries()) {
        const pod = toPod(item);
        const row = pair.rows[index];
        const ours = instants.map((now) => kubectlColumns(pod, now, 'v1.35.4'));
        expect([row?.namespace, row?.name]).toEqual([pod.namespace, pod.name]);
        for (const [key, column] of CELLS) {
          cells++;
          const printed = row?.cells[pair.columns.indexOf(column)];
          if (ours.some((columns) => columns[key] === printed)) continue;
          wrong.push(`${pair.at} ${pod.namespace}/${pod.name} ${column}: printed ${printed}, ours ${ours[0]?.[key]}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(cells).toBeGreaterThan(atLeast);
  });
});

const running = { running: { startedAt: CREATED } };
const waiting = (reason: string) => ({ waiting: { reason } });
const ended = (exitCode: number, reason: string, more: Json = {}) => ({
  terminated: { exitCode, reason, finishedAt: CREATED, ...more },
});

interface Given {
  readonly spec?: Json;
  readonly status?: Json;
  readonly metadata?: Json;
  readonly serverVersion?: string | null;
}

function columnsOf({ spec, status, metadata, serverVersion = null }: Given): KubectlColumns {
  const statuses = [...arrayOf(status?.containerStatuses), ...arrayOf(status?.initContainerStatuses)];
  const named = (key: string) => arrayOf(status?.[key]).map((s) => ({ name: objectOf(s).name }));
  const raw = {
    metadata: { name: 'p', namespace: 'n', uid: 'u', creationTimestamp: CREATED, ...metadata },
    spec: { containers: named('containerStatuses'), initContainers: named('initContainerStatuses'), ...spec },
    status: { phase: statuses.length === 0 ? 'Pending' : 'Running', ...status },
  };
  return kubectlColumns(toPod(raw), NOW, serverVersion);
}

describe('STATUS', () => {
  it('is the phase, the reason before it, and a scheduling gate before both', () => {
    expect(columnsOf({ status: { phase: 'Pending' } }).status).toBe('Pending');
    expect(columnsOf({ status: { phase: 'Failed', reason: 'Evicted' } }).status).toBe('Evicted');
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }];
    expect(columnsOf({ status: { phase: 'Pending', reason: 'Odd', conditions } }).status).toBe('SchedulingGated');
  });

  it('says what the first container has to say, in the order of the status', () => {
    const containerStatuses = [
      { name: 'a', state: waiting('CrashLoopBackOff') },
      { name: 'b', state: waiting('ImagePullBackOff') },
    ];
    expect(columnsOf({ status: { containerStatuses } }).status).toBe('CrashLoopBackOff');
    expect(columnsOf({ status: { containerStatuses: containerStatuses.toReversed() } }).status).toBe('ImagePullBackOff');
  });

  it('names an exit code or a signal where the runtime gave no reason', () => {
    expect(columnsOf({ status: { containerStatuses: [{ name: 'a', state: ended(3, '') }] } }).status).toBe('ExitCode:3');
    expect(columnsOf({ status: { containerStatuses: [{ name: 'a', state: ended(137, '', { signal: 9 }) }] } }).status).toBe(
      'Signal:9',
    );
  });

  it('keeps the phase while a container waits without a reason', () => {
    expect(columnsOf({ status: { phase: 'Pending', containerStatuses: [{ name: 'a', state: waiting('') }] } }).status).toBe(
      'Pending',
    );
  });

  describe('where one container completed', () => {
    const completed = { name: 'a', state: ended(0, 'Completed') };
    const failed = { name: 'b', state: ended(1, 'Error') };
    const up = { name: 'c', ready: true, state: running };
    const isReady = [{ type: 'Ready', status: 'True' }];
    const isNotReady = [{ type: 'Ready', status: 'False' }];

    it.each([
      // [containers, conditions, from 1.35 on, before]
      ['one runs and the pod is ready', [completed, up], isReady, 'Running', 'Running'],
      ['one runs and the pod is not ready', [completed, up], isNotReady, 'NotReady', 'NotReady'],
      ['one runs, one failed, and the pod is not ready', [completed, failed, up], isNotReady, 'Error', 'NotReady'],
      ['one runs, one failed, and the pod is ready', [completed, failed, up], isReady, 'Running', 'Running'],
      ['one failed', [completed, failed], isNotReady, 'Error', 'Completed'],
      ['none is left', [completed], isNotReady, 'Completed', 'Completed'],
    ])('and %s', (_, containerStatuses, conditions, since135, before135) => {
      const status = { containerStatuses, conditions };
      expect(columnsOf({ status, serverVersion: 'v1.35.0' }).status).toBe(since135);
      expect(columnsOf({ status, serverVersion: 'v1.36.1+k3s1' }).status).toBe(since135);
      expect(columnsOf({ status, serverVersion: 'v1.34.9-gke.12' }).status).toBe(before135);
      expect(columnsOf({ status, serverVersion: null }).status).toBe(since135);
    });

    it('takes the first of several failures', () => {
      const other = { name: 'x', state: ended(137, 'OOMKilled') };
      expect(columnsOf({ status: { containerStatuses: [completed, failed, other], conditions: isNotReady } }).status).toBe(
        'Error',
      );
    });

    it('does not count a container that runs and is not ready', () => {
      const unready = { name: 'c', ready: false, state: running };
      expect(columnsOf({ status: { containerStatuses: [completed, unready], conditions: isNotReady } }).status).toBe('Completed');
    });

    it('looks at no other reason than Completed', () => {
      const oom = { name: 'a', state: ended(137, 'OOMKilled') };
      expect(columnsOf({ status: { containerStatuses: [oom, up], conditions: isReady } }).status).toBe('OOMKilled');
    });
  });

  describe('of a pod that is being deleted', () => {
    const metadata = { deletionTimestamp: '2026-11-22T15:10:30Z', deletionGracePeriodSeconds: 30 };

    it('is Terminating, or Unknown where its node is lost', () => {
      expect(columnsOf({ metadata, status: { containerStatuses: [{ name: 'a', state: running }] } }).status).toBe('Terminating');
      expect(columnsOf({ metadata, status: { phase: 'Running', reason: 'NodeLost' } }).status).toBe('Unknown');
    });

    it('is what it was where the pod has finished, since 1.31', () => {
      const status = { phase: 'Succeeded', containerStatuses: [{ name: 'a', state: ended(0, 'Completed') }] };
      expect(columnsOf({ metadata, status }).status).toBe('Completed');
      expect(columnsOf({ metadata, status, serverVersion: 'v1.31.0' }).status).toBe('Completed');
      expect(columnsOf({ metadata, status, serverVersion: 'v1.30.9' }).status).toBe('Terminating');
      expect(columnsOf({ metadata, status: { phase: 'Failed' } }).status).toBe('Failed');
    });
  });
});

describe('init containers', () => {
  const app = [{ name: 'app', state: waiting('PodInitializing') }];
  const init = (...initContainerStatuses: Json[]) => ({ phase: 'Pending', containerStatuses: app, initContainerStatuses });
  const done = { name: 'a', state: ended(0, 'Completed'), restartCount: 1 };

  it('show how many are through', () => {
    expect(
      columnsOf({ status: init({ name: 'a', state: running }, { name: 'b', state: waiting('PodInitializing') }) }).status,
    ).toBe('Init:0/2');
    expect(columnsOf({ status: init(done, { name: 'b', state: running }) }).status).toBe('Init:1/2');
    expect(columnsOf({ status: init(done, { name: 'b', state: waiting('') }) }).status).toBe('Init:1/2');
    expect(columnsOf({ status: init(done, { name: 'b', state: waiting('PodInitializing') }) }).status).toBe('Init:1/2');
  });

  it.each([
    [ended(1, 'Error'), 'Init:Error'],
    [ended(7, ''), 'Init:ExitCode:7'],
    [ended(137, '', { signal: 9 }), 'Init:Signal:9'],
    [waiting('CrashLoopBackOff'), 'Init:CrashLoopBackOff'],
    [waiting('ImagePullBackOff'), 'Init:ImagePullBackOff'],
  ])('say how the first that is not through fails: %j', (state, status) => {
    const statuses = init(
      done,
      { name: 'b', state, restartCount: 2 },
      { name: 'c', state: waiting('PodInitializing'), restartCount: 9 },
    );
    expect(columnsOf({ status: statuses })).toMatchObject({ status, restarts: '3', ready: '0/1' });
  });

  it('show their own restarts while they run, and not once the pod is initialised', () => {
    const last = { terminated: { exitCode: 1, reason: 'Error', finishedAt: '2026-11-22T15:09:00Z' } };
    const failing = { name: 'a', state: ended(1, 'Error'), restartCount: 4, lastState: last };
    expect(columnsOf({ status: init(failing) }).restarts).toBe('4 (60s ago)');
    const through = { ...failing, state: ended(0, 'Completed') };
    const containerStatuses = [{ name: 'app', ready: true, state: running, restartCount: 0 }];
    const after = columnsOf({ status: { containerStatuses, initContainerStatuses: [through] } });
    expect(after).toEqual({ ready: '1/1', status: 'Running', restarts: '0', age: '10m' });
  });

  describe('that are sidecars', () => {
    const spec = {
      initContainers: [{ name: 'proxy', restartPolicy: 'Always' }, { name: 'migrate' }],
      containers: [{ name: 'app' }],
    };
    const proxy = { name: 'proxy', started: true, ready: true, state: running, restartCount: 2 };
    const lastEnd = (finishedAt: string) => ({ lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt } } });
    const migrated = { name: 'migrate', state: ended(0, 'Completed'), restartCount: 5, ...lastEnd('2026-11-22T15:09:30Z') };
    const appUp = { name: 'app', ready: true, state: running, restartCount: 1 };

    it('count in READY, and hold nothing up once they have started', () => {
      const status = { initContainerStatuses: [proxy, { name: 'migrate', state: running }], containerStatuses: app };
      expect(columnsOf({ spec, status })).toMatchObject({ ready: '1/2', status: 'Init:1/2' });
    });

    it('hold the rest up until they have started', () => {
      const starting = { ...proxy, started: false, ready: false };
      const status = {
        initContainerStatuses: [starting, { name: 'migrate', state: waiting('PodInitializing') }],
        containerStatuses: app,
      };
      expect(columnsOf({ spec, status })).toMatchObject({ ready: '0/2', status: 'Init:0/2' });
    });

    it('keep their restarts after the initialisation, unlike other init containers', () => {
      const status = {
        initContainerStatuses: [{ ...proxy, ...lastEnd('2026-11-22T15:08:00Z') }, migrated],
        containerStatuses: [appUp],
      };
      expect(columnsOf({ spec, status })).toMatchObject({ ready: '2/2', status: 'Running', restarts: '3 (2m ago)' });
    });

    it('show a crash of theirs after the initialisation, unless an app container says something', () => {
      const crashed = {
        name: 'proxy',
        started: false,
        state: waiting('CrashLoopBackOff'),
        restartCount: 3,
        ...lastEnd('2026-11-22T15:09:50Z'),
      };
      const conditions = [{ type: 'Initialized', status: 'True' }];
      const status = { conditions, initContainerStatuses: [crashed, migrated], containerStatuses: [appUp] };
      expect(columnsOf({ spec, status })).toMatchObject({
        ready: '1/2',
        status: 'Init:CrashLoopBackOff',
        restarts: '4 (10s ago)',
      });
      const appDown = { ...appUp, ready: false, state: ended(1, 'Error') };
      expect(columnsOf({ spec, status: { ...status, containerStatuses: [appDown] } })).toMatchObject({
        ready: '0/2',
        status: 'Error',
      });
    });
  });
});

describe('RESTARTS', () => {
  const container = (restartCount: number, finishedAt?: string) => ({
    name: `c${restartCount}`,
    state: running,
    restartCount,
    lastState: finishedAt === undefined ? {} : { terminated: { exitCode: 1, finishedAt } },
  });

  it('says how long the newest end is past, of whichever container', () => {
    const containerStatuses = [container(2, '2026-11-22T15:04:56Z'), container(1, '2026-11-22T15:09:18Z'), container(4)];
    expect(columnsOf({ status: { containerStatuses } }).restarts).toBe('7 (42s ago)');
  });

  it('says no age without a known end, and none of 0 restarts', () => {
    expect(columnsOf({ status: { containerStatuses: [container(7)] } }).restarts).toBe('7');
    expect(columnsOf({ status: { containerStatuses: [container(0, '2026-11-22T15:09:18Z')] } }).restarts).toBe('0');
    const lost = {
      ...container(3),
      lastState: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown', finishedAt: null } },
    };
    expect(columnsOf({ status: { containerStatuses: [lost] } }).restarts).toBe('3');
  });
});

describe('AGE', () => {
  it('is unknown without a time of creation, and invalid where the clock is behind', () => {
    expect(columnsOf({ metadata: { creationTimestamp: null } }).age).toBe('<unknown>');
    expect(columnsOf({ metadata: { creationTimestamp: '2026-11-22T15:10:02Z' } }).age).toBe('<invalid>');
    expect(columnsOf({ metadata: { creationTimestamp: '2026-11-22T15:10:01Z' } }).age).toBe('0s');
  });
});

describe('humanDuration', () => {
  const s = 1000;
  const m = 60 * s;
  const h = 60 * m;
  const d = 24 * h;
  const y = 365 * d;

  it.each([
    [-2 * s, '<invalid>'],
    [-2 * s + 1, '0s'],
    [-1, '0s'],
    [0, '0s'],
    [999, '0s'],
    [s, '1s'],
    [2 * m - 1, '119s'],
    [2 * m, '2m'],
    [2 * m + s, '2m1s'],
    [10 * m - 1, '9m59s'],
    [10 * m, '10m'],
    [10 * m + 59 * s, '10m'],
    [3 * h - 1, '179m'],
    [3 * h, '3h'],
    [3 * h + m, '3h1m'],
    [8 * h - 1, '7h59m'],
    [8 * h, '8h'],
    [2 * d - 1, '47h'],
    [2 * d, '2d'],
    [2 * d + h, '2d1h'],
    [8 * d - 1, '7d23h'],
    [8 * d, '8d'],
    [2 * y - 1, '729d'],
    [2 * y, '2y'],
    [2 * y + d, '2y1d'],
    [8 * y - 1, '7y364d'],
    [8 * y, '8y'],
    [20 * y + 100 * d, '20y'],
  ])('of %d ms is %s', (ms, text) => {
    expect(humanDuration(ms)).toBe(text);
  });

  it('never says more than has passed, and at most an eighth less', () => {
    const unit: Record<string, number> = { s, m, h, d, y };
    fc.assert(
      fc.property(fc.integer({ min: 10 * s, max: 8 * y }), (ms) => {
        let said = 0;
        for (const [, amount, name] of humanDuration(ms).matchAll(/(\d+)([smhdy])/g))
          said += Number(amount) * (unit[name as string] as number);
        expect(said).toBeLessThanOrEqual(ms);
        expect(said).toBeGreaterThan(ms - Math.max(s, ms / 8));
      }),
    );
  });
});
