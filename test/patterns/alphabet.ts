import type { AST } from '@eslint-community/regexpp';
import { sampleOf } from './ambiguity.ts';
import type { PatternProgram } from './pattern-program.ts';

/** Pieces of text that a pattern knows: its words, what its parts match, and a character of each class. */
export function piecesOf(program: PatternProgram): readonly string[] {
  const pieces = new Set<string>();
  collect(program.pattern, pieces);
  for (const [index] of program.alphabet.entries()) pieces.add(sampleOf(program, index));
  pieces.delete('');
  return [...pieces];
}

function collect(node: AST.Node, pieces: Set<string>): void {
  if ('alternatives' in node && Array.isArray(node.alternatives)) {
    for (const alternative of node.alternatives) if (alternative.type === 'Alternative') collect(alternative, pieces);
    return;
  }
  if (node.type === 'Quantifier') collect(node.element, pieces);
  if (node.type !== 'Alternative') return;
  // All of it, and all but its end: a text that nearly matches costs most.
  const samples = node.elements.map(exampleOf);
  for (let end = 1; end <= samples.length; end++) pieces.add(samples.slice(0, end).join(''));
  for (const element of node.elements) collect(element, pieces);
}

/** A short text that an element matches, as a rule. */
function exampleOf(element: AST.Node): string {
  switch (element.type) {
    case 'Character':
      return String.fromCodePoint(element.value);
    case 'CharacterClass':
      return element.negate ? '~' : String.fromCodePoint(firstOf(element.elements[0]));
    case 'CharacterSet':
      return element.kind === 'space' ? ' ' : element.kind === 'digit' ? '0' : 'a';
    case 'Group':
    case 'CapturingGroup':
      return (element.alternatives[0]?.elements ?? []).map(exampleOf).join('');
    case 'Quantifier':
      return exampleOf(element.element).repeat(Math.max(1, Math.min(element.min, 40)));
    default:
      return '';
  }
}

function firstOf(element: AST.Node | undefined): number {
  if (element?.type === 'Character') return element.value;
  if (element?.type === 'CharacterClassRange') return element.min.value;
  if (element?.type === 'CharacterSet') return element.kind === 'space' ? 0x20 : element.kind === 'digit' ? 0x30 : 0x61;
  return 0x61;
}
