import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeLine, safeText } from '../../src/text/safe-text.ts';

/** What a terminal obeys, or what hides or reorders text: by Unicode's own properties, not by our list. */
const DANGEROUS = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}\ufeff\u200b\u00ad]/u;
const TAG = /[\u{e0000}-\u{e007f}]/u;

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  // Code units at random: lone surrogates among them.
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.constantFrom('\u001b[2J', '\u009b31m', '\r\n', '\n', '\t', '\u202e', '\u2066', 'a', '\ud83e', '\udd80', '🦀', '日'))
    .map((p) => p.join('')),
);
const harmless = fc
  .array(fc.constantFrom('a', 'Z', ' ', 'é', '日本', '🦀', '👩‍🚀', 'ї', '…', '␛', '�', 'e\u0301', '؟', 'ש'))
  .map((p) => p.join(''));

describe('safeLine', () => {
  it.each([
    ['\u001b]0;owned\u0007', '␛]0;owned␇'],
    ['\u001b[2J\u001b[31mred', '␛[2J␛[31mred'],
    ['a\r\nb\tc', 'a␍␊b␉c'],
    ['\u0000\u007f', '␀␡'],
    ['\u009b31m\u0085', '�31m�'],
    ['\u202egnp.exe', '�gnp.exe'],
    ['\u2066a\u2069\u061c\u200e', '�a���'],
    ['a\u200bb\ufeffc\u00add', 'a�b�c�d'],
    ['a\u2028b\u2029c', 'a�b�c'],
    ['a\u{e0041}b', 'a�b'],
    ['a\ud83eb', 'a�b'],
    ['\udd80', '�'],
  ])('makes %j harmless', (text, safe) => {
    expect(safeLine(text)).toBe(safe);
  });

  it('leaves nothing that a terminal obeys or that hides text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(safeLine(text)).not.toMatch(DANGEROUS);
        expect(safeLine(text)).not.toMatch(TAG);
      }),
      { numRuns: 2000 },
    );
  });

  it('changes nothing twice, and nothing that is safe', () => {
    fc.assert(fc.property(anyText, (text) => safeLine(safeLine(text)) === safeLine(text)));
    fc.assert(fc.property(harmless, (text) => safeLine(text) === text));
  });

  it('shows that something was there: no character is dropped', () => {
    fc.assert(fc.property(anyText, (text) => Array.from(safeLine(text)).length === Array.from(text).length));
  });

  it('does the same to the parts as to the whole, but for a character cut in two', () => {
    fc.assert(fc.property(harmless, anyText, (a, b) => safeLine(`${a} ${b}`) === `${safeLine(a)} ${safeLine(b)}`));
  });
});

describe('safeText', () => {
  it('keeps lines, and opens tabs', () => {
    expect(safeText('a\r\nb\n\tc\rd\u001b[2J')).toBe('a\nb\n    c␍d␛[2J');
  });

  it('is as safe as a line, but for line feeds', () => {
    fc.assert(
      fc.property(anyText, (text) => !DANGEROUS.test(safeText(text).replaceAll('\n', ''))),
      { numRuns: 2000 },
    );
  });

  it('changes nothing twice, and nothing that is safe', () => {
    fc.assert(fc.property(anyText, (text) => safeText(safeText(text)) === safeText(text)));
    fc.assert(fc.property(harmless, harmless, (a, b) => safeText(`${a}\n${b}`) === `${a}\n${b}`));
  });

  it('makes each line as safeLine does', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }).map((s) => s.replaceAll(/[\t\r\n]/g, ''))), (lines) => {
        expect(safeText(lines.join('\n'))).toBe(lines.map(safeLine).join('\n'));
      }),
    );
  });
});
