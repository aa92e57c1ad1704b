import { describe, expect, it } from 'vitest';
import { causeAt } from '../../src/diagnosis/problems.ts';
import type { ContainerRecord, PodRecord } from '../../src/timeline/state.ts';
import { type Ending, HOUR, killing, MINUTE, play, podObject, type Told } from '../support/story.ts';

// A restart that somebody asked for is a run in the restart history, and no crash; one that comes by itself is seen all the same.
const pod = (...containers: Told[]) => podObject({ made: -HOUR, containers });
const causeOfApp = ({ state, now }: Ending) => {
  const record = state.pods.get('web-1') as PodRecord;
  return causeAt(state, record, record.containers[0] as ContainerRecord, now)?.id;
};
const RESIZE = 'Container app resize requires restart';
const EDIT = 'Container app definition changed, will be restarted';

describe('a resize that restarts the container', () => {
  const before: Told = { memory: '100Mi', runsWith: '100Mi', runs: -HOUR };
  const asked: Told = { ...before, memory: '200Mi' };
  const after: Told = { memory: '200Mi', runsWith: '200Mi', count: 1, runs: 3, last: [-HOUR, 2, 137] };

  it('is no trouble, by its event', () => {
    const end = play(
      60,
      [-5, 'list', pod({ memory: '100Mi', runs: -HOUR })],
      [0, 'MODIFIED', pod({ memory: '200Mi', runs: -HOUR })],
      [0, 'ADDED', killing(0, RESIZE)],
      [2, 'MODIFIED', pod({ memory: '200Mi', ended: [-HOUR, 2, 137] })],
      [3, 'MODIFIED', pod({ memory: '200Mi', count: 1, runs: 3, last: [-HOUR, 2, 137] })],
    );
    expect(end.listed).toEqual({});
    expect(end.passes).toBe(true);
    const ledger = end.state.pods.get('web-1')?.containers[0]?.ledger;
    expect(ledger?.map((run) => run.stop)).toEqual(['resize', null]);
    expect(end.state.crashes).toBe(0);
  });

  it('is no trouble, by an event that comes after the end', () => {
    const end = play(
      60,
      [-5, 'list', pod({ memory: '1Gi', runs: -MINUTE })],
      [3, 'MODIFIED', pod({ memory: '1Gi', count: 1, runs: 3, last: [-MINUTE, 2, 1] })],
      [4, 'ADDED', killing(0, RESIZE)],
    );
    expect(end.listed).toEqual({});
    expect(end.state.crashes).toBe(0);
    expect(end.passes).toBe(true);
  });

  it('is no trouble, by what the runs ran with, where events are hidden', () => {
    const end = play(60, [-5, 'list', pod(before)], [0, 'MODIFIED', pod(asked)], [3, 'MODIFIED', pod(after)]);
    expect(end.listed).toEqual({});
    expect(end.passes).toBe(true);
    expect(causeOfApp(end)).toBe('resized');
    // An old kubelet tells no resources in its status.
    const old = ({ runsWith: _, ...told }: Told): Told => told;
    expect(
      play(60, [-5, 'list', pod(old(before))], [0, 'MODIFIED', pod(old(asked))], [3, 'MODIFIED', pod(old(after))]).passes,
    ).toBe(true);
  });

  it('is no trouble again and again: an autoscaler that resizes every two minutes', () => {
    const sizes = [100, 150, 200, 250, 300].map((mi) => `${mi}Mi`);
    const told = sizes.map((memory, count): Told => {
      const start = count * 120;
      return { memory, runsWith: memory, count, runs: start, ...(count === 0 ? {} : { last: [start - 120, start - 1, 137] }) };
    });
    const arrivals = told.map((t, i) => [i * 120 + 1, i === 0 ? 'list' : 'MODIFIED', pod(t)] as const);
    expect(play(10 * MINUTE, ...arrivals).listed).toEqual({});
    expect(play(10 * MINUTE, ...arrivals).passes).toBe(true);
  });

  it('is no trouble where crashtop comes after the third one: its events count them', () => {
    const told: Told = { memory: '250Mi', count: 3, runs: 6 * MINUTE, last: [4 * MINUTE, 6 * MINUTE - 1, 143] };
    const late = (...containers: Told[]) => podObject({ made: 0, containers });
    const event = killing(6 * MINUTE - 2, RESIZE, { first: 2 * MINUTE, count: 3 });
    expect(play(7 * MINUTE, [6 * MINUTE + 30, 'list', late(told)], [6 * MINUTE + 30, 'ADDED', event]).listed).toEqual({});
    // Without events nobody knows why it restarted three times in seven minutes.
    expect(play(7 * MINUTE, [6 * MINUTE + 30, 'list', late(told)]).listed).toEqual({ 'web-1:app': 'looping' });
  });

  it('does not hide the crash that follows at once: the new size is too small, or the program cannot take it', () => {
    const { runs: _, ...ended } = after;
    const oom: Told = { ...ended, ended: [3, 4, 137, 'OOMKilled'] };
    const end = play(
      8,
      [-5, 'list', pod(before)],
      [0, 'MODIFIED', pod(asked)],
      [2, 'ADDED', killing(2, RESIZE)],
      [3, 'MODIFIED', pod(after)],
      [5, 'MODIFIED', pod(oom)],
    );
    expect(end.listed).toEqual({ 'web-1:app': 'looping' });
    expect(end.passes).toBe(false);
    expect(end.state.crashes).toBe(1);
    expect(causeOfApp(end)).toBe('oom-killed');
    // Within the very second of the kill, and while nobody saw the run between.
    const fast: Told = { memory: '200Mi', runsWith: '200Mi', count: 2, runs: 4, last: [2, 3, 1] };
    const missed = play(
      8,
      [-5, 'list', pod(before)],
      [2, 'ADDED', killing(2, RESIZE)],
      [3, 'MODIFIED', pod({ ...after, runs: 2, last: [-HOUR, 2, 137] })],
      [5, 'MODIFIED', pod(fast)],
    );
    expect(missed.listed).toEqual({ 'web-1:app': 'looping' });
    expect(causeOfApp(missed)).toBe('app-error');
    expect(missed.passes).toBe(false);
  });

  it('does not hide the crashes before it: somebody gives an OOM loop more memory', () => {
    const killed: Told = { memory: '100Mi', count: 2, waits: 'CrashLoopBackOff', last: [-30, -20, 137, 'OOMKilled'] };
    const given: Told = { ...killed, memory: '200Mi' };
    const again: Told = { memory: '200Mi', runsWith: '200Mi', count: 3, runs: 2, last: [-30, -20, 137, 'OOMKilled'] };
    const end = play(8, [-15, 'list', pod(killed)], [0, 'MODIFIED', pod(given)], [3, 'MODIFIED', pod(again)]);
    expect(end.listed).toEqual({ 'web-1:app': 'looping' });
  });

  it('does not hide a crash of a container of which only another amount was changed', () => {
    // cpu has no RestartContainer policy: the kubelet changes it in place.
    const crashed: Told = { memory: '100Mi', runsWith: '100Mi', count: 1, runs: 3, last: [-MINUTE, 2, 137] };
    const end = play(5, [-5, 'list', pod({ ...before, runs: -MINUTE })], [3, 'MODIFIED', pod(crashed)]);
    expect(end.listed).toEqual({ 'web-1:app': 'looping' });
  });
});

const NEW_SPEC = { image: 'registry.example/app:2', ranImage: 'registry.example/app:1' };

describe('an image that is edited in a bare pod', () => {
  const old: Told = { image: 'registry.example/app:1', runs: -MINUTE };

  it('stops a run that was well, and lists nothing', () => {
    for (const code of [0, 143, 137]) {
      const end = play(
        60,
        [-5, 'list', pod(old)],
        [0, 'MODIFIED', pod({ ...NEW_SPEC, runs: -MINUTE })],
        [2, 'MODIFIED', pod({ ...NEW_SPEC, ended: [-MINUTE, 2, code] })],
        [40, 'MODIFIED', pod({ image: 'registry.example/app:2', count: 1, runs: 40, last: [-MINUTE, 2, code] })],
      );
      expect(end.listed).toEqual({});
      expect(end.passes).toBe(true);
    }
  });

  it('lists nothing while the new image is pulled', () => {
    const end = play(
      30,
      [-5, 'list', pod(old)],
      [0, 'MODIFIED', pod({ ...NEW_SPEC, runs: -MINUTE })],
      [2, 'MODIFIED', pod({ ...NEW_SPEC, ended: [-MINUTE, 2, 143] })],
    );
    expect(end.listed).toEqual({});
    expect(end.passes).toBe(true);
  });

  it('is told by its event, where the program answers SIGTERM with a code of its own', () => {
    const end = play(
      60,
      [-5, 'list', pod(old)],
      [1, 'ADDED', killing(1, EDIT)],
      [2, 'MODIFIED', pod({ ...NEW_SPEC, ended: [-MINUTE, 2, 2] })],
      [40, 'MODIFIED', pod({ image: 'registry.example/app:2', count: 1, runs: 40, last: [-MINUTE, 2, 2] })],
    );
    expect(end.listed).toEqual({});
    expect(end.passes).toBe(true);
  });

  it('breaks it: the loop of the new image is listed, and begins with its first crash', () => {
    const broken = (count: number, end: number): Told => ({
      ...{ image: 'registry.example/app:2', count, waits: 'CrashLoopBackOff' },
      last: [end - 1, end, 1],
    });
    const end = play(
      40,
      [-5, 'list', pod(old)],
      [3, 'MODIFIED', pod({ image: 'registry.example/app:2', count: 1, runs: 3, last: [-MINUTE, 2, 143] })],
      [5, 'MODIFIED', pod(broken(1, 4))],
      [20, 'MODIFIED', pod(broken(2, 18))],
    );
    expect(end.listed).toEqual({ 'web-1:app': 'looping' });
    expect(end.state.crashes).toBe(2);
    expect(end.passes).toBe(false);
  });

  it('after a crash is not why that came, although it ended as one that is told to stop', () => {
    const crashed: Told = { ended: [-3, -2, 137], count: 0 };
    const end = play(
      60,
      [-4, 'list', pod({ runs: -3 })],
      [-1, 'MODIFIED', pod(crashed)],
      [0, 'MODIFIED', pod({ ...crashed, ...NEW_SPEC })],
    );
    expect(end.listed).toEqual({ 'web-1:app': 'looping' });
  });

  it('mends it: what crashed before the edit stays a crash, and the loop is holding', () => {
    const crash = (count: number, end: number): Told => ({ count, waits: 'CrashLoopBackOff', last: [end - 1, end, 1] });
    const end = play(
      MINUTE,
      [-30, 'list', pod(crash(1, -35))],
      [-19, 'MODIFIED', pod(crash(2, -20))],
      [3, 'MODIFIED', pod({ image: 'registry.example/app:2', count: 3, runs: 3, last: [-21, -20, 1] })],
    );
    expect(end.listed).toEqual({ 'web-1:app': 'holding' });
    expect(end.state.crashes).toBe(2);
  });
});

describe('an ephemeral container', () => {
  const debug = (told: Told) => podObject({ containers: [{ runs: -HOUR }, { name: 'debugger', type: 'ephemeral', ...told }] });

  it.each([
    ['ends with 1', { ended: [-60, -50, 1] as const }],
    ['is killed for memory', { ended: [-60, -50, 137, 'OOMKilled'] as const }],
    ['cannot be pulled', { waits: 'ImagePullBackOff' }],
    ['cannot be created', { waits: 'CreateContainerError' }],
  ])('that %s is nobody else’s problem', (_, told) => {
    const end = play(60, [-100, 'list', debug({ runs: -99 })], [-40, 'MODIFIED', debug(told)]);
    expect(end.listed).toEqual({});
    expect(end.passes).toBe(true);
    expect(end.state.crashes).toBe(0);
    expect(end.state.pods.get('web-1')?.containers.map((c) => c.name)).toEqual(['app', 'debugger']);
  });

  it('does not hide its neighbour that loops', () => {
    const loops: Told = { waits: 'CrashLoopBackOff', count: 3, last: [-20, -10, 1] };
    const both = podObject({ containers: [loops, { name: 'debugger', type: 'ephemeral', ended: [-60, -50, 1] }] });
    expect(play(0, [-5, 'list', both]).listed).toEqual({ 'web-1:app': 'looping' });
  });
});
