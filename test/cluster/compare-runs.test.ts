import { describe, expect, it } from 'vitest';
import { snapshotRuns } from '../../src/report/json/snapshot.ts';
import { recordedTimeline, truthOf } from '../support/recorded.ts';
import { compareRuns, type LedgerRun } from './compare-runs.ts';
import type { ContainerdRun } from './containerd-events.ts';
import type { ToldRun } from './told-runs.ts';

async function zoo() {
  const timeline = await recordedTimeline('zoo');
  const ledger: LedgerRun[] = [];
  for (const { pod, containers } of timeline.head.pods.values()) {
    for (const { name, ledger: runs } of containers)
      for (const run of snapshotRuns(runs, timeline.endedAt))
        ledger.push({ namespace: pod.namespace, pod: pod.name, container: name, ...run });
  }
  const truth = new Map<string, ContainerdRun>();
  const told = new Map<string, ToldRun>();
  for (const { containerID, startedAt, exitedAt, exitCode } of truthOf('zoo').values()) {
    const ended = exitedAt === undefined ? null : Date.parse(exitedAt);
    truth.set(containerID, { containerID, startedAt: Date.parse(startedAt), exitedAt: ended, exitCode: exitCode ?? null });
    told.set(containerID, { containerID, of: 'a/b/c', exitCode: exitCode ?? null, reason: '' });
  }
  return { ledger, truth, told, due: told, blind: [] };
}

const NOTHING_WRONG = { lost: [], invented: [], twice: [], wrong: [], untold: [] };

describe('a ledger held against truth', () => {
  it('that is true passes, with the starts that failed told apart', async () => {
    const accounts = await zoo();
    const compared = compareRuns(accounts);
    expect(compared).toMatchObject(NOTHING_WRONG);
    expect(compared.found).toBe(accounts.truth.size);
    expect(compared.failedStarts).toBeGreaterThan(0);
  });

  it('misses a run that was told; one that nobody told is only counted', async () => {
    const accounts = await zoo();
    const { containerID } = accounts.ledger.find((run) => accounts.truth.has(run.containerID)) as LedgerRun;
    const ledger = accounts.ledger.filter((run) => run.containerID !== containerID);
    expect(compareRuns({ ...accounts, ledger }).lost).toEqual([`a/b/c ${containerID}`]);
    accounts.told.delete(containerID);
    const compared = compareRuns({ ...accounts, ledger });
    expect(compared.lost).toEqual([]);
    expect(compared.untold.map((run) => run.containerID)).toEqual([containerID]);
  });

  it('holds a run twice, a run from nowhere, and facts that are not containerd’s', async () => {
    const accounts = await zoo();
    const run = accounts.ledger.find((r) => accounts.truth.has(r.containerID) && r.exitCode !== null) as LedgerRun;
    expect(compareRuns({ ...accounts, ledger: [...accounts.ledger, run] }).twice).toHaveLength(1);
    const foreign = { ...run, containerID: 'containerd://nowhere' };
    expect(compareRuns({ ...accounts, ledger: [...accounts.ledger, foreign] }).invented).toHaveLength(1);
    const others = accounts.ledger.filter((r) => r !== run);
    const late = { ...run, startedAt: new Date(Date.parse(run.startedAt as string) + 5000).toISOString() };
    expect(compareRuns({ ...accounts, ledger: [...others, late] }).wrong).toHaveLength(1);
    expect(compareRuns({ ...accounts, ledger: [...others, { ...run, exitCode: 99 }] }).wrong).toHaveLength(1);
  });

  it('takes the API’s word for what began while nobody listened to containerd, and for nothing else', async () => {
    const accounts = await zoo();
    const { containerID, startedAt } = accounts.ledger.find(
      (run) => accounts.truth.has(run.containerID) && run.startedAt !== null,
    ) as LedgerRun;
    accounts.truth.delete(containerID);
    expect(compareRuns(accounts).invented).toHaveLength(1);
    const at = Date.parse(startedAt as string);
    expect(compareRuns({ ...accounts, blind: [{ from: at - 5000, to: at + 500 }] }).invented).toEqual([]);
    accounts.told.delete(containerID);
    expect(compareRuns({ ...accounts, blind: [{ from: at - 5000, to: at + 500 }] }).invented).toHaveLength(1);
  });

  it('goes by what the API told of a run that saw containerd die', async () => {
    const accounts = await zoo();
    const run = accounts.ledger.find((r) => accounts.truth.has(r.containerID) && r.finishedAt !== null) as LedgerRun;
    const told = new Map(accounts.told).set(run.containerID, {
      containerID: run.containerID,
      of: 'a/b/c',
      exitCode: 255,
      reason: '',
    });
    const ledger = [...accounts.ledger.filter((r) => r !== run), { ...run, exitCode: 255 }];
    const end = Date.parse(run.finishedAt as string);
    const died = { from: end - 100, to: end + 9000 };
    expect(compareRuns({ ...accounts, ledger, told }).wrong).toHaveLength(1);
    expect(compareRuns({ ...accounts, ledger, told, blind: [died] }).wrong).toEqual([]);
    expect(compareRuns({ ...accounts, told, blind: [died] }).wrong).toHaveLength(1);
  });

  it('goes by what the API told where nobody asked containerd', async () => {
    const { ledger, told } = await zoo();
    const failed = ledger.filter((run) => !told.has(run.containerID));
    expect(failed.every((run) => run.exitCode === 128)).toBe(true);
    expect(compareRuns({ ledger, told, due: told, truth: null, blind: [] })).toMatchObject(NOTHING_WRONG);
  });

  it('does not ask for what was told after the ledger had ended, and takes its word for what came at the very end', async () => {
    const { ledger, told } = await zoo();
    const [last] = told.keys();
    const due = new Map([...told].filter(([id]) => id !== last));
    const compare = (runs: readonly LedgerRun[]) => compareRuns({ ledger: runs, told, due, truth: null, blind: [] });
    expect(compare(ledger)).toMatchObject(NOTHING_WRONG);
    expect(compare(ledger.filter((run) => run.containerID !== last))).toMatchObject(NOTHING_WRONG);
  });
});
