import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWord } from '../../src/process/shell-word.ts';
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts';
import { SHELLS, wordsIn } from '../support/shells.ts';

// What a file can be called: anything but NUL (and U+0001, by which the test tells the words apart).
const files = fc.sample(
  fc
    .oneof(
      fc.string({ unit: fc.constantFrom(...'-~=\'"\\$`!{}[]*?#&|;<> ()%^@ab\n\té'), maxLength: 30 }),
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.constantFrom(...HOSTILE_TEXTS),
    )
    .map((text) => text.replaceAll('\0', '').replaceAll('\u0001', '').toWellFormed()),
  { numRuns: 1500, seed: 13 },
);

describe('the name of a file as a word of a command', () => {
  it.for(SHELLS)('is read by %s as it is, and is no option', (shell, { skip }) => {
    const read = wordsIn(
      shell,
      'crashtop',
      files.map((file) => `crashtop replay ${shellWord(file)}`),
    );
    if (read === null) return skip(`${shell} is not installed`);
    expect(read).toEqual(files.map((file) => ['replay', file.startsWith('-') ? `./${file}` : file]));
  });

  it('stays as it is where it is plain', () => {
    expect(shellWord('/tmp/incident-1.ndjson.gz')).toBe('/tmp/incident-1.ndjson.gz');
    expect(shellWord("it's")).toBe(`'it'"'"'s'`);
  });
});
