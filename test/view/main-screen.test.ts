import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/diagnosis/entry.ts';
import { safeLine } from '../../src/text/safe-text.ts';
import { lineWidth, textOf } from '../../src/view/lines/fit-line.ts';
import { layoutOf, type MainFacts, mainScreenLines } from '../../src/view/main-screen.ts';
import { FIRST_SCREEN, type ScreenState } from '../../src/view/update/screen-state.ts';
import { problem, workloadProblem } from '../support/problem-builder.ts';
import { MINUTE, NOW, run, SECOND } from '../support/record-builder.ts';
import { mainFacts } from '../support/screen-builder.ts';

function screen(facts: MainFacts, columns: number, rows: number): string[] {
  return mainScreenLines(facts, { columns, rows }).map((line) => textOf(line).trimEnd());
}

// What a cluster can name things, after the model has made it safe.
const name = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
    fc.constantFrom(
      '日本語のポッド',
      '👩‍👩‍👧‍👦-family',
      'e\u0301te\u0301',
      '\u202egnp.exe',
      '\u001b[2J\u001b]0;owned\u0007',
      'ｗｉｄｅ',
    ),
    fc.stringMatching(/^[a-z0-9-]{1,80}$/),
  )
  .map(safeLine);

const entry = fc
  .record({
    namespace: name,
    pod: name,
    workload: name,
    containers: fc.array(name, { minLength: 1, maxLength: 3 }),
    state: fc.constantFrom('looping', 'holding', 'stable', 'restarting', 'deleted'),
    summary: name,
    message: name,
    level: fc.constantFrom('down', 'degraded', 'available'),
    lowest: fc.nat(200),
    desired: fc.nat(5000),
    restarts: fc.nat(100_000),
    late: fc.integer({ min: -400_000, max: 40_000_000 }),
    kind: fc.constantFrom('published', 'estimated', 'overdue', 'unknown'),
  })
  .map((f): Entry => {
    const at = NOW - f.late;
    const next = { at, expectedAt: at + 5000, lateAfter: at + 20_000, delayMs: 300_000, from: at - 300_000 };
    const nextStart: Entry['nextStart'] =
      f.kind === 'unknown'
        ? { kind: 'unknown', at: null, delayMs: null }
        : f.late > 20_000
          ? { kind: 'overdue', ...next, was: f.kind === 'estimated' ? 'estimated' : 'published' }
          : { kind: f.kind === 'estimated' ? 'estimated' : 'published', ...next };
    return problem({
      namespace: f.namespace,
      pod: f.pod,
      workload: f.workload,
      containers: f.containers,
      state: f.state as NonNullable<Entry['trouble']>['state'],
      cause: { summary: f.summary },
      impact: { level: f.level as 'down', lowest: f.lowest, available: f.lowest + 1, desired: f.desired },
      status: { restartCount: f.restarts },
      ledger: [run(1, NOW - 5 * MINUTE), run(2, NOW - 40 * SECOND, { message: f.message })],
      nextStart,
    });
  });

const workload = fc
  .record({ name, namespace: name, summary: name, evidence: name, failedPods: fc.nat(100_000), hasImpact: fc.boolean() })
  .map(({ name: called, namespace, summary, evidence, failedPods, hasImpact }) =>
    workloadProblem(
      called,
      {
        ...{ summary, evidence: [evidence], failedPods, lastFailureAt: failedPods === 0 ? null : NOW - 40 * SECOND },
        ...(hasImpact ? {} : { impact: null }),
      },
      namespace,
    ),
  );

describe('the main screen', () => {
  it('fills its size exactly: every line has the width of the terminal, whatever things are called', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof({ weight: 3, arbitrary: entry }, workload), { selector: (e) => e.key, maxLength: 12 }),
        fc.integer({ min: 60, max: 250 }),
        fc.integer({ min: 12, max: 60 }),
        fc.option(name),
        (entries, columns, rows, filter) => {
          const filtered = ({ page, table }: ScreenState) => ({ page, table: { ...table, filter: filter ?? '' } });
          const height = layoutOf({ columns, rows }, filtered(FIRST_SCREEN), 0).table;
          const facts = mainFacts(entries, height);
          const lines = mainScreenLines({ ...facts, screen: filtered(facts.screen) }, { columns, rows });
          expect(lines).toHaveLength(rows);
          for (const line of lines) expect(lineWidth(line), JSON.stringify(textOf(line))).toBe(columns);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('marks the selected row with a glyph, not by colour alone, and gives it one tone', () => {
    const lines = mainScreenLines(mainFacts([problem()], 10), { columns: 80, rows: 24 });
    const selected = lines.filter((line) => textOf(line).startsWith('>'));
    expect(selected.map((line) => [...new Set(line.map((s) => s.tone))])).toEqual([['selected']]);
  });

  it('works out only the rows that can be seen', () => {
    let looked = 0;
    const watched = Array.from({ length: 5000 }, (_, i) => {
      const entry = problem({ pod: `pod-${i}`, workload: `workload-${i}`, since: NOW - i * SECOND });
      return Object.defineProperty({ ...entry }, 'cause', {
        get: () => {
          looked++;
          return entry.cause;
        },
      });
    });
    const facts = mainFacts(watched, 16);
    looked = 0;
    const table = { ...facts.screen.table, top: 3000, selected: 'uid-shop-pod-2999/api' };
    const lines = screen({ ...facts, screen: { ...facts.screen, table } }, 80, 24);
    expect(lines.filter((line) => line.includes('pod-'))).toHaveLength(18 + 1);
    expect(looked).toBeLessThan(4 * 24);
    expect(lines.join('\n')).toContain('3,001-3,018 of 5,001 rows');
  });

  it('names the section in the heading where its own line is out of sight', () => {
    const entries = Array.from({ length: 40 }, (_, i) => problem({ pod: `pod-${i}`, workload: `w-${i}` }));
    const facts = mainFacts(entries, 16);
    expect(screen(facts, 80, 24)[2]).toContain('WORKLOAD / POD');
    const table = { ...facts.screen.table, top: 5 };
    expect(screen({ ...facts, screen: { ...facts.screen, table } }, 80, 24)[2]).toMatch(/^ DOWN …/);
  });

  it('tells of the selected row: kubectl, the lengths of its runs, why, and the last words of the dead run', () => {
    const ledger = [run(2, NOW - 3 * MINUTE), run(3, NOW - 70 * SECOND, { message: 'loading\nno heap left\n' })];
    const lines = screen(mainFacts([problem({ ledger, unobserved: 9 })], 10), 120, 40).slice(-4);
    expect(lines[0]).toMatch(/^─+$/);
    expect(lines[1]).toBe(' shop/api-1 [api] on node-a · kubectl says CrashLoopBackOff 4 · runs 4 4s, 9 runs not seen');
    expect(lines[2]).toMatch(/^ why: exit 1: boom · since before 14:50:00 · next start: /);
    expect(lines[3]).toBe(' termination message: "no heap left"');
  });

  it('has a notice in its rule until the next key', () => {
    expect(screen(mainFacts([], 10, { notice: 'the recording is cut off' }), 80, 24)).toContainEqual(
      expect.stringMatching(/^─ the recording is cut off ─+$/),
    );
  });
});
