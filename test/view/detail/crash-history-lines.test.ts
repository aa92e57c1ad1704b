import { describe, expect, it } from 'vitest';
import { crashHistoryFacts } from '../../../src/diagnosis/change-facts.ts';
import { lastTwoCrashes } from '../../../src/diagnosis/last-two-crashes.ts';
import { problemsAt } from '../../../src/diagnosis/problems.ts';
import type { Subject } from '../../../src/diagnosis/subject.ts';
import { crashHistoryLines } from '../../../src/view/detail/crash-history-lines.ts';
import { textOf } from '../../../src/view/lines/fit-line.ts';
import { describeTrends } from '../../../src/wording/crash-history.ts';
import { describeLastTwo } from '../../../src/wording/last-two-crashes.ts';
import { NOW, run, runLog, SECOND, subject, waiting } from '../../support/record-builder.ts';
import { recordedTimeline } from '../../support/recorded.ts';

async function recordedSubject(recording: 'zoo' | 'zoo-1.33', seconds: number, name: string): Promise<Subject> {
  const timeline = await recordedTimeline(recording);
  const now = timeline.startedAt + seconds * SECOND;
  const state = timeline.stateAt(now);
  const entry = problemsAt(state, now).find((p) => `${p.workload.namespace}/${p.workload.name}` === name);
  if (entry === undefined) throw new Error(`${name} is in no trouble`);
  return { state, entry, now };
}

describe('better or worse, in the recordings', () => {
  it.each([
    ['zoo', 1100, 'infra/worse', 'shorter', /^runs 102 85 60 45 30 22 18 15 12 11s .* shorter and shorter$|shorter and shorter$/],
    ['zoo', 1100, 'infra/consumer', 'outlived', /^runs 3s 3s 3s 3s 16m ▁▁▁▁█ this one has outlived them$/],
    ['zoo', 1100, 'infra/slow-leak', 'too-few', /^runs 6m 6m ▅▅ too few to tell$/],
    ['zoo', 2395, 'infra/slow-leak', 'steady', /^runs 6m 6m 6m 6m 6m 6m ▅▅▅▅▅▅ steady$/],
    ['zoo-1.33', 1250, 'web/image-resizer', 'steady', /^runs (5[56] ?)+s ▅+ steady$/],
    ['zoo-1.33', 1250, 'web/cart-api', 'outlived', /this one has outlived them$/],
  ] as const)('%s at %i s: the runs of %s are %s', async (recording, seconds, name, trend, words) => {
    const facts = await recordedSubject(recording, seconds, name);
    expect(crashHistoryFacts(facts).runLengths.trend).toBe(trend);
    expect(describeTrends(facts)[0]).toMatch(words);
  });

  it('praises no loop for its back-off, and knows where it began anew', async () => {
    const pair = await recordedSubject('zoo', 1190, 'infra/pair');
    expect(describeTrends(pair)[1]).toBe('9 crashes in 19m: too early to compare');
    const backedOff = await recordedSubject('zoo-1.33', 1280, 'tenant-alpha/api');
    expect(describeTrends(backedOff)[1]).toMatch(/^9 crashes in 20m: [34], [56] in each 10m/);
  });
});

describe('the last two crashes', () => {
  it('are alike in a plain loop, although what they print counts up', async () => {
    const worse = await recordedSubject('zoo', 1100, 'infra/worse');
    const two = lastTwoCrashes(worse);
    expect(two).toMatchObject({ differences: [], same: ['exit', 'words', 'ran', 'image'], isOfEarlierPod: false });
    expect(two === null ? '' : describeLastTwo(two)).toBe(
      '#6 and #7 are alike: exit 9 Error, "run 8 lives 11 s", ran 12s and 11s, same image',
    );
  });

  it('tell in what they differ', () => {
    const before = run(3, NOW - 90 * SECOND);
    const last = run(4, NOW - 60 * SECOND, { exitCode: 137, reason: 'OOMKilled', finishedAt: NOW - 20 * SECOND });
    const logs = [runLog(before, 'FATAL no route to db-1'), runLog(last, 'FATAL heap is full')];
    const facts = subject({ pod: waiting(4, ''), ledger: [before, last], logs });
    expect(crashHistoryLines(facts, 120).map((line) => textOf(line).trimEnd())).toEqual([
      ' last two   #3 and #4 differ: exit 1 Error → exit 137 OOMKilled, "FATAL no route to db-1" → "FATAL heap is full", ran',
      '            4s → 40s',
      ' trend      runs 4 40s ▁█ too few to tell',
      '            2 crashes in 30m: too little was seen to compare',
    ]);
  });

  it('are of two pods where this one has crashed once', async () => {
    const timeline = await recordedTimeline('zoo');
    const now = timeline.startedAt + 478 * SECOND;
    const state = timeline.stateAt(now);
    const made = problemsAt(state, now).find((p) => p.record.pod.name === 'api-857b9c97c7-rmk9p');
    if (made === undefined) throw new Error('the pod that was made anew is in no trouble');
    const two = lastTwoCrashes({ state, entry: made });
    expect(two?.isOfEarlierPod).toBe(true);
    expect(two === null ? '' : describeLastTwo(two)).toMatch(
      /^#\d of an earlier pod and #0 are alike: exit 1 Error, .*, same node$/,
    );
  });

  it('are none where only one is known', () => {
    expect(lastTwoCrashes(subject({ pod: waiting(1, ''), ledger: [run(0, NOW - 60 * SECOND)] }))).toBeNull();
    expect(crashHistoryLines(subject(), 100)).toEqual([]);
  });
});
