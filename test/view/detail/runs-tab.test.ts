import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/model/ledger.ts';
import { NOT_RUNNING } from '../../../src/timeline/earlier-sessions.ts';
import { withMember } from '../../../src/timeline/members.ts';
import { runsPane } from '../../../src/view/detail/runs-tab.ts';
import { containerStatus } from '../../support/container-status.ts';
import { timed } from '../../support/problem-builder.ts';
import { kubeEvent, MINUTE, NOW, run, SECOND, subject, textsOf, waiting, widestOf } from '../../support/record-builder.ts';

const START = NOW - 20 * MINUTE;

/** Runs that each last 4 s and begin a minute apart. */
function runs(...attempts: number[]): Run[] {
  return attempts.map((attempt) => run(attempt, START + attempt * MINUTE));
}

const rowsOf = (scene: Parameters<typeof subject>[0], width = 80) => {
  const texts = textsOf(runsPane(subject(scene), width));
  return texts.slice(texts.indexOf('') + 1);
};

describe('the Runs tab', () => {
  it('lists runs, the newest first, with how they ended and the wait before them', () => {
    const ledger = [
      run(0, START, { exitCode: 0, reason: 'Completed' }),
      run(1, START + MINUTE, { finishedAt: START + MINUTE + 40 * SECOND, exitCode: 137, reason: 'OOMKilled' }),
      run(2, START + 3 * MINUTE, { finishedAt: START + 3 * MINUTE + 20 * SECOND, exitCode: 139 }),
      run(3, NOW - 10 * SECOND, { ended: false, finishedAt: null, exitCode: null, reason: '' }),
    ];
    const pod = { containers: [containerStatus({ restartCount: 3 })] };
    expect(rowsOf({ pod, ledger })).toEqual(
      [
        ' RUN   STARTED      RAN                             EXIT                  WAITED',
        ' #3    15:09:50     10s  ▒▒▒▒▒▒                     running               16m30s',
        ' #2    14:53:00     20s  █████████████              139 SIGSEGV              80s',
        ' #1    14:51:00     40s  █████████████████████████  137 OOMKilled            56s',
        ' #0    14:50:00      4s  ███                        0 Completed',
      ].map((line) => line.replace('16m30s', '   16m')),
    );
  });

  it('has runs that nobody saw as rows of their own', () => {
    const scene = { pod: waiting(9, ''), ledger: runs(2, 3, 7, 9) };
    const texts = textsOf(runsPane(subject(scene), 80));
    expect(texts[0]).toBe(' 4 runs known, 6 not seen · 9 restarts');
    expect(texts[1]).toBe(' 2 restarts before the first run that was seen, times estimated; its pod was');
    const rows = rowsOf(scene).map((row) => row.slice(0, 52).trimEnd());
    expect(rows[2]).toBe(' ? 1 run not seen between 14:57:04 and 14:59:00');
    expect(rows[4]).toBe(' ? 3 runs not seen between 14:53:04 and 14:57:00');
    expect(rows.at(-1)).toMatch(/^ #0 .*~4s {2}╌/);
    expect(rowsOf(scene)[1]).toMatch(/\?$/);
  });

  it('says where runs are no longer kept, and counts them as known', () => {
    const [first, ...newest] = runs(0, 9, 10);
    const ledger = [first as Run, { ...(newest[0] as Run), forgottenBefore: 6 }, newest[1] as Run];
    const scene = { pod: waiting(10, ''), ledger };
    expect(textsOf(runsPane(subject(scene), 80))[0]).toBe(' 9 runs known, 2 not seen · 10 restarts');
    expect(rowsOf(scene).map((row) => row.slice(0, 70).trimEnd())).toEqual([
      expect.stringMatching(/^ RUN/),
      expect.stringMatching(/^ #10/),
      expect.stringMatching(/^ #9/),
      ' ┄ 6 runs no longer kept in memory between 14:50:04 and 14:59:00',
      ' ? 2 runs not seen between 14:50:04 and 14:59:00',
      expect.stringMatching(/^ #0/),
    ]);
  });

  it('says of a container that was first seen after 12 restarts what else is known', () => {
    const events = [
      kubeEvent({ count: 30, firstAt: NOW - 25 * MINUTE }),
      kubeEvent({ uid: 'e2', count: 7 }),
      kubeEvent({
        uid: 'e3',
        count: 9,
        involved: { kind: 'Pod', namespace: 'shop', name: 'api-1', uid: 'pod-1', container: 'other' },
      }),
    ];
    const texts = textsOf(runsPane(subject({ pod: waiting(12, ''), events }), 160));
    expect(texts[0]).toBe(
      ' 12 restarts, times not known; its pod was made at 14:40:00 (30m ago); the kubelet told of its back-off 37 times, first at 14:45:00 (25m ago)',
    );
    const lastKnown = textsOf(runsPane(subject({ pod: waiting(12, ''), ledger: runs(12), events }), 160));
    expect(lastKnown[0]).toBe(' 1 run known, 12 not seen · 12 restarts');
    expect(lastKnown[1]).toMatch(/^ 12 restarts, times of 4 estimated, of 8 not known; its pod was made at 14:40:00/);
  });

  it('says that a container never started', () => {
    const pod = {
      containers: [
        containerStatus({
          restartCount: 0,
          containerID: '',
          state: { type: 'waiting', reason: 'ContainerCreating', message: '' },
        }),
      ],
    };
    const texts = textsOf(runsPane(subject({ pod }), 80));
    expect(texts[0]).toBe(' it has never started, so there is no run');
    expect(texts.some((text) => text.includes('RUN '))).toBe(false);
  });

  it('tells of the pods that this one replaced', () => {
    const scene = subject({ pod: waiting(0, ''), ledger: runs(19) });
    const { record, container } = scene.entry;
    const gone = (uid: string, ledger: Run[], fields: object = {}) => ({
      ...record,
      pod: { ...record.pod, uid },
      goneAt: NOW - MINUTE,
      containers: [{ ...container, ledger }],
      ...fields,
    });
    const others = [
      gone('old-1', runs(0, 1, 2)),
      gone('old-2', [run(3, START + 5 * MINUTE, { exitCode: 137, reason: 'OOMKilled' })]),
      gone('never', []),
      gone('there', runs(0), { goneAt: null }),
      gone('other', runs(0), { workload: { ...record.workload, key: 'Deployment/shop/other' } }),
    ];
    const pods = scene.state.pods.concat(others.map((r) => [r.pod.uid, r] as const));
    const members = others.reduce((all, r) => withMember(all, r.pod.uid, undefined, r.workload.key), scene.state.members);
    const texts = textsOf(runsPane({ ...scene, state: { ...scene.state, pods, members } }, 100));
    expect(texts).toContain(' 2 earlier pods of this workload: 4 runs, last exit 137 OOMKilled at 14:55:04 (14m ago)');
    expect(textsOf(runsPane(scene, 100)).join()).not.toContain('earlier pod');
  });

  it('says below the time between two sessions that what follows was seen by an earlier one', () => {
    const gap = { kind: 'Pod', namespace: null, from: START + MINUTE + 10 * SECOND, to: START + 90 * SECOND, resumed: false };
    const ledger = runs(0, 1, 2);
    const rows = rowsOf({ pod: waiting(2, ''), ledger, gaps: [{ ...gap, reason: NOT_RUNNING }] }, 140);
    expect(rows[2]).toBe(
      ' ░ not watched for 20s from 14:51:10, runs may be missing: crashtop was not running; below: an earlier session',
    );
    expect(rows[1]).toMatch(/^ #2/);
    expect(rows[3]).toMatch(/^ #1/);
  });

  it('shows gaps where they were, and none of other namespaces, kinds or times', () => {
    const gap = {
      kind: 'Pod',
      namespace: null,
      from: START + 90 * SECOND,
      to: START + 105 * SECOND,
      reason: 'connection reset',
      resumed: true,
    };
    const gaps = [
      { ...gap, kind: 'Event' },
      { ...gap, namespace: 'other' },
      { ...gap, from: NOW - 60 * MINUTE, to: NOW - 50 * MINUTE },
      gap,
      { ...gap, namespace: 'shop', from: NOW - MINUTE, to: null, resumed: false, reason: 'timeout' },
    ];
    const rows = rowsOf({ pod: waiting(2, ''), ledger: runs(0, 1, 2), gaps });
    expect(rows.filter((row) => row.startsWith(' ░'))).toEqual([
      ' ░ not watched since 15:09:00, runs may be missing: timeout',
      ' ░ not watched for 15s from 14:51:30, runs came late: connection reset',
    ]);
    expect(rows[1]).toMatch(/^ ░ not watched since/);
    expect(rows[2]).toMatch(/^ #2/);
    expect(rows[3]).toMatch(/^ ░ not watched for/);
  });

  it('says when the count began anew', () => {
    const ledger = [run(7, START), run(0, START + MINUTE)];
    const rows = rowsOf({ pod: waiting(0, ''), ledger });
    expect(rows.slice(1).map((row) => row.slice(0, 31).trim())).toEqual([
      '#0    14:51:00      4s  ██████',
      '┄ the restart count was reset:',
      '#7    14:50:00      4s  ██████',
      '? 7 runs not seen before 14:50',
    ]);
  });

  it('begins with the start that comes next', () => {
    const ledger = runs(0);
    const scene = (nextStart: NonNullable<Parameters<typeof subject>[0]>['entry']) => ({
      pod: waiting(0, ''),
      ledger,
      entry: nextStart ?? {},
    });
    const from = NOW - SECOND;
    expect(rowsOf(scene({ nextStart: timed({ kind: 'published', at: NOW + 9000, delayMs: 10_000, from }) }))[1]).toBe(
      ' next at 15:10:09, in 9s: published',
    );
    expect(rowsOf(scene({ nextStart: timed({ kind: 'overdue', at: from, delayMs: 0, from, was: 'estimated' }) }))[1]).toBe(
      ' next overdue 1s, due since 15:09:59',
    );
  });

  it('says what it does not know of a run', () => {
    const ledger = [run(0, START, { startedAt: null, finishedAt: null, exitCode: null, reason: '' })];
    expect(rowsOf({ pod: waiting(0, ''), ledger })[1]).toBe(` #0    not kno…       ?  ${' '.repeat(25)}  not known`);
  });

  it('makes only the lines that are drawn, of a history of any length', () => {
    const ledger = Array.from({ length: 20_000 }, (_, i) => run(i, START - (20_000 - i) * MINUTE));
    const pane = runsPane(subject({ pod: waiting(19_999, ''), ledger }), 120);
    expect(pane.height).toBeGreaterThan(20_000);
    const shown = pane.slice(pane.height - 3, 10);
    expect(shown.length).toBe(3);
    expect(shown.at(-1)?.[0]?.text.trim()).toBe('#0');
  });

  it('stays within its width', () => {
    const ledger = runs(0, 1, 5).map((r) => ({ ...r, message: '日本語🦀'.repeat(30) }));
    const gaps = [{ kind: 'Pod', namespace: null, from: START, to: null, reason: '長い理由'.repeat(30), resumed: false }];
    for (let width = 60; width <= 250; width++) {
      expect(widestOf(runsPane(subject({ pod: waiting(5, ''), ledger, gaps }), width))).toBeLessThanOrEqual(width);
    }
  });
});
