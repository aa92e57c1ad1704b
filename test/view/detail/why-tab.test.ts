import { describe, expect, it } from 'vitest';
import { whyPane } from '../../../src/view/detail/why-tab.ts';
import { containerStatus } from '../../support/container-status.ts';
import { timed } from '../../support/problem-builder.ts';
import {
  kubeEvent,
  MINUTE,
  NOW,
  run,
  runLog,
  SECOND,
  subject,
  textsOf,
  waiting,
  widestOf,
} from '../../support/record-builder.ts';

const DEAD = run(13, NOW - 45 * SECOND, { exitCode: 137, reason: 'OOMKilled', message: 'first line\nsecond line\n' });
const LOG = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'FATAL out of heap', 'bye'].map(
  (l) => `2026-11-22T15:09:19.123456789Z ${l}`,
);

const scene = {
  pod: waiting(13, 'back-off 5m0s restarting failed container=api pod=api-1_shop(uid)'),
  ledger: [DEAD],
  logs: [runLog(DEAD, `${LOG.join('\n')}\n`)],
  entry: {
    cause: {
      id: 'oom-killed',
      summary: 'OOMKilled, limit 512Mi',
      confidence: 'certain',
      evidence: ['terminated: OOMKilled', 'spec: limit 512Mi'],
      next: ['kubectl -n shop describe pod api-1'],
    },
    nextStart: timed({ kind: 'published', at: NOW + 259 * SECOND, delayMs: 300_000, from: NOW - 41 * SECOND }),
  },
} as const;

describe('the Why tab', () => {
  it('tells all that is known, in order', () => {
    expect(textsOf(whyPane(subject(scene), 100))).toEqual([
      ' why        OOMKilled, limit 512Mi',
      '            certain',
      ' evidence   · terminated: OOMKilled',
      '            · spec: limit 512Mi',
      '',
      ' now        waiting, CrashLoopBackOff: back-off 5m0s',
      ' next start starts again at 15:14:19, in 4m19s: the kubelet published a back-off of 5m0s',
      '',
      ' ended      run #13 ended at 15:09:19 (41s ago), after 4s',
      '            exit 137: SIGKILL, out of memory; reason OOMKilled',
      '',
      ' message    first line',
      '            second line',
      '',
      ' log        FATAL out of heap',
      '            its last 8 lines of 11:',
      ...['4', '5', '6', '7', '8', '9', 'FATAL out of heap', 'bye'].map((l) => `            │ ${l}`),
      '',
      ' run next   $ kubectl -n shop describe pod api-1',
    ]);
  });

  it('puts a long message below everything else, and keeps it whole', () => {
    const message = Array.from({ length: 40 }, (_, i) => `line ${i}`).join('\n');
    const texts = textsOf(whyPane(subject({ ...scene, ledger: [{ ...DEAD, message }] }), 100));
    const command = texts.findIndex((t) => t.includes('$ kubectl'));
    expect(texts.indexOf(' message    line 0')).toBeGreaterThan(command);
    expect(texts.at(-1)).toBe('            line 39');
  });

  it.each([
    [{ hidden: [{ what: 'logs', namespace: null, why: 'pods/log is forbidden' }] }, ' log        no log: pods/log is forbidden'],
    [
      { logs: [runLog(DEAD, '', { error: 'container not found' })] },
      " log        could not fetch this run's log: container not found",
    ],
    [{ logs: [runLog(DEAD, '')] }, ' log        the run printed nothing'],
    [{ logs: [runLog(run(12, NOW), 'of another run')] }, ' log        no log of this run: logs'],
    [{ ledger: [{ ...DEAD, containerID: '' }] }, " log        no log: this container's ID is unknown"],
    [{ ledger: [{ ...DEAD, message: '' }] }, ' message    it left no termination message'],
    [{ ledger: [] }, ' ended      no known run of it has ended'],
    [{ ledger: [{ ...DEAD, exitCode: null, reason: '' }] }, '            how it ended is unknown: the API no longer names it'],
    [{ ledger: [{ ...DEAD, finishedAt: null }] }, ' ended      run #13 ended at a time not given by the API'],
  ])('says what is missing: %j', (missing, expected) => {
    const texts = textsOf(whyPane(subject({ ...scene, logs: [], ...missing }), 120));
    expect(texts.some((text) => text.startsWith(expected))).toBe(true);
  });

  it('tells of a container without trouble', () => {
    const running = { containers: [containerStatus({ ready: true, state: { type: 'running', startedAt: NOW - 14 * MINUTE } })] };
    const ledger = [run(0, NOW - 14 * MINUTE, { ended: false, finishedAt: null, exitCode: null })];
    expect(textsOf(whyPane(subject({ pod: running, ledger, entry: { trouble: null } }), 80))).toEqual([
      ' why        nothing is wrong with this container',
      '',
      ' now        running since 14:56:00 (14m ago), ready',
      ' next start running since 14:56:00, for 14m',
      '',
      ' ended      no known run of it has ended',
    ]);
  });

  it('shows a whole waiting message that is no back-off', () => {
    const pod = {
      containers: [
        containerStatus({ state: { type: 'waiting', reason: 'CreateContainerConfigError', message: 'configmap "x" not found' } }),
      ],
    };
    expect(textsOf(whyPane(subject({ pod }), 100))).toContain(
      ' now        waiting, CreateContainerConfigError: configmap "x" not found',
    );
  });

  it('stays within its width whatever the texts hold', () => {
    const wide = '日本語🦀'.repeat(40);
    const dead = { ...DEAD, message: wide };
    for (let width = 60; width <= 250; width += 5) {
      const pane = whyPane(subject({ ...scene, ledger: [dead], logs: [runLog(dead, wide)], events: [kubeEvent({})] }), width);
      expect(widestOf(pane)).toBeLessThanOrEqual(width);
    }
  });
});
