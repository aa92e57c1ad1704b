import { describe, expect, it } from 'vitest';
import { problemsAt } from '../../src/diagnosis/problems.ts';
import { snapshotOf } from '../../src/report/json/snapshot.ts';
import { footerLines } from '../../src/view/footer.ts';
import { textOf } from '../../src/view/lines/fit-line.ts';
import { problem } from '../support/problem-builder.ts';
import { NOW, run, SECOND, subject } from '../support/record-builder.ts';
import { RECORDED, recordedTimeline } from '../support/recorded.ts';

async function recorded(seconds: number, workload: string) {
  const timeline = await recordedTimeline('zoo');
  const now = timeline.startedAt + seconds * SECOND;
  const state = timeline.stateAt(now);
  const entry = problemsAt(state, now).find((p) => p.workload.name === workload) ?? null;
  return { entry, group: null, state, source: RECORDED, now };
}

const texts = (facts: Parameters<typeof footerLines>[0], width: number, height: number) =>
  footerLines(facts, width, height).map((line) => textOf(line).trimEnd());

describe('the strip', () => {
  it('has what changed where it can be read whole: behind the cause where both fit, else before it', async () => {
    const gateway = await recorded(600, 'gateway');
    const changed = 'changed: revision 2, 3s before the first crash: image app:1.4.2 → app:1.5.0';
    const why = 'why: exit 2: panic: config key upstreams.timeout: want duration, got "30"';
    expect(texts(gateway, 200, 3)[1]).toContain(` ${why} · ${changed} · since 15:05:5`);
    expect(texts(gateway, 120, 3)[1]).toContain(` ${changed} · ${why.slice(0, 30)}`);
    // Where there is room for one line, it goes before the log.
    expect(texts(gateway, 80, 2)[1]).toContain(` ${changed}`);
  });

  it('has no word of a change where nothing is known to have changed', async () => {
    for (const name of ['ledger', 'worse', 'consumer', 'slow-leak', 'port', 'agent', 'store'])
      expect(texts(await recorded(800, name), 200, 3).join('\n'), name).not.toContain('changed');
  });

  it('has the runs with their bars and where they go, and gives up the bars first', () => {
    const ledger = [60, 45, 33, 25, 19].map((s, i) =>
      run(i, NOW - (6 - i) * 100_000, { finishedAt: NOW - (6 - i) * 100_000 + s * SECOND }),
    );
    const { state } = subject();
    const facts = { entry: problem({ ledger }), group: null, state, source: RECORDED, now: NOW };
    expect(texts(facts, 140, 3)[0]).toMatch(/ · runs 60 45 33 25 19s █▆▄▃▃ shorter and shorter$/);
    expect(texts(facts, 100, 3)[0]).toMatch(/ · runs 60 45 33 25 19s( █▆▄▃▃)?$/);
  });
});

describe('the snapshot of a bad rollout', () => {
  it('has what changed, for the containers in trouble alone', async () => {
    const { state, now } = await recorded(600, 'gateway');
    const { pods } = snapshotOf(state, RECORDED, [], now);
    const told = pods.flatMap((p) => p.containers.flatMap((c) => c.changed.map((change) => ({ pod: p.owner?.name, change }))));
    expect(told).toHaveLength(3);
    expect(told[0]).toEqual({
      pod: 'gateway',
      change: {
        kind: 'revision',
        source: 'revision 2',
        at: '2026-11-22T15:05:50Z',
        beforeSeconds: 3,
        atMost: false,
        fields: [
          { path: 'gateway: image', from: 'registry.example.com/shop/app:1.4.2', to: 'registry.example.com/shop/app:1.5.0' },
        ],
      },
    });
  });
});
