import { describe, expect, it } from 'vitest';
import { causeAt, nextStartAt, troublesAt } from '../../src/diagnosis/problems.ts';
import type { Run } from '../../src/model/ledger.ts';
import { reduce } from '../../src/timeline/reduce.ts';
import { type ClusterState, EMPTY_STATE } from '../../src/timeline/state.ts';
import { recorded, truthOf } from '../support/recorded.ts';

// A kubelet of 1.37.2, restart rules with the action RestartAllContainers (KEP-5532): an app container with victims, one with a victim
// that ends by itself, one that gets well, an init container alone; beside them an ordinary rule and a pod-level limit.
const NAME = 'restart-all-1.37';
const SOURCES = ['ml/train-0 worker', 'ml/train-1 worker', 'ml/train-2 worker', 'ml/prepare fetch'];
const ALONE = ['ml/single retry', 'ml/pod-limit hungry'];

function runsOf(state: ClusterState): { row: string; run: Run }[] {
  return [...state.pods.values()].flatMap(({ pod, containers }) =>
    containers.flatMap(({ name, ledger }) => ledger.map((run) => ({ row: `${pod.namespace}/${pod.name} ${name}`, run }))),
  );
}

describe('a pod whose rule restarts all of its containers', () => {
  it('has in its ledgers what containerd saw: no run of stand-ins, each end that the API tells, the others as inferred', async () => {
    const truth = truthOf(NAME);
    const state = (await recorded(NAME)).envelopes.reduce(reduce, EMPTY_STATE);
    const runs = runsOf(state).map(({ run }) => run);
    expect(runs.map((run) => run.containerID).toSorted()).toEqual([...truth.keys()].toSorted());
    const told = runs.filter((run) => run.finishedAt !== null && !run.endIsInferred);
    const inferred = runs.filter((run) => run.endIsInferred);
    expect([runs.length, told.length, inferred.length]).toEqual([519, 386, 124]);
    const lateBy = (run: Run) => (run.finishedAt ?? 0) - Date.parse(truth.get(run.containerID)?.exitedAt ?? '');
    for (const run of runs) {
      const seen = truth.get(run.containerID);
      expect(Math.abs((run.startedAt ?? 0) - Date.parse(seen?.startedAt ?? ''))).toBeLessThanOrEqual(1000);
      if (run.exitCode !== null) expect(run.exitCode).toBe(seen?.exitCode);
    }
    for (const run of told) expect(Math.abs(lateBy(run))).toBeLessThanOrEqual(1000);
    // The latest time that can be: never before the end but for the part of a second that the API cuts off.
    const errors = inferred.map(lateBy).toSorted((a, b) => a - b);
    expect(errors[0]).toBeGreaterThan(-1000);
    expect(errors[errors.length >> 1]).toBeLessThan(500);
    expect(inferred.every((run) => run.exitCode === null)).toBe(true);
    expect(runs.filter((run) => run.ended && run.finishedAt === null)).toEqual([]);
  });

  it('is one row at all times, its cause the end of the one whose rule it is, and no back-off', async () => {
    const { envelopes } = await recorded(NAME);
    const rows = new Set<string>();
    const causes = new Map<string, Set<string>>();
    const waits = new Set<string>();
    let state = EMPTY_STATE;
    for (const envelope of envelopes) {
      state = reduce(state, envelope);
      for (const { record, container, trouble } of troublesAt(state, envelope.at)) {
        // Before they started, they waited for a node.
        if (trouble.kind === 'scheduling') continue;
        const row = `${record.pod.namespace}/${record.pod.name} ${container.name}`;
        rows.add(row);
        if (!SOURCES.includes(row)) continue;
        const known = causes.get(row) ?? new Set<string>();
        causes.set(row, known.add(`${causeAt(state, record, container, envelope.at)?.id}`));
        const next = nextStartAt(state, record, container, envelope.at);
        waits.add(`${next?.kind} ${next?.delayMs}`);
      }
    }
    expect([...rows].toSorted()).toEqual([...SOURCES, ...ALONE].toSorted());
    expect([...waits].toSorted()).toEqual(['estimated 0', 'undefined undefined', 'unknown null']);
    const ofItself = (row: string) => [...(causes.get(row) ?? [])];
    expect(SOURCES.slice(0, 3).map(ofItself)).toEqual([['app-error'], ['app-error'], ['app-error']]);
    // Its first end was not seen, so that nothing but its rule is known of it.
    expect(ofItself('ml/prepare fetch')).toEqual(['restart-rule', 'init-failed']);
  });
});
