import { describe, expect, it } from 'vitest';
import type { CauseId } from '../../../src/model/cause.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { type CheckResult, Examination } from '../../../src/report/check/examination.ts';
import type { Envelope } from '../../../src/timeline/envelope.ts';
import { Timeline } from '../../../src/timeline/timeline.ts';
import { containerStatus, termination } from '../../support/container-status.ts';
import { pod } from '../../support/pod.ts';

const START = Date.parse('2026-11-22T15:00:00Z');
const SECOND = 1000;

/** The pod after so many crashes, the last of which ended at `endedAt`; it runs again since `startedAt`, or waits. */
function after(crashes: number, endedAt: number, startedAt: number | null, fields: Partial<Pod> = {}): Pod {
  const id = startedAt === null ? crashes - 1 : crashes;
  return pod({
    createdAt: START - 3_600_000,
    containers: [
      containerStatus({
        restartCount: id,
        containerID: `containerd://${id}`,
        state: startedAt === null ? { type: 'waiting', reason: 'CrashLoopBackOff', message: '' } : { type: 'running', startedAt },
        last:
          crashes === 0
            ? null
            : termination({ containerID: `containerd://${crashes - 1}`, startedAt: endedAt - 4000, finishedAt: endedAt }),
      }),
    ],
    ...fields,
  });
}

interface Given {
  readonly first: Pod;
  readonly later: readonly { readonly at: number; readonly pod: Pod }[];
  readonly to: number;
  readonly maxRestarts?: number;
  readonly ignored?: readonly CauseId[];
}

/** Examines a cluster of one pod from START to `type`; times are seconds after START. */
function examine({ first, later, to, maxRestarts = 0, ignored = [] }: Given): CheckResult {
  const timeline = new Timeline(START);
  timeline.append({
    type: 'snapshot',
    kind: 'Pod',
    namespace: null,
    items: [first],
    more: false,
    at: START,
    line: 1,
  });
  const examination = new Examination({ maxRestarts, ignored: new Set(ignored), namespaces: null, isSelection: false });
  examination.begin(timeline.head, START);
  for (const { at, pod: object } of later) {
    const envelope: Envelope = { type: 'object', verb: 'MODIFIED', object, at: START + at * SECOND, line: 2 };
    timeline.append(envelope);
    examination.observe(timeline.head, envelope);
  }
  return examination.result(timeline.stateAt(START + to * SECOND), START + to * SECOND);
}

const at = (seconds: number) => START + seconds * SECOND;
const calm = after(0, 0, START - 1_000_000);

describe('an examination', () => {
  it('finds what crashed and recovered, unless so many restarts are let pass', () => {
    const later = [
      { at: 10, pod: after(1, at(10), null) },
      { at: 20, pod: after(1, at(10), at(20)) },
    ];
    expect(examine({ first: calm, later, to: 400 }).failures).toMatchObject([{ reason: 'crashes', crashes: 1, since: at(10) }]);
    expect(examine({ first: calm, later, to: 400, maxRestarts: 1 }).failures).toEqual([]);
  });

  it('finds what loops at the end, however many restarts are let pass', () => {
    const later = [{ at: 10, pod: after(1, at(10), null) }];
    expect(examine({ first: calm, later, to: 15, maxRestarts: 99 }).failures).toMatchObject([{ reason: 'looping', crashes: 1 }]);
  });

  it('counts restarts whose runs nobody saw', () => {
    const later = [{ at: 100, pod: after(5, at(90), at(100)) }];
    expect(examine({ first: calm, later, to: 101, maxRestarts: 4 }).failures).toMatchObject([{ crashes: 5 }]);
  });

  it('leaves out what ended before the window, and names what recovers from it', () => {
    const held = after(3, at(-200), at(-190));
    const { failures, recovering } = examine({ first: held, later: [], to: 60 });
    expect([failures, recovering.map((r) => r.trouble.state)]).toEqual([[], ['holding']]);
  });

  it('takes neither a deletion nor the clean end of a Job for a crash', () => {
    const deleted = after(1, at(12), null, { deletionAt: at(40), deletionRequestedAt: at(10) });
    const going = after(0, 0, START - 1_000_000, { deletionAt: at(40), deletionRequestedAt: at(10) });
    expect(
      examine({
        first: calm,
        later: [
          { at: 10, pod: going },
          { at: 12, pod: deleted },
        ],
        to: 60,
      }).failures,
    ).toEqual([]);
    const { spec } = calm;
    const done = pod({
      phase: 'Succeeded',
      spec: { ...spec, restartPolicy: 'Never' },
      containers: [
        containerStatus({
          containerID: 'containerd://0',
          state: {
            type: 'terminated',
            ...termination({ containerID: 'containerd://0', exitCode: 0, reason: 'Completed', finishedAt: at(9) }),
          },
        }),
      ],
    });
    expect(examine({ first: calm, later: [{ at: 10, pod: done }], to: 60 }).failures).toEqual([]);
  });

  it('ignores a cause, and says that it did', () => {
    const later = [{ at: 10, pod: after(1, at(10), null) }];
    const [failure] = examine({ first: calm, later, to: 15 }).failures;
    const id = failure?.cause?.id as CauseId;
    expect(examine({ first: calm, later, to: 15, ignored: [id] })).toMatchObject({
      failures: [],
      ignored: [{ crashes: 0, ignoredCrashes: 1 }],
    });
    expect(examine({ first: calm, later, to: 15, ignored: ['oom-killed'] }).failures).toHaveLength(1);
  });

  it('finds a start that failed for a while, although nothing was restarted', () => {
    const failing = pod({
      createdAt: at(1),
      phase: 'Pending',
      containers: [
        containerStatus({
          containerID: '',
          state: { type: 'waiting', reason: 'CreateContainerConfigError', message: 'configmap "x" not found' },
        }),
      ],
    });
    const mended = pod({ createdAt: at(1), containers: [containerStatus({ state: { type: 'running', startedAt: at(30) } })] });
    const later = [
      { at: 2, pod: failing },
      { at: 30, pod: mended },
    ];
    expect(examine({ first: pod({ uid: 'other', name: 'other' }), later, to: 60 }).failures).toMatchObject([
      { reason: 'failing-start', kind: 'config', since: at(2), crashes: 0, cause: { id: 'missing-configmap' } },
    ]);
  });
});
