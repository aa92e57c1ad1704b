import { piecesOf } from './alphabet.ts';
import { ambiguityOf } from './ambiguity.ts';
import { Backtracking } from './backtracking.ts';
import { type PatternProgram, programOf, UnreadablePattern } from './pattern-program.ts';
import type { FoundPattern } from './source-patterns.ts';

/** What the checker says of a pattern. */
export type Proof =
  /** Linear, whatever the bounds of its repetitions are. */
  | { readonly is: 'linear' }
  /** Linear, but only because its repetitions have bounds: these are a factor. */
  | { readonly is: 'bounded'; readonly worst: string }
  | { readonly is: 'not proven'; readonly why: string };

// Repetitions of so many rounds or more count as endless at first: smaller ones are no factor to speak of.
const LARGE = 17;

/** Proves that searching for a pattern costs time linear in the text. */
export function proofOf({ source, flags }: Pick<FoundPattern, 'source' | 'flags'>): Proof {
  try {
    const relaxed = ambiguityOf(programOf(source, flags, LARGE));
    if (relaxed === null) return { is: 'linear' };
    const found = ambiguityOf(programOf(source, flags));
    if (found === null) return { is: 'bounded', worst: repeated(relaxed.prefix, relaxed.pump, LINE) };
    return { is: 'not proven', why: `${found.cost} on ${JSON.stringify(found.prefix)} and many ${JSON.stringify(found.pump)}` };
  } catch (error) {
    if (error instanceof UnreadablePattern) return { is: 'not proven', why: error.message };
    throw error;
  }
}

// As long as a line of a log is read (evidence/bare-lines.ts, LINE_READ).
const LINE = 1000;
const SHORT = 300;
/** No pattern may look at one character of a line more often than this, on average: 1,000 characters then cost about a millisecond. */
export const MOST_READS = 400;

/** The text, among those made of the pattern's own alphabet, on which it looks at each character most often. */
export function worstText(
  pattern: Pick<FoundPattern, 'source' | 'flags'>,
  proof: Proof,
): { text: string; readsPerCharacter: number } {
  // With its repetitions endless a pattern has more ways than it has, and far fewer steps.
  const program = programOf(pattern.source, pattern.flags, proof.is === 'linear' ? LARGE : undefined);
  const texts = piecesOf(program).map((piece) => repeated('', piece, SHORT));
  if (proof.is === 'bounded') texts.push(proof.worst);
  let worst = { text: '', readsPerCharacter: 0 };
  for (const text of texts) {
    const readsPerCharacter = readsOf(program, text) / text.length;
    if (readsPerCharacter > worst.readsPerCharacter) worst = { text, readsPerCharacter };
  }
  return worst;
}

/** How many characters a program looks at to find all matches in a text. */
export function readsOf(program: PatternProgram, text: string): number {
  return new Backtracking(program, text, text.length * MOST_READS * 4).readsOfAll();
}

/** A text of about a length that ends in what hardly any pattern wants. */
export function repeated(prefix: string, piece: string, length: number): string {
  return `${`${prefix}${piece.repeat(Math.ceil(length / piece.length))}`.slice(0, length).toWellFormed()}\u0001\n\u0001`;
}
