import { describe, expect, it } from 'vitest';
import type { Ledger, Run } from '../../src/model/ledger.ts';
import type { Pod } from '../../src/model/pod.ts';
import { type CrashFacts, crashTrouble, hasRecentCrash, isCrash } from '../../src/model/trouble.ts';
import { containerStatus } from '../support/container-status.ts';
import { pod } from '../support/pod.ts';

const T0 = 1_700_000_000_000;
const at = (seconds: number) => T0 + seconds * 1000;
const MINUTE = 60;
const HOUR = 3600;

/** Runs in seconds since T0; an end of null is still running. */
function runs(...parts: [start: number, end: number | null, fields?: Partial<Run>][]): Ledger {
  return parts.map(
    ([start, end, fields], attempt): Run => ({
      containerID: `containerd://${attempt}`,
      attempt,
      attemptIsStated: true,
      startedAt: at(start),
      finishedAt: end === null ? null : at(end),
      ended: end !== null,
      exitCode: end === null ? null : 1,
      reason: end === null ? '' : 'Error',
      message: '',
      image: 'registry.example.com/api:1',
      publishedDelay: null,
      forgottenBefore: 0,
      stop: null,
      endIsInferred: false,
      followsRestartOfAll: false,
      ...fields,
    }),
  );
}

function facts(ledger: Ledger, fields: Partial<CrashFacts> = {}, podFields: Partial<Pod> = {}): CrashFacts {
  const newest = ledger.at(-1);
  const status = containerStatus({ restartCount: newest?.attempt ?? 0, containerID: newest?.containerID ?? '' });
  const subject = pod({ createdAt: ledger[0]?.startedAt ?? null, ...podFields });
  return { pod: subject, container: 'api', status, ledger, deletionAskedAt: null, kubeletVersion: 'v1.35.4', ...fields };
}

function stateOf(ledger: Ledger, now: number, fields: Partial<CrashFacts> = {}, podFields: Partial<Pod> = {}) {
  return crashTrouble(facts(ledger, fields, podFields), at(now))?.state ?? null;
}

describe('looping', () => {
  it('is a wait for a restart that the policy grants', () => {
    expect(stateOf(runs([0, 5]), 6)).toBe('looping');
    expect(stateOf(runs([0, 5], [6, 9], [20, 24]), 30)).toBe('looping');
  });

  it('is no wait where the policy grants none', () => {
    const never = { spec: { ...pod().spec, restartPolicy: 'Never' as const } };
    expect(stateOf(runs([0, 5]), 6, {}, never)).toBeNull();
  });

  it('loops with exit 0 as well, where the policy restarts that', () => {
    const ok = { exitCode: 0, reason: 'Completed' };
    expect(stateOf(runs([0, 5, ok], [6, 9, ok]), 10)).toBe('looping');
    const onFailure = { spec: { ...pod().spec, restartPolicy: 'OnFailure' as const } };
    expect(stateOf(runs([0, 5, ok]), 6, {}, onFailure)).toBeNull();
  });

  it('goes on while a run has not outlived the longest one of the window by a quarter, and 10 s at least', () => {
    const history = runs([0, 40], [45, 85], [100, null]);
    expect(stateOf(history, 149)).toBe('looping');
    expect(stateOf(history, 151)).toBe('holding');
    const short = runs([0, 1], [2, 3], [14, null]);
    expect(stateOf(short, 24)).toBe('looping');
    expect(stateOf(short, 26)).toBe('holding');
  });

  it('is known on a cold start from restartCount and one end', () => {
    const history = runs([0, 30], [60, null]).map((r) => ({ ...r, attempt: r.attempt + 11 }));
    expect(stateOf(history, 70)).toBe('looping');
    expect(stateOf(history, 110)).toBe('holding');
  });

  it('does not flicker: the second run of a container that died young is one loop with the first', () => {
    const history = runs([0, 4], [6, null]);
    expect(stateOf(history, 8)).toBe('looping');
    expect(stateOf(history, 21)).toBeNull();
  });

  it('is not one end of a run that lived long: that restart is made at once', () => {
    expect(stateOf(runs([0, 20 * MINUTE]), 20 * MINUTE + 1)).toBeNull();
    expect(stateOf(runs([0, 20 * MINUTE], [20 * MINUTE + 1, null]), 20 * MINUTE + 5)).toBeNull();
    expect(stateOf(runs([0, 20 * MINUTE]), 21 * MINUTE)).toBe('looping');
  });

  it('is not one end by a reboot of the node, however often the container had been restarted long ago', () => {
    const lost = { exitCode: 255, reason: 'Unknown' };
    expect(stateOf(runs([0, 20 * MINUTE, lost]), 22 * MINUTE - 1)).toBeNull();
    expect(stateOf(runs([0, 20 * MINUTE, lost]), 22 * MINUTE)).toBe('looping');
    // Where the node stopped it in order, its kubelet tells of it when it is back.
    const back = { kubeletStartedAt: at(24 * MINUTE) };
    expect(stateOf(runs([0, 20 * MINUTE]), 26 * MINUTE - 1, back)).toBeNull();
    expect(stateOf(runs([0, 20 * MINUTE]), 26 * MINUTE, back)).toBe('looping');
    expect(stateOf(runs([0, 25 * MINUTE]), 26 * MINUTE, back)).toBe('looping');
    const late = (fields: Partial<Run>) =>
      runs([0, 20 * MINUTE, fields], [21 * MINUTE, null]).map((r) => ({ ...r, attempt: r.attempt + 5 }));
    expect(stateOf(late(lost), 23 * MINUTE, {}, { createdAt: at(-9 * 24 * HOUR) })).toBeNull();
    const unknown = { exitCode: 137, reason: 'ContainerStatusUnknown', startedAt: null };
    expect(stateOf(late(unknown), 23 * MINUTE, {}, { createdAt: at(-9 * 24 * HOUR) })).toBeNull();
    // Its like that crashed by itself is a loop until it has held.
    expect(stateOf(late({}), 23 * MINUTE, {}, { createdAt: at(-9 * 24 * HOUR) })).toBe('looping');
    // A node does not explain a container that had died young before it.
    expect(stateOf(runs([0, 20], [30, 50, lost], [60, null]), 65)).toBe('looping');
  });
});

describe('holding, stable, gone', () => {
  const history = runs([0, 4], [6, 10], [20, null]);

  it('holds until the kubelet forgets its back-off, is stable for ten minutes more, and leaves', () => {
    expect(stateOf(history, 20 + 60)).toBe('holding');
    expect(stateOf(history, 20 + 599)).toBe('holding');
    expect(stateOf(history, 20 + 600)).toBe('stable');
    expect(stateOf(history, 20 + 1199)).toBe('stable');
    expect(stateOf(history, 20 + 1200)).toBeNull();
  });

  it('tells the first end of the trouble', () => {
    expect(crashTrouble(facts(history), at(100))?.since).toBe(at(4));
  });

  it('begins a new trouble after a run that had left the list', () => {
    const again = runs([0, 4], [6, 10], [20, 20 + HOUR], [21 + HOUR, 25 + HOUR]);
    expect(crashTrouble(facts(again), at(26 + HOUR))?.since).toBe(at(20 + HOUR));
  });
});

describe('restarting', () => {
  it('is a slow leak: three ends within a day that make no loop', () => {
    const leak = runs([0, 3 * HOUR], [3 * HOUR + 1, 6 * HOUR], [6 * HOUR + 1, 9 * HOUR], [9 * HOUR + 1, null]);
    expect(stateOf(leak, 10 * HOUR)).toBe('restarting');
    expect(stateOf(runs([0, 3 * HOUR], [3 * HOUR + 1, 6 * HOUR], [6 * HOUR + 1, null]), 8 * HOUR)).toBeNull();
    expect(stateOf(leak, 31 * HOUR)).toBeNull();
  });

  it('is known since the first of those ends, not since one inside of a loop that began earlier', () => {
    const loop = [0, 1, 2, 3].map((i): [number, number] => [i * 1000, i * 1000 + 5]);
    const leak = [1, 2, 3].map((i): [number, number] => [i * 3 * HOUR, (i + 1) * 3 * HOUR - 1]);
    const history = runs(...loop, ...leak, [12 * HOUR, null]);
    const since = (seconds: number) => crashTrouble(facts(history), at(seconds))?.since;
    expect(since(20 * HOUR)).toBe(at(5));
    expect(since(24 * HOUR + 1500)).toBe(at(6 * HOUR - 1));
  });

  it('is not a loop that is over', () => {
    const over = runs([0, 4], [6, 10], [20, 24], [44, 48], [90, null]);
    expect(stateOf(over, 3 * HOUR)).toBeNull();
  });
});

describe('what is no crash', () => {
  it('is an end by a restart of all containers, of a run that was stopped, or that nobody saw', () => {
    const [run] = runs([0, 5]) as [Run];
    expect(isCrash(run)).toBe(true);
    expect(isCrash({ ...run, reason: 'RestartingAllContainers' })).toBe(false);
    // The end of the one whose rule it was is a crash, though nobody saw it.
    expect(isCrash({ ...run, reason: 'RestartingAllContainers', exitCode: null, endIsInferred: true })).toBe(true);
    expect(isCrash({ ...run, stop: 'resize' })).toBe(false);
    expect(isCrash({ ...run, exitCode: null, reason: '', endIsInferred: true })).toBe(false);
  });

  it('is an end by deletion: the trouble stays as it was before, or stays away', () => {
    const healthy = runs([0, HOUR]);
    const deleted = { deletionAt: at(HOUR + 30) };
    expect(stateOf(healthy, HOUR + 2, { deletionAskedAt: at(HOUR - 3) }, deleted)).toBeNull();
    const looping = runs([0, 4], [6, 10], [20, 25]);
    expect(stateOf(looping, 26, { deletionAskedAt: at(22) }, deleted)).toBe('looping');
  });

  it('is the failed container of a pod that restarts nothing', () => {
    const never = { spec: { ...pod().spec, restartPolicy: 'Never' as const } };
    expect(hasRecentCrash(facts(runs([0, 5]), {}, never), at(6))).toBe(false);
    expect(hasRecentCrash(facts(runs([0, 5], [6, null])), at(8))).toBe(true);
    expect(hasRecentCrash(facts(runs([0, 5], [6, null])), at(5 + HOUR))).toBe(false);
  });
});

describe('kinds', () => {
  it('is a start that fails, in its waits too, where the runtime could not start it', () => {
    const failed = { exitCode: 128, reason: 'StartError', startedAt: null };
    expect(crashTrouble(facts(runs([0, 1, failed], [2, 3, failed])), at(4))).toMatchObject({ state: 'looping', kind: 'start' });
    expect(crashTrouble(facts(runs([0, 1], [2, 3])), at(4))).toMatchObject({ kind: 'crash' });
  });

  it('is no slow leak when its loop is over: many starts that failed count once, like many short runs', () => {
    const failed = { exitCode: 128, reason: 'StartError', startedAt: null };
    const loop = [0, 40, 120, 280, 580, 880].map((second): [number, number, Partial<Run>] => [second, second + 1, failed]);
    expect(stateOf(runs(...loop, [1200, null]), 1200 + 5 * MINUTE)).toBe('holding');
    expect(stateOf(runs(...loop, [1200, null]), 1200 + HOUR)).toBeNull();
  });
});
