import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineWidth, textOf } from '../../../src/view/lines/fit-line.ts';
import { HISTORY_GLYPHS, type HistoryFacts, historyCells, historyLine } from '../../../src/view/table/history-strip.ts';
import { MINUTE, NOW, run, SECOND } from '../../support/record-builder.ts';

const FACTS: HistoryFacts = { ledger: [], createdAt: NOW - 60 * MINUTE, restartCount: 0, goneAt: null, seenUntil: null };

function strip(facts: Partial<HistoryFacts>): string {
  return textOf(historyLine(historyCells({ ...FACTS, ...facts }, NOW, 30)));
}

const at = (minute: number, seconds = 0) => NOW - (30 - minute) * MINUTE + seconds * SECOND;
const lasting = (attempt: number, from: number, to: number) => run(attempt, from, { finishedAt: to });

describe('the strip of the last 30 minutes', () => {
  it('shows runs, crashes and waits, a minute a cell', () => {
    const ledger = [
      lasting(0, at(-40), at(5, 30)),
      lasting(1, at(10, 10), at(12, 30)),
      { ...run(2, at(20)), finishedAt: null, ended: false },
    ];
    expect(strip({ ledger })).toBe('━━━━━✗····━━✗·······━━━━━━━━━━');
  });

  it('is empty before the pod was there and after it was gone', () => {
    expect(strip({ createdAt: at(10), goneAt: at(20), ledger: [lasting(0, at(12), at(13, 10))] })).toBe(
      '          ··━✗······          ',
    );
  });

  it('says what nobody saw: runs that are missing, and what lies before the first known', () => {
    const ledger = [lasting(4, at(10), at(11, 30)), lasting(8, at(20), at(21, 30))];
    expect(strip({ ledger })).toBe('??????????━✗????????━✗········');
    expect(strip({ restartCount: 12 })).toBe('?'.repeat(30));
  });

  it('draws a run that nobody saw but that can be placed hollow, and knows what lies between two of them', () => {
    const estimate = (attempt: number, from: number) => ({
      attempt,
      startedAt: from,
      finishedAt: from + 30 * SECOND,
      startIsTold: false,
    });
    const ledger = [lasting(4, at(20), at(21, 30))];
    const estimated = [estimate(2, at(8)), estimate(3, at(15))];
    expect(strip({ ledger, estimated })).toBe('????????○······○····━✗········');
    expect(strip({ ledger, estimated: [estimate(0, at(2)), ...estimated] })).toBe('··○?????○······○····━✗········');
    const all = [0, 1, 2, 3].map((attempt) => estimate(attempt, at(2 + 4 * attempt)));
    expect(strip({ ledger, estimated: all })).toBe('··○···○···○···○·····━✗········');
  });

  it('does not know of a run without times more than those around it', () => {
    const untimed = { ...run(1, 0), startedAt: null, finishedAt: null };
    const ledger = [lasting(0, at(2), at(3, 30)), untimed, lasting(2, at(10), at(11, 30))];
    expect(strip({ ledger, createdAt: at(0) })).toBe('··━✗??????━✗··················');
    const later = { ...untimed, attempt: 2 };
    expect(strip({ ledger: [lasting(0, at(2), at(3, 30)), untimed, later], createdAt: at(0) })).toBe(`··━✗${'?'.repeat(26)}`);
    const unended = { ...run(1, at(5)), finishedAt: null };
    expect(strip({ ledger: [lasting(0, at(2), at(3, 30)), unended, lasting(2, at(10), at(11, 30))], createdAt: at(0) })).toBe(
      '··━✗·?????━✗··················',
    );
  });

  it('does not know of what is missing behind a run without times where the one before it ended', () => {
    const untimed = { ...run(1, 0), startedAt: null, finishedAt: null };
    const ledger = [lasting(0, at(2), at(3, 30)), untimed, lasting(4, at(10), at(11, 30))];
    expect(strip({ ledger, createdAt: at(-30) })).toBe('··━✗??????━✗··················');
  });

  it('knows nothing behind the last sign of life of the cluster', () => {
    const ledger = [{ ...run(0, at(2)), finishedAt: null, ended: false }];
    expect(strip({ ledger, createdAt: at(1), seenUntil: at(20) })).toBe(` ·${'━'.repeat(18)}${'?'.repeat(10)}`);
  });

  it('does not call a start that failed a run, nor a wait unseen', () => {
    const failed = run(1, at(10, 20), { startedAt: null, finishedAt: at(10, 20), exitCode: 128 });
    expect(strip({ createdAt: at(0), ledger: [lasting(0, at(0), at(1, 30)), failed] })).toBe(`━✗········✗${'·'.repeat(19)}`);
  });

  it('shows every crash of the window and has as many cells as asked for', () => {
    const ends = fc.uniqueArray(fc.integer({ min: 1, max: 29 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(ends, fc.constantFrom(15, 30, 60), (minutes, cells) => {
        const ledger = minutes.toSorted((a, b) => a - b).map((m, i) => lasting(i, at(m), at(m, 10)));
        const line = historyLine(historyCells({ ...FACTS, ledger }, NOW, cells));
        expect(lineWidth(line)).toBe(cells);
        const crashed = [...textOf(line)].flatMap((glyph, i) => (glyph === HISTORY_GLYPHS.crash.glyph ? [i] : []));
        expect(new Set(crashed)).toEqual(new Set(minutes.map((m) => Math.floor(((m + 1 / 6) / 30) * cells))));
      }),
    );
  });

  it('draws each thing with a glyph of its own', () => {
    const glyphs = Object.values(HISTORY_GLYPHS).map((g) => g.glyph);
    expect(new Set(glyphs).size).toBe(glyphs.length);
  });
});
