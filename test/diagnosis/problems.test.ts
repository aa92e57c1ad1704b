import { describe, expect, it } from 'vitest';
import { isOld } from '../../src/diagnosis/acknowledgement/judge.ts';
import { problemsAt, troubleOf, troublesAt } from '../../src/diagnosis/problems.ts';
import type { Run } from '../../src/model/ledger.ts';
import { containerStatus } from '../support/container-status.ts';
import { kubeEvent, MINUTE, NOW, run, SECOND, subject } from '../support/record-builder.ts';
import { recordedTimeline } from '../support/recorded.ts';

/** Every change of state of each container, looked at once a second: `looping`, `holding`, ... or `-`. */
async function changesOf(name: 'zoo' | 'zoo-1.33'): Promise<Map<string, string[]>> {
  const timeline = await recordedTimeline(name);
  const changes = new Map<string, string[]>();
  for (let at = timeline.startedAt; at <= timeline.endedAt; at += 1000) {
    const now = new Map<string, string>();
    for (const { record, container, trouble } of troublesAt(timeline.stateAt(at), at)) {
      now.set(`${record.pod.namespace}/${record.pod.name}/${container.name}`, trouble.state);
    }
    for (const key of now.keys()) if (!changes.has(key)) changes.set(key, []);
    for (const [key, states] of changes) {
      const state = now.get(key) ?? '-';
      if ((states.at(-1) ?? '-') !== state) states.push(state);
    }
  }
  return changes;
}

// A trouble begins once; it may be deleted, or hold, become stable and leave. Nothing ever goes back.
const STORIES = [
  ['looping'],
  ['looping', '-'],
  ['looping', 'deleted'],
  ['looping', 'deleted', '-'],
  ['looping', 'holding', 'stable'],
  ['looping', 'holding', 'stable', '-'],
];

describe.each([
  ['zoo', 45],
  ['zoo-1.33', 61],
] as const)('trouble over the whole of %s', (name, containers) => {
  it('changes state once for each container that loops, and never marks a healthy one', async () => {
    const changes = await changesOf(name);
    expect(changes.size).toBe(containers);
    for (const [key, states] of changes) {
      expect(STORIES, `${key}: ${states.join(' ')}`).toContainEqual(states);
      expect(key).not.toMatch(/healthy|nightly|cleanup/);
    }
  });
});

describe('the problems of zoo', () => {
  const find = async (seconds: number, pod: string) => {
    const timeline = await recordedTimeline('zoo');
    const at = timeline.startedAt + seconds * 1000;
    return problemsAt(timeline.stateAt(at), at).filter((p) => p.record.pod.name.startsWith(pod));
  };

  it('are of the kinds that their statuses and events tell', async () => {
    const timeline = await recordedTimeline('zoo');
    const at = timeline.startedAt + 400_000;
    const kinds = new Map(
      problemsAt(timeline.stateAt(at), at).map((p) => [p.record.pod.name.replace(/-[0-9a-f]{7,10}-\w{5}$/, ''), p.trouble.kind]),
    );
    expect(Object.fromEntries(kinds)).toMatchObject({
      api: 'crash',
      images: 'image',
      thumbs: 'image',
      badname: 'image',
      cart: 'config',
      catalog: 'config',
      nonroot: 'config',
      report: 'start',
      noexec: 'start',
      volume: 'volume',
      nowhere: 'scheduling',
      hook: 'crash',
    });
  });

  it('have no next start while the scheduler finds no node, and an unknown one while a ConfigMap is missing', async () => {
    expect((await find(400, 'nowhere'))[0]?.nextStart).toBeNull();
    expect((await find(400, 'cart'))[0]?.nextStart).toEqual({ kind: 'unknown', at: null, delayMs: null });
  });

  it('count a workload of two pods as one, and as down while neither is ready', async () => {
    const api = await find(400, 'api-');
    expect(api).toHaveLength(2);
    expect(new Set(api.map((p) => p.workload.key))).toEqual(new Set(['Deployment/payments/api']));
    expect(api[0]?.impact).toEqual({ level: 'down', available: 0, desired: 2, lowest: 0 });
  });

  it('start at once after the kubelet came back, which has forgotten their back-off', async () => {
    // It ended at 15:22:40, two restarts after a published 10 s and 20 s; the kubelet had been started again at 15:18:10.
    const [leak] = await find(1493, 'slow-leak');
    expect(leak?.container.ledger.at(-1)).toMatchObject({ attempt: 3, exitCode: 134 });
    expect(leak?.nextStart).toMatchObject({ kind: 'estimated', delayMs: 0 });
  });
});

describe('a pod of 20 days whose earlier loop healed', () => {
  const DAY = 24 * 60 * MINUTE;
  const looping = (fields: Partial<Run>, events: Parameters<typeof subject>[0]) => {
    const newest = run(11, NOW - MINUTE, fields);
    const state = { type: 'waiting' as const, reason: 'CrashLoopBackOff', message: '' };
    const containers = [containerStatus({ restartCount: 11, containerID: newest.containerID, state })];
    const scene = subject({ ...events, ledger: [newest], pod: { createdAt: NOW - 20 * DAY, containers } });
    const trouble = troubleOf(scene.state, scene.entry.record, scene.entry.container, NOW);
    return { trouble, entry: { ...scene.entry, trouble } };
  };
  const end = NOW - MINUTE + 4 * SECOND;

  it('loops since the first back-off of the loop of today, or before that', () => {
    const first = NOW - 4 * MINUTE;
    const { trouble, entry } = looping({ publishedDelay: 80_000 }, { events: [kubeEvent({ firstAt: first, count: 9 })] });
    expect(trouble).toEqual({ state: 'looping', kind: 'crash', since: first, sinceIsBound: true });
    expect(isOld(entry, NOW)).toBe(false);
  });

  it('does not loop since the event that counts both', () => {
    const both = [kubeEvent({ firstAt: NOW - 12 * DAY, lastAt: NOW - 2 * SECOND, count: 60 })];
    expect(looping({ publishedDelay: 300_000 }, { events: both }).trouble?.since).toBe(end);
  });

  it('does not loop since it was made, where no end of it has a time', () => {
    const untimed = { startedAt: null, finishedAt: null, exitCode: null };
    expect(looping(untimed, {}).trouble).toEqual({ state: 'looping', kind: 'crash', since: NOW, sinceIsBound: true });
    const told = [kubeEvent({ firstAt: NOW - 9 * MINUTE, count: 20 })];
    expect(looping(untimed, { events: told }).trouble?.since).toBe(NOW - 9 * MINUTE);
  });
});
