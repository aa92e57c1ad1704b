import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinePainter } from '../../src/ui/line-painter.ts';
import { createTheme } from '../../src/ui/theme.ts';
import { fitLine, span, textOf } from '../../src/view/lines/fit-line.ts';
import type { Line, Tone } from '../../src/view/lines/line.ts';
import { TestTerminal } from '../support/test-terminal.ts';

const SIZE = { columns: 24, rows: 4 };

function open() {
  const terminal = new TestTerminal(SIZE.columns, SIZE.rows);
  const painter = new LinePainter(terminal.stdout, createTheme(1));
  painter.open();
  const settle = () => new Promise<void>((resolve) => terminal.stdout.write('', () => resolve()));
  return { terminal, painter, settle };
}

function screen(...texts: string[]): Line[] {
  return Array.from({ length: SIZE.rows }, (_, i) => fitLine([span(texts[i] ?? '')], SIZE.columns));
}

const tones = fc.constantFrom<Tone>('plain', 'dim', 'bad', 'selected', 'crash');
const texts = fc.constantFrom('', 'a', 'api-0001', ' ', '▓▓░░', '✗', '日本', '12s', '2m3s');
const lines = fc.array(fc.record({ text: texts, tone: tones }), { maxLength: 6 }).map((spans) => fitLine(spans, SIZE.columns));
const screens = fc.array(lines, { minLength: SIZE.rows, maxLength: SIZE.rows });

function looks(terminal: TestTerminal) {
  return Array.from({ length: SIZE.rows }, (_, y) =>
    Array.from({ length: SIZE.columns }, (_, x) => {
      const { text, ...look } = terminal.cell(x, y);
      return { text: text === ' ' ? '' : text, ...look };
    }),
  );
}

describe('the line painter', () => {
  it('shows each screen as if it had been painted on a blank terminal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(screens, { minLength: 1, maxLength: 5 }), async (shown) => {
        const [one, other] = [open(), open()];
        for (const next of shown) one.painter.paint(next, SIZE);
        other.painter.paint(shown.at(-1) as Line[], SIZE);
        await one.settle();
        await other.settle();
        expect(looks(one.terminal)).toEqual(looks(other.terminal));
        expect(one.terminal.lines()).toEqual((shown.at(-1) as Line[]).map((line) => textOf(line).trimEnd()));
      }),
      { numRuns: 60 },
    );
  });

  it('writes only the piece of a line that changed, and nothing where nothing did', async () => {
    const { terminal, painter, settle } = open();
    const row = (seconds: string) => [
      fitLine([span('api', 'strong'), span(' '), span(seconds), span(' next')], SIZE.columns),
      ...screen().slice(1),
    ];
    painter.paint(row('12s'), SIZE);
    await settle();
    terminal.clearRaw();
    painter.paint(row('11s'), SIZE);
    expect(terminal.raw).toBe('\u001b[?2026h\u001b[1;5H11s\u001b[H\u001b[?2026l');
    terminal.clearRaw();
    painter.paint(row('11s'), SIZE);
    expect(terminal.raw).toBe('');
  });

  it('loses nothing to an empty line that ink writes behind it', async () => {
    const { terminal, painter, settle } = open();
    painter.paint(screen('one', 'two', 'three', 'four'), SIZE);
    terminal.stdout.write('\n');
    await settle();
    expect(terminal.lines()).toEqual(['one', 'two', 'three', 'four']);
  });

  it('paints nothing while the alternate screen is left, and all when it is back', async () => {
    const { terminal, painter, settle } = open();
    painter.paint(screen('one', 'same'), SIZE);
    await settle();
    painter.close();
    terminal.clearRaw();
    painter.paint(screen('two', 'same'), SIZE);
    terminal.resize(SIZE.columns, SIZE.rows);
    expect(terminal.raw).toBe('');
    terminal.stdout.write('\u001b[H\u001b[J');
    painter.open();
    await settle();
    expect(terminal.lines()).toEqual(['two', 'same', '', '']);
  });

  it('paints all again after a resize, also where the terminal is as large as before', async () => {
    const { terminal, painter, settle } = open();
    painter.paint(screen('one', 'two'), SIZE);
    await settle();
    terminal.resize(10, 2);
    terminal.resize(SIZE.columns, SIZE.rows);
    await settle();
    expect(terminal.lines()).toEqual(['one', 'two', '', '']);
  });

  it('waits for lines of the new size after a resize', async () => {
    const { terminal, painter, settle } = open();
    painter.paint(screen('one'), SIZE);
    terminal.resize(10, SIZE.rows);
    terminal.clearRaw();
    painter.paint(screen('one, changed'), SIZE);
    expect(terminal.raw).toBe('');
    const narrow = ['one, chang', '', '', ''].map((text) => fitLine([span(text)], 10));
    painter.paint(narrow, { columns: 10, rows: SIZE.rows });
    await settle();
    expect(terminal.lines()).toEqual(['one, chang', '', '', '']);
  });
});
