import { describe, expect, it } from 'vitest';
import { problemListAt } from '../../src/diagnosis/problem-list.ts';
import { plainTable } from '../../src/report/plain-table.ts';
import { EMPTY_STATE } from '../../src/timeline/state.ts';
import { expectText } from '../support/expect-screen.ts';
import { RECORDED, recordedTimeline } from '../support/recorded.ts';

async function restartsOfAllAt(seconds: number) {
  const timeline = await recordedTimeline('restart-all-1.37');
  const at = timeline.startedAt + seconds * 1000;
  return plainTable(timeline.stateAt(at), { ...RECORDED, name: 'restart-all-1.37.ndjson.gz' }, at, false);
}

async function zooAt(seconds: number, wide = false) {
  const timeline = await recordedTimeline('zoo');
  const at = timeline.startedAt + seconds * 1000;
  return { text: plainTable(timeline.stateAt(at), RECORDED, at, wide), listed: problemListAt(timeline.stateAt(at), at) };
}

describe('the table for a pipe', () => {
  it('has a line that sums up, headings, and a line for each container and each workload in trouble', async () => {
    const { text, listed } = await zooAt(600);
    const [summary, headings, ...rows] = text.split('\n');
    expect(summary).toBe(
      'Workloads: 39 down, 1 holding, 2 deleted. zoo.ndjson.gz, all namespaces, 52 pods at 2026-11-22 15:07:48 UTC',
    );
    expect(headings?.split(/ {2,}/)).toEqual('NAMESPACE,POD,CONTAINER,AVAIL,STATE,WHY,RESTARTS,RAN,NEXT START'.split(','));
    expect(rows).toHaveLength(listed.length);
    for (const row of rows) expect(row.split(/ {2,}/)).toHaveLength(9);
  });

  it('has more columns when wide, each row all of them', async () => {
    const { text } = await zooAt(600, true);
    const [, headings, ...rows] = text.split('\n');
    expect(headings).toMatch(/NODE +CAUSE +WORKLOAD +SINCE +RUNS +UNOBSERVED$/);
    for (const row of rows) expect(row.split(/ {2,}/)).toHaveLength(15);
  });

  it('has the words of test/golden', async () => {
    expectText(`${(await zooAt(600)).text}\n`, 'plain-zoo-600s');
    expectText(`${(await zooAt(600, true)).text}\n`, 'plain-zoo-600s-wide');
  });

  it('has one row for a pod whose rule restarts all of its containers, in each step of that', async () => {
    // The end of the trigger, all removed, the init container runs, all run, a stand-in in each last state, the kubelet was away.
    const tables = await Promise.all([131, 133.1, 134, 150, 500, 1100].map(restartsOfAllAt));
    expectText(`${tables.join('\n\n')}\n`, 'plain-restart-all-1.37');
  });

  it('names a workload that is listed for itself by its kind, and has no start to come', async () => {
    const { text } = await zooAt(600);
    const row = text.split('\n').find((line) => line.includes('Job/nightly'));
    expect(row?.split(/ {2,}/)).toEqual([
      ...['batch', 'Job/nightly', '-', '-', 'failing', '4 pods failed in 70s: exit 28: no space left on device'],
      ...['4 (8m39s ago)', '-', '-'],
    ]);
  });

  it('has no control sequence in it, whatever a pod says', async () => {
    const { text } = await zooAt(2000, true);
    expect(text).toContain('hostile');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  });

  it('is calm where nothing loops, and not before the pods were listed', async () => {
    expect((await zooAt(1)).text).toBe(
      'Nothing is crash-looping. zoo.ndjson.gz, all namespaces, 0 pods at 2026-11-22 14:57:49 UTC',
    );
    expect(plainTable(EMPTY_STATE, RECORDED, 0, false)).toMatch(/^Nothing is known yet/);
    const hidden = [{ what: 'nodes', namespace: null, why: 'forbidden' }];
    expect(plainTable({ ...EMPTY_STATE, podsListedAt: 0, hidden }, RECORDED, 0, false)).toContain(
      'Not everything was seen: nodes: forbidden.',
    );
  });
});
