import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bar, countdownLine, countdownOf, usualLateness } from '../../src/view/countdown-bar.ts';
import { lineWidth, textOf } from '../../src/view/fit-line.ts';
import { type ProblemFields, problem } from './problem-builder.ts';
import { MINUTE, NOW, run, SECOND } from './record-builder.ts';

function shown(fields: ProblemFields, width = 24, version = 'v1.35.4'): string {
  return textOf(countdownLine(countdownOf(problem(fields), version, NOW), width, 10)).trimEnd();
}

const RUNNING = { ...run(5, NOW - 6 * MINUTE), finishedAt: null, ended: false, exitCode: null };
const IS_RUNNING = { state: { is: 'running', startedAt: NOW - 6 * MINUTE } } as const;

describe('the countdown', () => {
  it('fills with the time that has passed, and says what is left', () => {
    const nextStart = { kind: 'published', at: NOW + 259_000, delayMs: 300_000, from: NOW - 41_000 } as const;
    expect(shown({ nextStart })).toBe('▓░░░░░░░░░ 4m19s');
    expect(shown({ nextStart }, 36)).toBe('▓░░░░░░░░░ 4m19s, of 5m');
  });

  it('says est and ~ where the delay is estimated', () => {
    expect(shown({ nextStart: { kind: 'estimated', at: NOW + 271_000, delayMs: 300_000, from: NOW - 29_000 } })).toBe(
      'est ░░░░░░ ~5m',
    );
    expect(shown({ nextStart: { kind: 'estimated', at: NOW + 17_000, delayMs: 20_000, from: NOW - 3000 } })).toBe(
      'est ░░░░░░ ~20s',
    );
    expect(shown({ nextStart: { kind: 'estimated', at: NOW, delayMs: 0, from: NOW } })).toBe('at once');
  });

  it('counts up once the start is due, and says from when on that is unusual', () => {
    const overdue = (late: number) =>
      countdownOf(
        problem({ nextStart: { kind: 'overdue', at: NOW - late, delayMs: 20_000, from: NOW - late - 20_000, was: 'published' } }),
        'v1.35.4',
        NOW,
      );
    expect(textOf(countdownLine(overdue(4000), 24, 10)).trimEnd()).toBe('▓▓▓▓▓▓▓▓▓▓ overdue 4s');
    expect(textOf(countdownLine(overdue(4000), 45, 10)).trimEnd()).toBe('▓▓▓▓▓▓▓▓▓▓ overdue 4s, usually within 10s');
    expect(overdue(400).label).toBe('due now');
    expect([overdue(4000).tone, overdue(11_000).tone]).toEqual(['plain', 'warn']);
  });

  it('has words where nothing can be counted', () => {
    const unknown = { kind: 'unknown', at: null, delayMs: null } as const;
    expect(shown({ nextStart: unknown, kind: 'config' })).toBe('when it is fixed');
    expect(shown({ nextStart: unknown })).toBe('not known');
    expect(shown({ kind: 'scheduling' })).toBe('when a node fits');
    expect(shown({ deletionAt: NOW })).toBe('being deleted');
    expect(shown({ goneAt: NOW - 90_000, state: 'deleted' })).toBe('deleted 90s ago');
    expect(shown({ goneAt: NOW - 2000, goneAfter: NOW - 300_000, state: 'deleted' })).toBe('deleted <5m ago');
    expect(shown({ state: 'holding', ledger: [RUNNING] })).toBe('holding 6m of 10m');
    expect(shown({ ledger: [run(4, NOW - 10 * MINUTE), RUNNING], status: IS_RUNNING })).toBe('running 6m');
  });

  it('says how long a run usually lasts only while it has not outlived that', () => {
    const young = { ...RUNNING, startedAt: NOW - 3 * SECOND };
    expect(shown({ ledger: [run(4, NOW - 10 * MINUTE), young], status: IS_RUNNING }, 36)).toBe('running 3s, lasts 4s as a rule');
    expect(shown({ ledger: [run(4, NOW - 10 * MINUTE), RUNNING], status: IS_RUNNING }, 36)).toBe('running 6m');
  });

  it.each([
    ['v1.33.1', 300_000, 15_000],
    ['v1.35.4', 20_000, 10_000],
    ['v1.35.4', 300_000, 30_000],
    ['v1.36.0', 10_000, 5000],
    ['', 300_000, 30_000],
  ])('takes a kubelet %s for late after %i ms of delay only beyond %i ms', (version, delay, usual) => {
    expect(usualLateness(version, delay)).toBe(usual);
  });

  it('is full exactly when the start is due, and never longer than its cells', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2, noNaN: true }), fc.integer({ min: 1, max: 40 }), (done, cells) => {
        const line = bar(done, cells);
        expect(lineWidth(line)).toBe(cells);
        expect(textOf(line) === '▓'.repeat(cells)).toBe(done >= 1);
      }),
    );
  });
});
