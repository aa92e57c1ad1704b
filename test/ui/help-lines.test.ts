import { describe, expect, it } from 'vitest';
import { helpLines } from '../../src/ui/help-lines.ts';
import { BINDINGS } from '../../src/ui/keys.ts';
import { lineWidth, textOf } from '../../src/view/fit-line.ts';

describe('the help', () => {
  it('lists every binding with its words, at every width', () => {
    for (const width of [60, 80, 120, 250]) {
      const lines = helpLines(width);
      for (const line of lines) expect(lineWidth(line)).toBe(width);
      const text = lines
        .map((line) =>
          textOf(line)
            .trim()
            .replace(/^.{0,12}? {2,}/, ''),
        )
        .join(' ')
        .replace(/\s+/g, ' ');
      for (const { help, shown } of BINDINGS) {
        expect(text).toContain(help);
        expect(
          lines.some((line) => textOf(line).includes(shown)),
          shown,
        ).toBe(true);
      }
    }
  });
});
