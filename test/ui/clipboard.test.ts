import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Clipboard, type Multiplexer } from '../../src/ui/clipboard.ts';

function open(multiplexer: Multiplexer | null = null) {
  const written: string[] = [];
  return { written, clipboard: new Clipboard({ write: (sequence) => written.push(sequence), multiplexer }) };
}

/** What a terminal would take out of an OSC 52 sequence; null where it is none. */
function takenFrom(sequence: string | undefined): Buffer | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a control sequence is what is looked for
  const base64 = /^\u001b\]52;c;([A-Za-z0-9+/=]*)\u0007$/.exec(sequence ?? '')?.[1];
  return base64 === undefined ? null : Buffer.from(base64, 'base64');
}

describe('the clipboard', () => {
  it('hands over any text whole, and nothing but letters goes between the ends of the sequence', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const { written, clipboard } = open();
        expect(clipboard.copy(text)).toEqual({ isWhole: true, hint: '' });
        expect(takenFrom(written[0])?.toString()).toBe(text.toWellFormed());
        expect(written).toHaveLength(1);
      }),
    );
  });

  it.each(['a', 'ä', '日', '🦀'])('hands over the beginning of what is too long, cut between characters: %s', (character) => {
    const { written, clipboard } = open();
    const text = `x${character.repeat(80_000)}`;
    expect(clipboard.copy(text).isWhole).toBe(false);
    const taken = takenFrom(written[0])?.toString() ?? '';
    expect(text.startsWith(taken)).toBe(true);
    expect(taken.length).toBeGreaterThan(10_000);
    expect((written[0] ?? '').length).toBeLessThan(75_010);
  });

  it('speaks to tmux and through it, and says what either needs', () => {
    const { written, clipboard } = open('tmux');
    expect(clipboard.copy('api-1').hint).toContain('set-clipboard');
    const plain = '\u001b]52;c;YXBpLTE=\u0007';
    expect(written).toEqual([`${plain}\u001bPtmux;\u001b${plain}\u001b\\`]);
    expect(open('screen').clipboard.copy('api-1').hint).toContain('screen');
  });

  it('says again at the end what was copied, once each, the newest last', () => {
    const { clipboard } = open();
    expect(clipboard.farewell()).toBe('');
    for (const text of ['api-1', 'kubectl get pods', 'api-1']) clipboard.copy(text);
    expect(clipboard.farewell().split('\n').slice(1)).toEqual(['kubectl get pods', '', 'api-1', '']);
  });
});
