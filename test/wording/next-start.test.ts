import { describe, expect, it } from 'vitest';
import type { Subject } from '../../src/diagnosis/subject.ts';
import type { NextStart } from '../../src/model/backoff.ts';
import type { CauseId } from '../../src/model/cause.ts';
import type { Node } from '../../src/model/resources.ts';
import { nextStartSentence } from '../../src/wording/next-start.ts';
import { containerStatus, termination } from '../support/container-status.ts';
import { timed } from '../support/problem-builder.ts';
import { MINUTE, NOW, run, SECOND, subject, waiting } from '../support/record-builder.ts';

const WAITS = waiting(7, 'back-off 5m0s restarting failed container=api');

function sentence(nextStart: NextStart | null, scene: Parameters<typeof subject>[0] = {}): string {
  return nextStartSentence(subject({ pod: WAITS, ...scene, entry: { nextStart, ...scene.entry } }));
}

function onNode(of: Subject, kubeletVersion: string): Subject {
  const node: Node = {
    ...{ kind: 'Node', uid: 'n', name: 'node-a', kubeletVersion, ready: 'True', readySince: null },
    ...{ pressures: [], architecture: 'amd64' },
  };
  return { ...of, state: { ...of.state, nodes: of.state.nodes.set('node-a', node) } };
}

const from = NOW - 41 * SECOND;

function onWrongClock(of: Subject, skewMs: number, isLeast = false): Subject {
  const clock = { samples: [], skewMs, uncertaintyMs: 1000, isLeast };
  return { ...of, state: { ...of.state, clocks: of.state.clocks.set('node-a', clock) } };
}

describe('the next start in a sentence', () => {
  it.each([
    [-3_600_000, false, '; the clock of node-a is 60m ahead of ours, give or take 1s; times are corrected'],
    [20_000, false, '; the clock of node-a is 20s behind ours, give or take 1s; times are corrected'],
    [-900_000, true, '; the clock of node-a is 15m ahead of ours, or more; times are corrected'],
  ])('with a clock that goes wrong by %i ms', (skewMs, isLeast, words) => {
    const nextStart = timed({ kind: 'published', at: from + 300_000, delayMs: 300_000, from });
    const of = onWrongClock(subject({ pod: WAITS, entry: { nextStart } }), skewMs, isLeast);
    expect(nextStartSentence(of)).toMatch(new RegExp(`a back-off of 5m0s${words}$`));
    expect(nextStartSentence(onWrongClock(subject({ pod: WAITS, entry: { nextStart: null } }), skewMs))).not.toContain('clock');
  });

  it('published', () => {
    expect(sentence(timed({ kind: 'published', at: from + 300_000, delayMs: 300_000, from }))).toBe(
      'starts again at 15:14:19, in 4m19s: the kubelet published a back-off of 5m0s',
    );
  });

  it('published, but forgotten before it is over', () => {
    expect(sentence(timed({ kind: 'published', at: from + 240_000, delayMs: 300_000, from }))).toContain(
      'a back-off of 5m0s, but resets it 10m after the last start',
    );
  });

  it('estimated', () => {
    expect(sentence(timed({ kind: 'estimated', at: from + 80_000, delayMs: 80_000, from }))).toBe(
      'starts again at about 15:10:39, in ~40s: estimated from its runs, a back-off of 1m20s; the kubelet has published none yet',
    );
    expect(sentence(timed({ kind: 'estimated', at: NOW, delayMs: 0, from }))).toContain('at once');
  });

  it('of an image', () => {
    const trouble = { state: 'looping', kind: 'image', since: NOW - MINUTE, sinceIsBound: false } as const;
    expect(sentence(timed({ kind: 'estimated', at: from + 80_000, delayMs: 80_000, from }), { entry: { trouble } })).toContain(
      'the image is pulled again at about 15:10:39',
    );
  });

  it.each([
    ['v1.35.4', 'this kubelet (v1.35.4) usually starts it within 12s'],
    ['', 'a kubelet usually starts it within 12s'],
  ])('overdue under a kubelet %j', (version, expected) => {
    const overdue = timed({
      ...{ kind: 'overdue', at: NOW - 16_000, lateAfter: NOW - 4000, delayMs: 300_000, from: NOW - 316_000, was: 'published' },
    });
    const text = nextStartSentence(onNode(subject({ pod: WAITS, entry: { nextStart: overdue } }), version));
    expect(text).toBe(`overdue 4s: it has been due since 15:09:44 (published back-off of 5m0s); ${expected}`);
  });

  it('due', () => {
    const due = timed({ kind: 'published', at: NOW - 4000, lateAfter: NOW + 8000, delayMs: 20_000, from: NOW - 24_000 });
    expect(sentence(due)).toBe('due now, usually within 8s: the kubelet published a back-off of 20s, which ended at 15:09:56');
  });

  it.each<[CauseId, string]>([
    ['missing-configmap', 'the ConfigMap exists'],
    ['missing-secret', 'the Secret exists'],
    ['missing-key', 'the key exists'],
  ])('unknown, with %s', (id, expected) => {
    const cause = { id, summary: '', confidence: 'certain', evidence: [''], next: [] } as const;
    const trouble = { state: 'looping', kind: 'config', since: NOW - MINUTE, sinceIsBound: false } as const;
    expect(sentence({ kind: 'unknown', at: null, delayMs: null }, { entry: { cause, trouble } })).toBe(
      `unknown: it starts when ${expected}; the kubelet checks every 10 to 15s`,
    );
  });

  it('unknown without any cause', () => {
    expect(sentence({ kind: 'unknown', at: null, delayMs: null })).toContain('unknown');
  });

  it('running', () => {
    const running = { containers: [containerStatus({ state: { type: 'running', startedAt: NOW - 90 * SECOND } })] };
    const ledger = [run(0, NOW - 10 * MINUTE), run(1, NOW - 90 * SECOND, { ended: false, finishedAt: null, exitCode: null })];
    expect(sentence(null, { pod: running, ledger })).toBe('running since 15:08:30, for 90s; its runs usually last 4s');
  });

  it('none, by policy, by deletion, by its pod being gone', () => {
    const ended = (type: 'app' | 'init', exitCode: number) => ({
      containers: [containerStatus({ type, state: { type: 'terminated', ...termination({ exitCode }) } })],
    });
    // Its policy does start it again: no reason is made up why it should not.
    expect(sentence(null, { pod: ended('app', 3) })).toBe('unknown');
    expect(sentence(null, { pod: { ...ended('app', 3), phase: 'Failed', reason: 'DeadlineExceeded' } })).toBe(
      'none: its pod has ended (DeadlineExceeded)',
    );
    expect(sentence(null, { pod: { ...WAITS, deletionAt: NOW + 30_000 } })).toBe('none: its pod is being deleted');
    const gone = subject({ pod: WAITS });
    const record = { ...gone.entry.record, goneAt: NOW - 5 * MINUTE };
    expect(nextStartSentence({ ...gone, entry: { ...gone.entry, record } })).toBe(
      'none: its pod has been gone since 15:05:00 (5m ago)',
    );
    const unseen = { ...record, goneAfter: NOW - 8 * MINUTE };
    expect(nextStartSentence({ ...gone, entry: { ...gone.entry, record: unseen } })).toBe(
      'none: its pod has been gone since 15:05:00 (5m ago) at the latest; it was last seen 15:02:00 (8m ago)',
    );
  });
});
