import { describe, expect, it } from 'vitest';
import { DEFAULT_NODE_BACKOFF } from '../../src/model/backoff.ts';
import { estimatedRuns } from '../../src/model/estimated-runs.ts';
import type { Json } from '../../src/text/json.ts';
import { BEGIN, play, time } from '../support/story.ts';

// A pod of two or three containers whose rules restart all of them (KEP-5532), as a kubelet of 1.37 tells it.
const RULE = {
  restartPolicy: 'Never',
  restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [88] } }],
};
const STAND_IN = { exitCode: 137, reason: 'RestartingAllContainers', startedAt: null, finishedAt: null };

interface Told {
  readonly count: number;
  readonly runs?: number;
  readonly ended?: readonly [start: number, end: number, code: number];
  /** Removed from the runtime; the number of the instance whose ID is left. */
  readonly removed?: boolean | number;
  /** Does its last state tell an end of its own, not the stand-in? */
  readonly last?: readonly [start: number, end: number, code: number];
}

function endOf(id: string, [start, end, code]: readonly [number, number, number]): Json {
  const reason = code === 0 ? 'Completed' : 'Error';
  return { terminated: { exitCode: code, reason, startedAt: time(start), finishedAt: time(end), containerID: id } };
}

function statusOf(name: string, { count, runs, ended, removed, last }: Told): Json {
  const id = `containerd://${name}-${count}`;
  const state = ended !== undefined ? endOf(id, ended) : runs !== undefined ? { running: { startedAt: time(runs) } } : null;
  return {
    ...{ name, image: 'i', imageID: '', restartCount: count, ready: runs !== undefined },
    containerID: removed === true ? '' : typeof removed === 'number' ? `containerd://${name}-${removed}` : id,
    state: state ?? { waiting: { reason: 'RestartingAllContainers', message: 'The container is removed' } },
    lastState: last !== undefined ? endOf(`containerd://${name}-${count - 1}`, last) : count > 0 ? { terminated: STAND_IN } : {},
  };
}

function podOf(rules: readonly string[], told: Readonly<Record<string, Told>>, policy = 'Never'): Json {
  return {
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: { name: 'train', namespace: 'ml', uid: 'train', creationTimestamp: time(0), resourceVersion: '1' },
    spec: {
      ...{ nodeName: 'node-a', restartPolicy: policy },
      containers: Object.keys(told).map((name) => ({ name, image: 'i', ...(rules.includes(name) ? RULE : {}) })),
    },
    status: { phase: 'Running', conditions: [], containerStatuses: Object.entries(told).map(([n, t]) => statusOf(n, t)) },
  };
}

describe('a pod whose rule restarts all of its containers', () => {
  const worker = ['worker'];
  // Each round takes 25 s of work and 5 s until all are gone and start again.
  const round = (n: number) => {
    const start = n * 30;
    const live = podOf(worker, { worker: { count: n, runs: start }, loader: { count: n, runs: start } });
    const end = podOf(worker, { worker: { count: n, ended: [start, start + 25, 88] }, loader: { count: n, runs: start } });
    const gone = podOf(worker, { worker: { count: n + 1, removed: true }, loader: { count: n + 1, removed: true } });
    return [
      [start + 1, 'MODIFIED', live],
      [start + 26, 'MODIFIED', end],
      [start + 29, 'MODIFIED', gone],
    ] as const;
  };

  it('is one loop, of the container that has the rule: the others ended with it, before the next start', () => {
    const { listed, state } = play(3 * 30 + 5, ...[0, 1, 2].flatMap(round), [91, 'MODIFIED', round(3)[0][2]]);
    expect(listed).toEqual({ 'train:worker': 'looping' });
    const [first, second] = state.pods.get('train')?.containers ?? [];
    expect(first?.ledger.map(({ exitCode, stop }) => [exitCode, stop])).toEqual([...Array(3).fill([88, null]), [null, null]]);
    const ends = second?.ledger.slice(0, 3).map(({ finishedAt, endIsInferred, stop }) => [finishedAt, endIsInferred, stop]);
    expect(ends).toEqual([29, 59, 89].map((at) => [BEGIN + at * 1000, true, 'restart-all']));
    expect(state.crashes).toBe(3);
  });

  it('is one loop for somebody who comes late and sees nothing but the stand-ins', () => {
    const told = { worker: { count: 7, runs: 7 * 30 }, loader: { count: 7, runs: 7 * 30 } };
    const late = play(7 * 30 + 20, [7 * 30 + 10, 'list', podOf(worker, told)]);
    expect(late.listed).toEqual({ 'train:worker': 'looping' });
    // And after the next round the other one has still done nothing.
    const { listed, state } = play(8 * 30 + 5, [220, 'list', podOf(worker, told)], ...round(7), [
      241,
      'MODIFIED',
      round(8)[0][2],
    ]);
    expect(listed).toEqual({ 'train:worker': 'looping' });
    // No back-off was waited for: it cannot tell when those began that nobody saw.
    const facts = { container: 'worker', createdAt: BEGIN, events: [], node: DEFAULT_NODE_BACKOFF, kubeletVersion: 'v1.37.2' };
    const [first] = state.pods.get('train')?.containers ?? [];
    expect(first?.ledger.map(({ attempt }) => attempt)).toEqual([7, 8]);
    expect(estimatedRuns({ ...facts, ledger: first?.ledger ?? [] })).toEqual([]);
  });

  it('is counted once where two containers end by the same rule: the first that did', () => {
    const both = ['worker', 'peer'];
    const told = (n: number) => {
      const start = n * 30;
      const live = { worker: { count: n, runs: start }, peer: { count: n, runs: start } };
      const end = {
        worker: { count: n, ended: [start, start + 25, 88] },
        peer: { count: n, ended: [start, start + 26, 88] },
      } as const;
      const gone = { worker: { count: n + 1, removed: true }, peer: { count: n + 1, removed: true } };
      return [live, end, gone].map((t, i) => [start + ([1, 27, 29][i] as number), 'MODIFIED', podOf(both, t)] as const);
    };
    const { listed, state } = play(100, ...[0, 1, 2].flatMap(told), ...told(3).slice(0, 1));
    expect(listed).toEqual({ 'train:worker': 'looping' });
    expect(state.crashes).toBe(3);
  });

  it('is one loop where the end of the one that has the rule was never seen: it counts, and no code is made up', () => {
    const unseen = (n: number) => {
      const live = podOf(worker, { worker: { count: n, runs: n * 30 }, loader: { count: n, runs: n * 30 } });
      // The kubelet knew that it had ended: its ID is left.
      const gone = podOf(worker, { worker: { count: n + 1, removed: n }, loader: { count: n + 1, removed: true } });
      return [
        [n * 30 + 1, 'MODIFIED', live],
        [n * 30 + 29, 'MODIFIED', gone],
      ] as const;
    };
    const { listed, state, check } = play(100, [0, 'list'], ...[0, 1, 2].flatMap(unseen), ...unseen(3).slice(0, 1));
    expect(listed).toEqual({ 'train:worker': 'looping' });
    const [first] = state.pods.get('train')?.containers ?? [];
    expect(first?.ledger.map(({ containerID, exitCode, ended }) => [containerID, exitCode, ended])).toEqual([
      ...[0, 1, 2].map((n) => [`containerd://worker-${n}`, null, true]),
      ['containerd://worker-3', null, false],
    ]);
    expect(state.crashes).toBe(3);
    expect(check.failures.map(({ container, crashes }) => [container.name, crashes])).toEqual([['worker', 3]]);
  });

  it('does not hide a container that loops by itself', () => {
    const at = (n: number, told: Told) =>
      podOf(worker, { worker: { count: 0, runs: 0 }, loader: { ...told, count: n } }, 'Always');
    const { listed } = play(
      40,
      [1, 'list', at(0, { count: 0, runs: 0 })],
      [12, 'MODIFIED', at(1, { count: 1, runs: 11, last: [0, 10, 1] })],
      [33, 'MODIFIED', at(2, { count: 2, runs: 32, last: [11, 21, 1] })],
    );
    expect(listed).toEqual({ 'train:loader': 'looping' });
  });
});
