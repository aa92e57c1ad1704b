import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineWidth, textOf } from '../../../src/view/lines/fit-line.ts';
import { bar, countdownLine, countdownOf } from '../../../src/view/table/countdown.ts';
import { type ProblemFields, problem, timed } from '../../support/problem-builder.ts';
import { MINUTE, NOW, run, SECOND } from '../../support/record-builder.ts';

function shown(fields: ProblemFields, width = 24): string {
  return textOf(countdownLine(countdownOf(problem(fields), NOW), width, 10)).trimEnd();
}

const RUNNING = { ...run(5, NOW - 6 * MINUTE), finishedAt: null, ended: false, exitCode: null };
const IS_RUNNING = { state: { type: 'running', startedAt: NOW - 6 * MINUTE } } as const;

describe('the countdown', () => {
  it('fills with the time that has passed, and says what is left', () => {
    const nextStart = timed({ kind: 'published', at: NOW + 259_000, delayMs: 300_000, from: NOW - 41_000 });
    expect(shown({ nextStart })).toBe('▓░░░░░░░░░ 4m19s');
    expect(shown({ nextStart }, 36)).toBe('▓░░░░░░░░░ 4m19s, of 5m');
  });

  it('says est and ~ where the delay is estimated', () => {
    expect(shown({ nextStart: timed({ kind: 'estimated', at: NOW + 271_000, delayMs: 300_000, from: NOW - 29_000 }) })).toBe(
      'est ░░░░░░ ~5m',
    );
    expect(shown({ nextStart: timed({ kind: 'estimated', at: NOW + 17_000, delayMs: 20_000, from: NOW - 3000 }) })).toBe(
      'est ░░░░░░ ~20s',
    );
    expect(shown({ nextStart: timed({ kind: 'estimated', at: NOW, delayMs: 0, from: NOW }) })).toBe('at once');
  });

  it('counts to the start that a person will see, and says how wide its window is where it is', () => {
    const next = (inMs: number, width: number) =>
      timed({
        ...{ kind: 'published', at: NOW + inMs, delayMs: 40_000, from: NOW + inMs - 40_000 },
        ...{ expectedAt: NOW + inMs + width / 2, lateAfter: NOW + inMs + width },
      });
    expect(shown({ nextStart: next(18_000, 6000) })).toBe('▓▓▓▓▓░░░░░ 21s');
    expect(shown({ nextStart: next(18_000, 20_000) })).toBe('▓▓▓▓▓░░░░░ 18 to 38s');
    expect(shown({ nextStart: next(35_000, 20_000) })).toBe('▓░░░░░░░░░ 45s');
    expect(shown({ nextStart: next(90_000, 20_000) })).toBe('░░░░░░░░░░ 100s');
  });

  it('is due from the earliest time on, and overdue behind the latest that is usual', () => {
    const late = (ms: number) => {
      const times = {
        at: NOW - ms,
        expectedAt: NOW - ms + 5000,
        lateAfter: NOW - ms + 12_000,
        delayMs: 20_000,
        from: NOW - ms - 20_000,
      };
      const start = ms > 12_000 ? ({ kind: 'overdue', was: 'published' } as const) : ({ kind: 'published' } as const);
      return countdownOf(problem({ nextStart: { ...start, ...times } }), NOW);
    };
    const line = (ms: number, width: number) => textOf(countdownLine(late(ms), width, 10)).trimEnd();
    expect(line(0, 24)).toBe('▓▓▓▓▓▓▓▓▓▓ due now');
    expect(line(4000, 45)).toBe('▓▓▓▓▓▓▓▓▓▓ due now, usually within 8s');
    expect(line(16_000, 24)).toBe('▓▓▓▓▓▓▓▓▓▓ overdue 4s');
    expect(line(16_000, 45)).toBe('▓▓▓▓▓▓▓▓▓▓ overdue 4s, due for 16s');
    expect([late(4000).tone, late(16_000).tone]).toEqual(['plain', 'warn']);
  });

  it('has words where nothing can be counted', () => {
    const unknown = { kind: 'unknown', at: null, delayMs: null } as const;
    expect(shown({ nextStart: unknown, kind: 'config' })).toBe('when it is fixed');
    expect(shown({ nextStart: unknown })).toBe('unknown');
    expect(shown({ kind: 'scheduling' })).toBe('when a node fits');
    expect(shown({ deletionAt: NOW })).toBe('being deleted');
    expect(shown({ goneAt: NOW - 90_000, state: 'deleted' })).toBe('deleted 90s ago');
    expect(shown({ goneAt: NOW - 2000, goneAfter: NOW - 300_000, state: 'deleted' })).toBe('deleted <5m ago');
    expect(shown({ state: 'holding', ledger: [RUNNING] })).toBe('holding 6m of 10m');
    expect(shown({ ledger: [run(4, NOW - 10 * MINUTE), RUNNING], status: IS_RUNNING })).toBe('running 6m');
  });

  it('says how long a run usually lasts only while it has not outlived that', () => {
    const young = { ...RUNNING, startedAt: NOW - 3 * SECOND };
    expect(shown({ ledger: [run(4, NOW - 10 * MINUTE), young], status: IS_RUNNING }, 36)).toBe('running 3s, usually lasts 4s');
    expect(shown({ ledger: [run(4, NOW - 10 * MINUTE), RUNNING], status: IS_RUNNING }, 36)).toBe('running 6m');
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
