import { describe, expect, it } from 'vitest';
import { withNodeTroubles } from '../../src/diagnosis/node-trouble.ts';
import { problemListAt } from '../../src/diagnosis/problem-list.ts';
import { countsOf } from '../../src/timeline/availability.ts';
import { type Ending, HOUR, MINUTE, play, podObject, rebooted, type Told, type ToldPod } from '../support/story.ts';

const LOOPS: Told = { waits: 'CrashLoopBackOff', count: 4, last: [-20, -10, 1] };
const RUNS: Told = { runs: -HOUR };

function mirror(manifest: string, node: string, container: Told, told: Partial<ToldPod> = {}) {
  const name = `${manifest}-${node}`;
  return podObject({ name, uid: `${name}-mirror`, node, owner: ['Node', node], containers: [container], ...told });
}

describe('static pods', () => {
  const apiservers = (loops: number) =>
    ['cp-1', 'cp-2', 'cp-3'].map((node, i) => mirror('kube-apiserver', node, i < loops ? LOOPS : RUNS));
  const others = ['etcd', 'kube-scheduler'].flatMap((name) => ['cp-1', 'cp-2', 'cp-3'].map((node) => mirror(name, node, RUNS)));
  const countsAt = ({ state, now }: Ending, manifest: string) => {
    const { available, desired } = countsOf(state, `StaticPod/shop/${manifest}`, now);
    return `${available}/${desired}`;
  };

  it('are one workload for each manifest, over all nodes', () => {
    const one = play(0, [-5, 'list', ...apiservers(1), ...others]);
    expect([countsAt(one, 'kube-apiserver'), countsAt(one, 'etcd')]).toEqual(['2/3', '3/3']);
    expect(one.listed).toEqual({ 'kube-apiserver-cp-1:app': 'looping' });
    const all = play(0, [-5, 'list', ...apiservers(3), ...others]);
    expect(countsAt(all, 'kube-apiserver')).toBe('0/3');
    expect(Object.keys(all.listed)).toHaveLength(3);
  });

  it('of one node are no workload that restarts together', () => {
    const restarted: Told = { count: 1, runs: -30, last: [-HOUR, -40, 1] };
    const names = ['kube-apiserver', 'etcd', 'kube-scheduler'];
    expect(play(0, [-5, 'list', ...names.map((name) => mirror(name, 'cp-1', restarted))]).listed).toEqual({});
  });

  it('go on when their mirror is made again: one container ID is one run, and the loop keeps its beginning', () => {
    const first = mirror('kube-apiserver', 'cp-1', { ...LOOPS, count: 4 });
    const again = (container: Told) => mirror('kube-apiserver', 'cp-1', container, { uid: 'second', made: 1 });
    const end = play(
      60,
      [-5, 'list', first],
      [0, 'DELETED', mirror('kube-apiserver', 'cp-1', { ...LOOPS, count: 4 }, { deleted: 0, granted: 0 })],
      [1, 'ADDED', again({})],
      [2, 'MODIFIED', again({ ...LOOPS, count: 4 })],
      [50, 'MODIFIED', again({ count: 5, runs: 48, last: [-20, -10, 1] })],
    );
    expect(end.listed).toEqual({ 'kube-apiserver-cp-1:app': 'looping' });
    const runs = [...end.state.pods.values()].flatMap(({ containers }) => containers.flatMap(({ ledger }) => ledger));
    expect(runs.map((run) => run.containerID)).toEqual(['containerd://app-4', 'containerd://app-5']);
    expect(runs[0]?.stop).toBeNull();
    expect(end.state.crashes).toBe(1);
  });

  it('run on under a mirror that somebody deletes, without an end or a crash', () => {
    const etcd = (told: Partial<ToldPod> = {}) => mirror('etcd', 'cp-1', RUNS, told);
    const end = play(
      60,
      [-5, 'list', etcd()],
      [0, 'MODIFIED', etcd({ deleted: 0 })],
      [1, 'DELETED', etcd({ deleted: 1, granted: 0 })],
      [2, 'ADDED', etcd({ uid: 'second', made: 2 })],
    );
    const runs = [...end.state.pods.values()].flatMap(({ containers }) => containers.flatMap(({ ledger }) => ledger));
    expect(runs).toMatchObject([{ ended: false, finishedAt: null, endIsInferred: false }]);
    expect(countsAt(end, 'etcd')).toBe('1/1');
    expect(end.passes).toBe(true);
  });

  it('of a list that names another mirror than before are not counted twice', () => {
    const end = play(
      60,
      [-5, 'list', mirror('etcd', 'cp-1', RUNS)],
      [9, 'list', mirror('etcd', 'cp-1', RUNS, { uid: 'second', made: 2 })],
    );
    expect([...end.state.pods.keys()]).toEqual(['second']);
    expect(countsAt(end, 'etcd')).toBe('1/1');
  });
});

describe('a node that is rebooted', () => {
  const web = (n: number, container: Told) =>
    podObject({ name: `web-${n}`, uid: `web-${n}`, owner: ['ReplicaSet', `app${n % 10}-6f9`], containers: [container] });
  const all = (container: (n: number) => Told) => Array.from({ length: 30 }, (_, n) => web(n, container(n)));
  const lost = (start: number, end: number): readonly [number, number, number, string] => [start, end, 255, 'Unknown'];

  it('is no trouble of its 30 pods, whether they were lost or stopped in order, and no workload that restarts', () => {
    const ends = (n: number): Told => ({
      ...{ count: 1, runs: 3 * MINUTE },
      last: n % 2 === 0 ? lost(-HOUR, 2 * MINUTE) : [-HOUR, 1, [0, 137, 143][n % 3] as number],
    });
    const end = play(
      4 * MINUTE,
      [-5, 'list', ...all(() => RUNS)],
      [2 * MINUTE, 'ADDED', rebooted(2 * MINUTE)],
      ...all(ends).map((p) => [3 * MINUTE + 1, 'MODIFIED', p] as const),
    );
    expect(end.listed).toEqual({});
    expect(end.passes).toBe(true);
    expect(end.state.crashes).toBe(0);
    // What happened stands on the screen, as one thing of the node.
    const { nodeTroubles } = withNodeTroubles(end.state, problemListAt(end.state, end.now), end.now);
    expect(nodeTroubles.map((t) => [t.node, t.members.size])).toEqual([['node-a', 30]]);
  });

  it('is told by its event although that comes last', () => {
    const ends = (): Told => ({ count: 1, runs: 3 * MINUTE, last: [-5 * MINUTE, 1, 143] });
    const end = play(
      4 * MINUTE,
      [-5, 'list', ...all(() => ({ runs: -5 * MINUTE }))],
      ...all(ends).map((p) => [3 * MINUTE + 1, 'MODIFIED', p] as const),
      [3 * MINUTE + 5, 'ADDED', rebooted(2 * MINUTE)],
    );
    expect(end.listed).toEqual({});
    expect(end.passes).toBe(true);
  });

  it('twice within half an hour is still its own trouble, and no loop of its pods', () => {
    const end = play(
      20 * MINUTE,
      [-5, 'list', ...all(() => RUNS)],
      [2 * MINUTE, 'ADDED', rebooted(2 * MINUTE)],
      ...all(() => ({ count: 1, runs: 3 * MINUTE, last: lost(-HOUR, 2 * MINUTE) })).map(
        (p) => [3 * MINUTE + 1, 'MODIFIED', p] as const,
      ),
      [17 * MINUTE, 'ADDED', rebooted(17 * MINUTE)],
      ...all(() => ({ count: 2, runs: 18 * MINUTE, last: lost(3 * MINUTE, 17 * MINUTE) })).map(
        (p) => [18 * MINUTE + 1, 'MODIFIED', p] as const,
      ),
    );
    expect(end.listed).toEqual({});
    expect(end.passes).toBe(true);
    const { nodeTroubles } = withNodeTroubles(end.state, problemListAt(end.state, end.now), end.now);
    expect(nodeTroubles).toHaveLength(1);
  });

  it('once, where events are hidden and two pods of one workload lie on it, is no workload that restarts', () => {
    const ends: Told = { count: 1, runs: 3 * MINUTE, last: lost(-HOUR, 2 * MINUTE) };
    expect(play(4 * MINUTE, [3 * MINUTE + 1, 'list', web(0, ends), web(10, ends)]).listed).toEqual({});
  });

  it('does not hide a container that loops on it, before and after', () => {
    const loops = (count: number, end: number): Told => ({ count, waits: 'CrashLoopBackOff', last: [end - 2, end, 1] });
    const before = play(
      4 * MINUTE,
      [-5, 'list', web(0, loops(3, -10)), ...all(() => RUNS).slice(1)],
      [2 * MINUTE, 'ADDED', rebooted(2 * MINUTE)],
      [3 * MINUTE, 'MODIFIED', web(0, loops(4, 3 * MINUTE - 1))],
    );
    expect(before.listed).toEqual({ 'web-0:app': 'looping' });
    expect(before.passes).toBe(false);
  });

  it('does not hide a container that its runtime loses again and again', () => {
    const told = [1, 2, 3].map((n): Told => ({ count: n, runs: n * 60 + 2, last: lost((n - 1) * 60 + 2, n * 60) }));
    const end = play(
      3 * MINUTE + 10,
      [0, 'list', web(0, { runs: 2 })],
      ...told.map((t, i) => [(i + 1) * 60 + 3, 'MODIFIED', web(0, t)] as const),
    );
    expect(end.listed).toEqual({ 'web-0:app': 'looping' });
  });
});
