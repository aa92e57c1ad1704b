import { describe, expect, it } from 'vitest';
import { HOUR, killing, MINUTE, play, podObject, type Told, type ToldPod } from '../support/story.ts';

// What somebody on call wants of pods that go: silence, unless they looped before.
const RS = ['ReplicaSet', 'web-6f9'] as const;
const app = (told: Told = {}): Told => ({ runs: -30 * MINUTE, ...told });
const web = (told: Partial<ToldPod> = {}) => podObject({ owner: RS, containers: [app()], ...told });

describe('a rollout that drains', () => {
  const drained = (code: number, until: number) => [{ ended: [-30 * MINUTE, until, code] } satisfies Told];

  it.each([
    [30, 143, 2],
    [30, 0, 25],
    [30, 137, 31],
    [600, 143, 580],
    [3600, 1, 100],
  ])('lists nothing, with a grace period of %i s and exit code %i after %i s', (grace, code, after) => {
    const end = play(
      after + 20,
      [-5, 'list', web({ grace })],
      [0, 'MODIFIED', web({ grace, deleted: 0 })],
      [after + 1, 'MODIFIED', web({ grace, deleted: 0, containers: drained(code, after) })],
    );
    expect(end.listed).toEqual({});
    expect(end.passes).toBe(true);
    expect(end.state.crashes).toBe(0);
    const gone = play(
      after + 20,
      [-5, 'list', web({ grace })],
      [0, 'MODIFIED', web({ grace, deleted: 0 })],
      [after + 1, 'MODIFIED', web({ grace, deleted: 0, containers: drained(code, after) })],
      [after + 2, 'DELETED', web({ grace, deleted: after + 2, granted: 0, containers: drained(code, after) })],
    );
    expect(gone.listed).toEqual({});
    expect(gone.passes).toBe(true);
  });

  it('lists nothing where crashtop is opened in the middle of it, after containers have ended', () => {
    const half = (deleted: number, grace: number) =>
      web({
        ...{ name: `web-${grace}`, uid: `${grace}`, deleted, grace, made: -4 * MINUTE },
        containers: [{ ended: [-4 * MINUTE, 2, 143] }, { name: 'proxy', runs: -4 * MINUTE }],
      });
    const end = play(60, [20, 'list', half(0, 30), half(0, 600), half(1, 3600)]);
    expect(end.listed).toEqual({});
    expect(end.passes).toBe(true);
  });

  it('lists nothing where the API server is slow to tell: ends come before the deletion is seen', () => {
    const end = play(
      60,
      [-5, 'list', web()],
      [20, 'MODIFIED', web({ deleted: 0, containers: drained(1, 3) })],
      [21, 'DELETED', web({ deleted: 0, containers: drained(1, 3) })],
    );
    expect(end.listed).toEqual({});
    expect(end.passes).toBe(true);
  });

  it('lists nothing where a preStop hook takes longer than the grace period', () => {
    const hook = { ...killing(0, 'Stopping container app'), reason: 'Killing' };
    const end = play(
      60,
      [-5, 'list', web()],
      [0, 'MODIFIED', web({ deleted: 0 })],
      [0, 'ADDED', hook],
      [33, 'MODIFIED', web({ deleted: 0, containers: drained(137, 32) })],
    );
    expect(end.listed).toEqual({});
    expect(end.passes).toBe(true);
  });

  it('lists nothing where the clock of the machine that crashtop runs on is a minute ahead, or behind', () => {
    for (const ours of [-60, 60]) {
      const end = play(
        60 + ours,
        [-5 + ours, 'list', web()],
        [0.3 + ours, 'MODIFIED', web({ deleted: 0 })],
        [6 + ours, 'MODIFIED', web({ deleted: 0, containers: drained(143, 5) })],
      );
      expect(end.listed).toEqual({});
      expect(end.passes).toBe(true);
    }
  });
});

describe('a pod that is taken away', () => {
  it('is no crash by an eviction or a drain, whatever its program answers', () => {
    const end = play(
      40,
      [-5, 'list', web()],
      [0, 'MODIFIED', web({ deleted: 0 })],
      [2, 'DELETED', web({ deleted: 2, granted: 0, containers: [{ ended: [-30 * MINUTE, 1, 2] }] })],
    );
    expect(end.listed).toEqual({});
    expect(end.passes).toBe(true);
  });

  it('is no crash where its end has no time', () => {
    const lost = web({ made: -MINUTE, deleted: 0, containers: [{ ended: [null, null, 137, 'ContainerStatusUnknown'] }] });
    expect(play(5 * MINUTE, [4, 'list', lost]).listed).toEqual({});
    const docker = web({ deleted: -2 * HOUR, made: -HOUR, containers: [{ ended: [null, null, 0, ''] }] });
    expect(play(MINUTE, [4, 'list', docker]).listed).toEqual({});
  });

  it('ends what still ran in it when it is deleted by force, at the latest', () => {
    const end = play(10, [-5, 'list', web()], [3, 'DELETED', web({ deleted: 3, granted: 0 })]);
    const run = end.state.pods.get('web-1')?.containers[0]?.ledger[0];
    expect(run).toMatchObject({ ended: true, endIsInferred: true, exitCode: null, stop: null });
    expect(run?.finishedAt).toBe(end.now - 7000);
    expect(end.listed).toEqual({});
    expect(end.state.crashes).toBe(0);
  });

  it('ends what still ran in it when a list names it no more', () => {
    const other = podObject({ name: 'other', containers: [app()] });
    const end = play(10, [-5, 'list', web(), other], [3, 'list', other]);
    expect(end.state.pods.get('web-1')?.containers[0]?.ledger[0]?.finishedAt).toBe(end.now - 7000);
    expect(end.passes).toBe(true);
  });

  it('goes on where it only left a selection for a while', () => {
    const end = play(60, [-5, 'list', web()], [3, 'DELETED', web()], [9, 'ADDED', web()]);
    const record = end.state.pods.get('web-1');
    expect(record?.containers[0]?.ledger[0]).toMatchObject({ ended: false, finishedAt: null, endIsInferred: false });
    expect(record?.deletionAskedAt).toBeNull();
    const crashed = web({ containers: [{ waits: 'CrashLoopBackOff', count: 1, last: [12, 13, 1] }] });
    expect(play(60, [-5, 'list', web()], [3, 'DELETED', web()], [9, 'ADDED', web()], [20, 'MODIFIED', crashed]).listed).toEqual({
      'web-1:app': 'looping',
    });
  });

  it('is nothing while a finalizer holds it', () => {
    const held = (granted: number) =>
      web({
        ...{ deleted: granted === 0 ? 2 : 0, granted, finalizers: ['example.com/hold'] },
        containers: [{ ended: [-30 * MINUTE, 2, 137] }],
      });
    for (const granted of [0, 30]) {
      expect(play(HOUR, [10, 'list', held(granted)]).listed).toEqual({});
      expect(play(HOUR, [-5, 'list', web()], [3, 'MODIFIED', held(granted)]).passes).toBe(true);
    }
  });

  it('is nothing where a StatefulSet is scaled to 0', () => {
    const db = (n: number, told: Partial<ToldPod> = {}) =>
      web({ name: `db-${n}`, uid: `db-${n}`, owner: ['StatefulSet', 'db'], ...told });
    const ended = (at: number): Told[] => [{ ended: [-30 * MINUTE, at, 137] }];
    const end = play(
      2 * MINUTE,
      [-5, 'list', db(0), db(1)],
      [0, 'MODIFIED', db(1, { deleted: 0 })],
      [30, 'MODIFIED', db(1, { deleted: 0, containers: ended(30) })],
      [31, 'DELETED', db(1, { deleted: 0, containers: ended(30) })],
      [31, 'MODIFIED', db(0, { deleted: 31 })],
      [62, 'DELETED', db(0, { deleted: 31, containers: ended(61) })],
    );
    expect(end.listed).toEqual({});
    expect(end.passes).toBe(true);
  });

  it('is nothing where a Job is deleted by its time to live, or its CronJob replaces it', () => {
    const job = (told: Partial<ToldPod>) => web({ owner: ['Job', 'report'], policy: 'Never', ...told });
    const done = job({ phase: 'Succeeded', containers: [{ ended: [-10, -5, 0] }] });
    const end = play(
      60,
      [-4, 'list', done],
      [0, 'MODIFIED', job({ deleted: 0, phase: 'Succeeded', containers: [{ ended: [-10, -5, 0] }] })],
    );
    expect(end.passes).toBe(true);
    const killed = (n: number) =>
      job({ name: `report-${n}`, uid: `${n}`, deleted: 0, phase: 'Failed', containers: [{ ended: [-10, 2, 143] }] });
    const replaced = play(60, [3, 'list', killed(1), killed(2)]);
    expect(replaced.listed).toEqual({});
    expect(replaced.passes).toBe(true);
  });
});

describe('a loop whose pod is deleted', () => {
  const waits = (told: Partial<ToldPod> = {}) =>
    web({ containers: [{ waits: 'CrashLoopBackOff', count: 3, last: [-20, -10, 1] }], ...told });

  it('is listed while nobody deletes it, and as deleted when it is gone', () => {
    expect(play(0, [-5, 'list', waits()]).listed).toEqual({ 'web-1:app': 'looping' });
    const scaled = play(60, [-5, 'list', waits()], [0, 'MODIFIED', waits({ deleted: 0 })], [1, 'DELETED', waits({ deleted: 0 })]);
    expect(scaled.listed).toEqual({ 'web-1:app': 'deleted' });
    expect(scaled.passes).toBe(true);
  });

  it('is no loop any more an hour after the deletion was asked for, although a finalizer holds the pod', () => {
    const held = waits({ deleted: 0, finalizers: ['example.com/hold'] });
    expect(play(HOUR, [2, 'list', held]).listed).toEqual({});
    expect(play(HOUR, [2, 'list', held]).passes).toBe(true);
  });

  it('is listed where the pod of the same workload that is not deleted loops as well', () => {
    const end = play(
      60,
      [-5, 'list', waits()],
      [0, 'MODIFIED', waits({ deleted: 0 })],
      [
        1,
        'ADDED',
        web({ name: 'web-2', uid: 'web-2', made: 1, containers: [{ waits: 'CrashLoopBackOff', count: 1, last: [3, 4, 1] }] }),
      ],
    );
    expect(end.listed['web-2:app']).toBe('looping');
    expect(end.passes).toBe(false);
  });

  it('crashed before: an end that came well before the deletion was asked for stays one', () => {
    const end = play(
      60,
      [-100, 'list', web({ made: -100, containers: [{ runs: -99 }] })],
      [-49, 'MODIFIED', web({ made: -100, containers: [{ ended: [-99, -50, 1] }] })],
      [0, 'MODIFIED', web({ made: -100, deleted: 0, containers: [{ ended: [-99, -50, 1] }] })],
    );
    expect(end.state.crashes).toBe(1);
    expect(end.passes).toBe(false);
  });
});

describe('a native sidecar', () => {
  const policy = 'OnFailure';
  const job = (phase: string, main: Told, ...sidecars: Told[]) =>
    podObject({
      ...{ owner: ['Job', 'report'], policy, phase, made: -60 },
      containers: [...sidecars.map((s, i): Told => ({ name: `side-${i}`, type: 'sidecar', ...s })), main],
    });

  it('that the kubelet stops when the Job is done is no crash, whatever it ends with, also before the pod is done', () => {
    for (const code of [0, 1, 137, 143]) {
      const done: Told = { ended: [-50, 0, 0] };
      const end = play(
        20,
        [-5, 'list', job('Running', { runs: -50 }, { runs: -55 }, { runs: -54 })],
        [1, 'MODIFIED', job('Running', done, { runs: -55 }, { runs: -54 })],
        [3, 'MODIFIED', job('Running', done, { runs: -55 }, { ended: [-54, 2, code] })],
      );
      expect(end.listed).toEqual({});
      expect(end.passes).toBe(true);
      const over = play(
        60,
        [-5, 'list', job('Running', { runs: -50 }, { runs: -55 })],
        [33, 'MODIFIED', job('Succeeded', done, { ended: [-55, 32, code] })],
      );
      expect(over.listed).toEqual({});
      expect(over.passes).toBe(true);
    }
  });

  it('that crashes while the Job runs is listed', () => {
    const end = play(
      20,
      [-5, 'list', job('Running', { runs: -50 }, { runs: -55 })],
      [1, 'MODIFIED', job('Running', { runs: -50 }, { ended: [-55, 0, 137] })],
    );
    expect(end.listed).toEqual({ 'web-1:side-0': 'looping' });
    expect(end.passes).toBe(false);
  });
});
