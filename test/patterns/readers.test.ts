import { describe, expect, it, vi } from 'vitest';
import { withoutNoise } from '../../src/diagnosis/crash-signature.ts';
import { linesOf } from '../../src/diagnosis/log-lines.ts';
import { causeOf } from '../../src/model/causes/index.ts';
import { describeCreationFailure } from '../../src/model/creation-failure.ts';
import { bareLines } from '../../src/model/evidence/bare-lines.ts';
import { addressIn, nameIn, portIn } from '../../src/model/evidence/endpoint-in-line.ts';
import { errorLine } from '../../src/model/evidence/error-line.ts';
import { levelOf } from '../../src/model/evidence/log-level.ts';
import { panicIn } from '../../src/model/evidence/panic.ts';
import { reasonOfError } from '../../src/model/evidence/start-failure.ts';
import { structuredLine } from '../../src/model/evidence/structured-line.ts';
import { publishedDelayOf } from '../../src/model/ledger.ts';
import { maskCommand, maskEntry, maskText } from '../../src/recording/redaction/mask.ts';
import { Pseudonyms } from '../../src/recording/redaction/pseudonyms.ts';
import { knownVocabulary } from '../../src/recording/redaction/vocabulary.ts';
import { safeText } from '../../src/text/safe-text.ts';
import { patternOf } from '../../src/view/detail/search.ts';
import { backingOff, ended, event, factsOf, waiting } from '../support/cause-facts.ts';
import { piecesOf } from './alphabet.ts';
import { countReads } from './counted-reads.ts';
import { programOf } from './pattern-program.ts';
import { patternsOfProject } from './project-patterns.ts';
import { nameOf } from './source-patterns.ts';

const names = new Pseudonyms(Buffer.alloc(32));

// Whatever reads a text from outside: its name, and a text that leads it to most of its patterns.
const READERS: readonly (readonly [name: string, read: (text: string) => unknown, example: string])[] = [
  ['levels of a log line', levelOf, '2026-11-22 15:00:01,120 1 [main] x'],
  ['the telling line of a log', errorLine, 'panic: x\n\tat a.b(C.java:1)\nerror: no space left on device'],
  ['lines of JSON', structuredLine, '{"level":"error","msg":"x","err":"y"} '],
  ['colours, times and boxes of a log', bareLines, '2026-11-22T15:00:01Z \u241b[31mx\u241b[0m'],
  ['panics and exceptions', panicIn, 'Exception in thread "main" a.b.CException: x\n\tat a.b(C.java:1)'],
  ['addresses, ports and host names', (text) => [addressIn(text), portIn(text), nameIn(text)], 'x'],
  ['causes by the log of a dead run', (text) => causeOf(factsOf({ status: backingOff(ended(1)), logTail: text })), 'error: x'],
  [
    'causes by a termination message',
    (text) => causeOf(factsOf({ status: backingOff(ended(128, 'StartError', { message: text })) })),
    'x',
  ],
  ['causes by a waiting message', (text) => causeOf(factsOf({ status: waiting('CreateContainerConfigError', text) })), 'x'],
  ['causes by an image error', (text) => causeOf(factsOf({ status: waiting('ErrImagePull', text) })), 'x'],
  [
    'causes by an event',
    (text) => causeOf(factsOf({ status: waiting('ContainerCreating'), events: [event('FailedMount', text)] })),
    'x',
  ],
  ['the back-off that a message publishes', publishedDelayOf, 'back-off 10s restarting failed container=c'],
  ['wrapped errors', reasonOfError, 'a: b: permission denied: unknown'],
  ['why a pod was not made', describeCreationFailure, 'admission webhook "x" denied the request: y'],
  ['control characters', safeText, '\u001b[31mx'],
  ['secrets in free text', maskText, 'password=x token: "y" https://a:b@c -----BEGIN PRIVATE KEY-----'],
  ['secrets in an entry and a command', (text) => [maskEntry('a', text), maskCommand(['--password', text])], 'password=x'],
  ['words that strict redaction keeps', (text) => knownVocabulary(text, names), 'failed to pull image a/b:c 1m2s'],
  ['what differs between two runs', withoutNoise, 'at 12:00:01 a-7d9f8c-x2kq4 10.0.0.1:4000 0xdeadbeef1'],
  [
    'lines of a log on the screen',
    (text) => linesOf({ at: 0, podUid: 'u', container: 'c', containerID: '', text, error: '' } as never),
    '2026-11-22T15:00:01Z x',
  ],
  ['a search', (text) => text.search(patternOf(text.slice(0, 40))), 'x'],
];

// What is put together while a module is loaded is noted when that is loaded once more.
vi.resetModules();
const proven = new Set((await patternsOfProject()).patterns.map(nameOf));
const PIECES = 120;

/** What makes a reader look at most characters, of the pieces of its own patterns. */
function worstPieces(read: (text: string) => unknown, example: string): readonly string[] {
  const { patterns } = countReads(() => read(example));
  const all = [...new Set(patterns.flatMap(({ source, flags }) => piecesOf(programOf(source, flags, 100))))].sort();
  const some = all.filter((_, i) => i % Math.ceil(all.length / PIECES) === 0);
  const rated = some.map((piece) => ({ piece, reads: countReads(() => read(textOf(piece, 120))).reads }));
  return rated
    .sort((a, b) => b.reads - a.reads)
    .slice(0, 3)
    .map(({ piece }) => piece);
}

const textOf = (piece: string, length: number) =>
  `${piece
    .repeat(Math.ceil(length / piece.length))
    .slice(0, length)
    .toWellFormed()}\u2603`;

describe('what reads text from outside', () => {
  it.each(READERS)('looks no more often at each character of a long text than of a short one: %s', (_name, read, example) => {
    for (const piece of [...worstPieces(read, example), '1', 'a', '0,', 'deadBEEF', '/+Zz9', '"{', '\\', ' ']) {
      const [once, twice, fourfold] = [500, 1000, 2000].map((length) => countReads(() => read(textOf(piece, length))).reads) as [
        number,
        number,
        number,
      ];
      const told = `${JSON.stringify(piece)}: ${once}, ${twice}, ${fourfold} reads`;
      // Linear: 2. Quadratic: 4. What looks a bounded way ahead lies between them until the text is longer than that.
      expect(fourfold / Math.max(twice, 1), told).toBeLessThan(3);
      expect(fourfold / 2000, told).toBeLessThan(2000);
    }
  });

  it.each(READERS)('runs no regular expression but those that are proven: %s', (_name, read, example) => {
    const { patterns } = countReads(() => read(example));
    const typed = new Set([nameOf(patternOf(example.slice(0, 40)))]);
    expect(patterns.map(nameOf).filter((name) => !proven.has(name) && !typed.has(name))).toEqual([]);
  });

  it('would fail for a pattern that is worse than linear, such as the levels of a log line once had', () => {
    const reads = (length: number) => countReads(() => /(?:\d[\d:.,]*\s*)*(?:ERROR|WARN)/.test('1'.repeat(length))).reads;
    expect(reads(16) / reads(8)).toBeGreaterThan(10);
  });
});
