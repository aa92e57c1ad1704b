import type { AST } from '@eslint-community/regexpp';
import { RegExpParser } from '@eslint-community/regexpp';
import { CharBase, CharSet } from 'refa';
import { type ReadonlyFlags, toUnicodeSet } from 'regexp-ast-analysis';

/** What is asked of the characters beside a position, without reading one. */
export interface Check {
  /** `start` and `end` are those of the text; `line` also takes those of a line. */
  readonly kind: 'start' | 'end' | 'word-edge' | 'before' | 'after';
  readonly isNegated: boolean;
  /** `before` and `after`: one of these; `start` and `end`: these stand beside the edge of a line, where the flag m is set. */
  readonly classes: ReadonlySet<number>;
}

/** One step of a pattern as a machine with backtracking runs it; `next` and the like are indices of steps. */
export type Step =
  | { readonly kind: 'read'; readonly classes: ReadonlySet<number>; readonly isBackward: boolean; next: number }
  | { readonly kind: 'choose'; readonly ways: number[] }
  // Into one more round of a loop, and back from it: a round that read nothing is no way.
  | { readonly kind: 'round'; readonly loop: number; next: number }
  | { readonly kind: 'again'; readonly loop: number; next: number }
  | { readonly kind: 'check'; readonly check: Check; next: number }
  | { readonly kind: 'look'; readonly body: number; readonly isNegated: boolean; readonly isBehind: boolean; next: number }
  | { readonly kind: 'accept'; readonly isWhole: boolean };

/** A pattern as steps, and the alphabet that it tells apart. */
export interface PatternProgram {
  readonly pattern: AST.Pattern;
  readonly steps: readonly Step[];
  readonly start: number;
  /** The classes of characters that the pattern does not tell apart from each other. */
  readonly alphabet: readonly CharSet[];
  readonly wordClasses: ReadonlySet<number>;
  readonly newlineClasses: ReadonlySet<number>;
  readonly flags: string;
}

/** What a pattern has that is not read here: a back reference, a string in a class, too large a repetition. */
export class UnreadablePattern extends Error {}

const MOST_STEPS = 60_000;
const WORD = [
  { min: 0x30, max: 0x39 },
  { min: 0x41, max: 0x5a },
  { min: 0x5f, max: 0x5f },
  { min: 0x61, max: 0x7a },
];
const NEWLINE = [
  { min: 0x0a, max: 0x0a },
  { min: 0x0d, max: 0x0d },
  { min: 0x2028, max: 0x2029 },
];

/**
 * Reads a pattern.
 * @param relaxedFrom a repetition that allows this many rounds or more counts as one without an end
 * @throws UnreadablePattern for what it cannot read
 */
export function programOf(source: string, flags: string, relaxedFrom = Number.POSITIVE_INFINITY): PatternProgram {
  const unicode = { unicode: flags.includes('u'), unicodeSets: flags.includes('v') };
  const pattern = new RegExpParser().parsePattern(source, 0, source.length, unicode);
  return new Compiler(pattern, flags, relaxedFrom).program();
}

type CharElement = AST.Character | AST.CharacterSet | AST.CharacterClass | AST.ExpressionCharacterClass;

class Compiler {
  readonly #pattern: AST.Pattern;
  readonly #flags: string;
  readonly #relaxedFrom: number;
  readonly #astFlags: ReadonlyFlags;
  readonly #base: CharBase;
  readonly #steps: Step[] = [];
  #loops = 0;

  constructor(pattern: AST.Pattern, flags: string, relaxedFrom: number) {
    this.#pattern = pattern;
    this.#flags = flags;
    this.#relaxedFrom = relaxedFrom;
    this.#astFlags = {
      ignoreCase: flags.includes('i'),
      multiline: flags.includes('m'),
      dotAll: flags.includes('s'),
      unicode: flags.includes('u'),
      unicodeSets: flags.includes('v'),
    };
    const sets = [this.#all(), this.#all().intersect(CharSet.empty(this.#maximum).union(WORD))];
    sets.push(CharSet.empty(this.#maximum).union(NEWLINE));
    for (const element of charElements(pattern)) sets.push(this.#charsOf(element));
    this.#base = new CharBase(sets);
  }

  program(): PatternProgram {
    const accept = this.#add({ kind: 'accept', isWhole: true });
    const start = this.#alternatives(this.#pattern.alternatives, accept, false);
    return {
      pattern: this.#pattern,
      steps: this.#steps,
      start,
      alphabet: this.#base.sets,
      wordClasses: this.#classesOf(CharSet.empty(this.#maximum).union(WORD)),
      newlineClasses: this.#classesOf(CharSet.empty(this.#maximum).union(NEWLINE)),
      flags: this.#flags,
    };
  }

  get #maximum(): number {
    return this.#astFlags.unicode || this.#astFlags.unicodeSets ? 0x10ffff : 0xffff;
  }

  #all(): CharSet {
    return CharSet.all(this.#maximum);
  }

  #charsOf(element: CharElement): CharSet {
    const set = toUnicodeSet(element as Parameters<typeof toUnicodeSet>[0], this.#astFlags);
    if (!set.accept.isEmpty) throw new UnreadablePattern('a class that holds strings');
    return set.chars;
  }

  #classesOf(set: CharSet): ReadonlySet<number> {
    return new Set(this.#base.split(set));
  }

  #add(step: Step): number {
    if (this.#steps.length >= MOST_STEPS) throw new UnreadablePattern(`more than ${MOST_STEPS} steps`);
    return this.#steps.push(step) - 1;
  }

  // Each part is made before the one that stands before it: a step knows what comes next.
  #alternatives(alternatives: readonly AST.Alternative[], next: number, isBackward: boolean): number {
    const ways = alternatives.map(({ elements }) =>
      (isBackward ? [...elements] : elements.toReversed()).reduce((then, el) => this.#element(el, then, isBackward), next),
    );
    return ways.length === 1 ? (ways[0] as number) : this.#add({ kind: 'choose', ways });
  }

  #element(element: AST.Element, next: number, isBackward: boolean): number {
    switch (element.type) {
      case 'Group':
      case 'CapturingGroup':
        return this.#alternatives(element.alternatives, next, isBackward);
      case 'Quantifier':
        return this.#quantifier(element, next, isBackward);
      case 'Assertion':
        return this.#assertion(element, next);
      case 'Backreference':
        throw new UnreadablePattern('a back reference');
      default:
        return this.#add({ kind: 'read', classes: this.#classesOf(this.#charsOf(element)), isBackward, next });
    }
  }

  #quantifier({ min, max, greedy, element }: AST.Quantifier, next: number, isBackward: boolean): number {
    // What is looked behind at must keep its bound, which is asked for.
    const relaxedFrom = isBackward ? Number.POSITIVE_INFINITY : this.#relaxedFrom;
    const isEndless = max === Number.POSITIVE_INFINITY || max >= relaxedFrom;
    const least = isEndless && min >= relaxedFrom ? 1 : min;
    let then = isEndless ? this.#loop(element, greedy, next, isBackward) : next;
    if (!isEndless) {
      for (let i = least; i < max; i++) {
        const round = this.#round(element, then, isBackward, this.#loops++);
        then = this.#add({ kind: 'choose', ways: greedy ? [round, next] : [next, round] });
      }
    }
    for (let i = 0; i < least; i++) then = this.#element(element, then, isBackward);
    return then;
  }

  #loop(element: AST.QuantifiableElement, greedy: boolean, next: number, isBackward: boolean): number {
    const choose: { kind: 'choose'; ways: number[] } = { kind: 'choose', ways: [] };
    const index = this.#add(choose);
    const round = this.#round(element, index, isBackward, this.#loops++);
    choose.ways.push(...(greedy ? [round, next] : [next, round]));
    return index;
  }

  #round(element: AST.QuantifiableElement, next: number, isBackward: boolean, loop: number): number {
    const again = this.#add({ kind: 'again', loop, next });
    return this.#add({ kind: 'round', loop, next: this.#element(element, again, isBackward) });
  }

  #assertion(element: AST.Assertion, next: number): number {
    const none: ReadonlySet<number> = new Set();
    if (element.kind === 'lookahead' || element.kind === 'lookbehind') return this.#look(element, next);
    if (element.kind !== 'word') {
      const classes = this.#astFlags.multiline ? this.#classesOf(CharSet.empty(this.#maximum).union(NEWLINE)) : none;
      return this.#add({ kind: 'check', check: { kind: element.kind, isNegated: false, classes }, next });
    }
    return this.#add({ kind: 'check', check: { kind: 'word-edge', isNegated: element.negate, classes: none }, next });
  }

  #look(element: AST.LookaroundAssertion, next: number): number {
    const isBehind = element.kind === 'lookbehind';
    const one = oneCharacter(element.alternatives);
    if (one !== null) {
      const classes = this.#classesOf(CharSet.empty(this.#maximum).union(...one.map((el) => this.#charsOf(el))));
      const check: Check = { kind: isBehind ? 'before' : 'after', isNegated: element.negate, classes };
      return this.#add({ kind: 'check', check, next });
    }
    const accept = this.#add({ kind: 'accept', isWhole: false });
    const body = this.#alternatives(element.alternatives, accept, isBehind);
    return this.#add({ kind: 'look', body, isNegated: element.negate, isBehind, next });
  }
}

/** The elements of alternatives that are one character each; null where one is anything else. */
function oneCharacter(alternatives: readonly AST.Alternative[]): readonly CharElement[] | null {
  const elements = alternatives.map(({ elements }) => (elements.length === 1 ? elements[0] : undefined));
  return elements.every((el) => el !== undefined && isCharElement(el)) ? (elements as CharElement[]) : null;
}

function isCharElement(node: AST.Node): node is CharElement {
  return ['Character', 'CharacterSet', 'CharacterClass', 'ExpressionCharacterClass'].includes(node.type);
}

function charElements(node: AST.Node): CharElement[] {
  if (isCharElement(node)) return [node];
  if ('alternatives' in node && Array.isArray(node.alternatives)) return node.alternatives.flatMap(charElements);
  if (node.type === 'Alternative') return node.elements.flatMap(charElements);
  return node.type === 'Quantifier' ? charElements(node.element) : [];
}
