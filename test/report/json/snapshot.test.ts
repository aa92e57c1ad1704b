import { describe, expect, it } from 'vitest';
import type { Acknowledgement } from '../../../src/diagnosis/acknowledgement/acknowledgement.ts';
import { acknowledge } from '../../../src/diagnosis/acknowledgement/judge.ts';
import { isWorkloadEntry } from '../../../src/diagnosis/entry.ts';
import { problemListAt } from '../../../src/diagnosis/problem-list.ts';
import { type Snapshot, snapshotOf } from '../../../src/report/json/snapshot.ts';
import { RECORDED, recordedTimeline } from '../../support/recorded.ts';

async function at(seconds: number): Promise<Snapshot> {
  const timeline = await recordedTimeline('zoo');
  const now = timeline.startedAt + seconds * 1000;
  // What a program reads has been through JSON.
  return JSON.parse(JSON.stringify(snapshotOf(timeline.stateAt(now), RECORDED, timeline.gapsAt(now), now))) as Snapshot;
}

async function podAt(seconds: number, name: string) {
  const found = (await at(seconds)).pods.find((p) => p.name.startsWith(name));
  if (found === undefined) throw new Error(`no pod ${name}`);
  return found;
}

describe('the snapshot', () => {
  it('has the fields of the format, and no others', async () => {
    const snapshot = await at(400);
    expect(Object.keys(snapshot)).toEqual(['schemaVersion', 'at', 'source', 'counts', 'gaps', 'hidden', 'pods', 'workloads']);
    expect(snapshot.schemaVersion).toBe(1);
    expect(snapshot.at).toBe('2026-11-22T15:04:28.931Z');
    expect(snapshot.source).toEqual({ kind: 'recording', name: 'zoo.ndjson.gz', context: 'prod-eu', serverVersion: 'v1.35.4' });
    const [pod] = snapshot.pods;
    expect(Object.keys(pod ?? {})).toEqual([
      'namespace',
      'name',
      'uid',
      'node',
      'owner',
      'ready',
      'status',
      'restarts',
      'age',
      'containers',
    ]);
    const [container] = pod?.containers ?? [];
    expect(Object.keys(container ?? {})).toEqual([
      'name',
      'type',
      'restartCount',
      'trouble',
      'cause',
      'changed',
      'configsHidden',
      'configsForNextStart',
      'acknowledged',
      'nextRetry',
      'runs',
      'unobservedRuns',
      'estimatedRuns',
    ]);
    expect(Object.keys(container?.runs[0] ?? {})).toEqual([
      'attempt',
      'containerID',
      'startedAt',
      'finishedAt',
      'exitCode',
      'signal',
      'reason',
      'message',
      'stoppedFor',
      'endIsInferred',
      'ranForSeconds',
      'waitedSeconds',
    ]);
  });

  it('counts containers, but for pods; by kind it counts the looping ones', async () => {
    const { counts, pods } = await at(400);
    expect(counts.pods).toBe(pods.filter((p) => !p.deleted).length);
    const troubles = pods.flatMap((p) => p.containers.map((c) => c.trouble)).filter((t) => t !== null);
    expect(counts.looping).toBe(troubles.filter((t) => t.state === 'looping').length);
    expect(counts.holding).toBe(troubles.filter((t) => t.state === 'holding').length);
    expect(counts.deleted).toBe(troubles.filter((t) => t.state === 'deleted').length);
    expect(Object.values(counts.byKind).reduce((a, b) => a + b, 0)).toBe(counts.looping);
    expect(counts).toMatchObject({ holding: 1, byKind: { image: 3, config: 3, start: 2, volume: 1, scheduling: 1 } });
  });

  it('sorts pods by namespace and name', async () => {
    const names = (await at(400)).pods.map((p) => `${p.namespace}/${p.name}`);
    expect(names).toEqual(names.toSorted());
  });

  it('tells of a loop: owner, trouble, next retry and every run', async () => {
    const api = await podAt(400, 'api-857b9c97c7-2qb7p');
    expect(api).toMatchObject({
      namespace: 'payments',
      node: 'node-a',
      ready: '0/1',
      owner: { kind: 'Deployment', name: 'api', available: 0, desired: 2 },
    });
    const [container] = api.containers;
    expect(container).toMatchObject({
      type: 'app',
      restartCount: 6,
      trouble: { state: 'looping', kind: 'crash', since: '2026-11-22T14:57:58Z' },
      cause: { id: 'connection-refused' },
      nextRetry: { kind: 'estimated', delaySeconds: 300 },
      unobservedRuns: 0,
    });
    expect(container?.runs.map((r) => r.attempt)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(container?.runs[1]).toMatchObject({ exitCode: 1, signal: null, reason: 'Error', ranForSeconds: 4 });
    expect(container?.runs[0]?.waitedSeconds).toBeNull();
    expect(container?.runs[2]?.waitedSeconds).toBeGreaterThanOrEqual(10);
  });

  it('names the signal of an exit code, and has no times where the API gave none', async () => {
    const ledger = await podAt(400, 'ledger-');
    expect(ledger.containers[0]?.runs[0]).toMatchObject({ exitCode: 137, signal: 'SIGKILL', reason: 'OOMKilled' });
    const noexec = await podAt(400, 'noexec');
    expect(noexec.containers[0]?.runs[0]).toMatchObject({ exitCode: 128, signal: null, startedAt: null, ranForSeconds: null });
    expect((await podAt(400, 'cart')).containers[0]).toMatchObject({
      nextRetry: { kind: 'unknown', at: null, delaySeconds: null, remainingSeconds: null },
      cause: { id: 'missing-configmap' },
    });
  });

  it('never has a negative remainder', async () => {
    for (let seconds = 0; seconds < 2400; seconds += 61) {
      for (const pod of (await at(seconds)).pods) {
        for (const { nextRetry } of pod.containers) {
          if (nextRetry?.remainingSeconds != null) expect(nextRetry.remainingSeconds).toBeGreaterThanOrEqual(0);
          if (nextRetry?.kind === 'overdue') expect(nextRetry.remainingSeconds).toBe(0);
        }
      }
    }
  });

  it('knows the init container, the sidecar and what is quiet', async () => {
    const fraud = await podAt(400, 'fraud');
    expect(fraud.containers.map((c) => [c.name, c.type])).toEqual([
      ['proxy', 'sidecar'],
      ['scorer', 'app'],
    ]);
    const web = await podAt(400, 'web-');
    expect(web.containers.map((c) => c.type)).toEqual(['init', 'init', 'app']);
    const healthy = await podAt(400, 'healthy-redis');
    expect(healthy.containers[0]).toMatchObject({ trouble: null, cause: null, nextRetry: null, unobservedRuns: 0 });
    expect(healthy.containers[0]?.runs).toMatchObject([{ attempt: 0, finishedAt: null, exitCode: null }]);
  });

  it('keeps a deleted pod that was in trouble for ten minutes, and says that it is deleted', async () => {
    const gone = (seconds: number) => at(seconds).then((s) => s.pods.find((p) => p.name === 'api-857b9c97c7-2qb7p'));
    expect(await gone(470)).not.toHaveProperty('deleted');
    expect(await gone(480)).toMatchObject({ deleted: true });
    expect((await gone(480))?.containers[0]).toMatchObject({ trouble: { state: 'deleted' }, nextRetry: null });
    expect(await gone(480 + 600)).toBeUndefined();
  });

  it('shows a gap from its beginning on', async () => {
    expect((await at(1501)).gaps.filter((g) => g.kind === 'Pod')).toEqual([]);
    expect((await at(1502)).gaps.filter((g) => g.kind === 'Pod')).toEqual([
      { kind: 'Pod', from: '2026-11-22T15:22:50.380Z', to: '2026-11-22T15:23:07.064Z', resumed: true, reason: 'connection lost' },
    ]);
  });

  it('says of each problem who knows of it and until when, and nothing where it has changed since', async () => {
    const timeline = await recordedTimeline('zoo');
    const now = timeline.startedAt + 400_000;
    const state = timeline.stateAt(now);
    const entries = problemListAt(state, now);
    const chosen = entries.filter((e) => e.workload.key === 'Deployment/payments/api');
    const { add } = acknowledge(chosen, entries, [], state, { by: 'anna', at: now - 60_000, until: now + 60_000 });
    const told = (known: readonly Acknowledgement[]) => {
      const { pods } = snapshotOf(state, RECORDED, [], now, known);
      return pods.flatMap((p) => p.containers.flatMap((c) => (c.acknowledged === null ? [] : [[p.owner?.name, c.acknowledged]])));
    };
    const known = { by: 'anna', since: '2026-11-22T15:03:28.931Z', until: '2026-11-22T15:05:28.931Z' };
    expect(chosen.length).toBeGreaterThan(0);
    expect(told(add)).toEqual(chosen.map(() => ['api', known]));
    expect(told(add.map((a) => ({ ...a, seen: { ...a.seen, revisions: ['another'] } })))).toEqual([]);
    expect(told(add.map((a) => ({ ...a, until: now })))).toEqual([]);
    expect(told([])).toEqual([]);
  });

  it('says so of a workload that is listed for itself', async () => {
    const timeline = await recordedTimeline('zoo-1.33');
    const now = timeline.startedAt + 600_000;
    const state = timeline.stateAt(now);
    const entries = problemListAt(state, now);
    const { add } = acknowledge(entries.filter(isWorkloadEntry), entries, [], state, { by: 'anna', at: now, until: null });
    const { workloads } = snapshotOf(state, RECORDED, [], now, add);
    const known = workloads.filter((w) => w.problem.acknowledged?.by === 'anna').map((w) => w.name);
    expect(known).toEqual(expect.arrayContaining(['burst', 'cleanup']));
  });
});
