import { render } from 'ink-testing-library';
import { describe, expect, it } from 'vitest';
import { Lines, MadeForWidth } from '../../src/ui/components/lines.tsx';
import { textOf } from '../../src/view/lines/fit-line.ts';
import { tooSmallLines } from '../../src/view/too-small.ts';

// The terminal of ink-testing-library has 100 columns.
describe('painted lines', () => {
  it('stand one below the other as they are', () => {
    const { lastFrame, rerender } = render(<Lines lines={['a  b', '', ' ▓▓░ ✗ 日本']} />);
    expect(lastFrame()).toBe('a  b\n\n ▓▓░ ✗ 日本');
    rerender(<Lines lines={['a  c']} />);
    expect(lastFrame()).toBe('a  c');
  });

  it('are not drawn on a terminal of another width than they were made for', () => {
    const lines = <Lines lines={['x'.repeat(120)]} />;
    expect(render(<MadeForWidth value={120}>{lines}</MadeForWidth>).lastFrame()).toBe('');
    expect(render(<MadeForWidth value={100}>{<Lines lines={['x'.repeat(100)]} />}</MadeForWidth>).lastFrame()).toBe(
      'x'.repeat(100),
    );
  });
});

describe('a terminal that is too small', () => {
  it('says so, whatever its size', () => {
    const lines = tooSmallLines({ columns: 20, rows: 6 }).map(textOf);
    expect(lines.map((line) => line.length)).toEqual(Array(6).fill(20));
    expect(lines.join(' ').replace(/\s+/g, ' ').trim()).toBe(
      'crashtop needs 60x12; this terminal is 20x6. Make it larger, or press q.',
    );
  });
});
