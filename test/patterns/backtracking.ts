import type { Check, PatternProgram, Step } from './pattern-program.ts';

/** What a search for a pattern did. */
export interface Search {
  /** Where it matched, in UTF-16 units; null where it did not. */
  readonly match: { readonly from: number; readonly to: number } | null;
  /** How many characters were looked at, one counted each time that it was. */
  readonly reads: number;
}

/** Runs patterns as V8 does, by trying one way after the other, and counts the characters that it looks at: a clock that is never late. */
export class Backtracking {
  readonly #program: PatternProgram;
  readonly #text: readonly string[] | string;
  readonly #classes: Int32Array;
  readonly #offsets: readonly number[] | null;
  readonly #most: number;
  #reads = 0;

  /** @param most after this many reads it gives up, and says that many */
  constructor(program: PatternProgram, text: string, most = Number.POSITIVE_INFINITY) {
    const isUnicode = /[uv]/.test(program.flags);
    this.#program = program;
    this.#text = isUnicode ? [...text] : text;
    this.#offsets = isUnicode ? offsetsOf(this.#text) : null;
    this.#classes = classesOf(program, this.#text);
    this.#most = most;
  }

  /** Searches from a place on; with the flag y only at it. */
  search(from = 0): Search {
    const before = this.#reads;
    let at = this.#offsets === null ? from : Math.max(0, this.#offsets.indexOf(from));
    for (; at <= this.#text.length && this.#reads < this.#most; at++) {
      const to = this.#run(this.#program.start, at);
      if (to !== null) return { match: { from: this.#unit(at), to: this.#unit(to) }, reads: this.#reads - before };
      if (this.#program.flags.includes('y')) break;
    }
    return { match: null, reads: this.#reads - before };
  }

  /** Finds all matches, as `replace` with the flag g does; how many reads that took. */
  readsOfAll(): number {
    let from = 0;
    for (;;) {
      const { match } = this.search(from);
      if (match === null || this.#reads >= this.#most) return this.#reads;
      from = match.to === match.from ? match.to + 1 : match.to;
      if (from > this.#unit(this.#text.length)) return this.#reads;
    }
  }

  #unit(at: number): number {
    return this.#offsets === null ? at : (this.#offsets[at] as number);
  }

  /** Where the first way that fits ends. */
  #run(start: number, from: number): number | null {
    const ways: Way[] = [{ step: start, at: from, rounds: null }];
    for (let way = ways.pop(); way !== undefined && this.#reads < this.#most; way = ways.pop()) {
      const end = this.#follow(way, ways);
      if (end !== null) return end;
    }
    return null;
  }

  /** Follows one way to its end; the others that it leaves open go onto the stack. Where it accepts, or null where it fails. */
  #follow(way: Way, ways: Way[]): number | null {
    let { step: index, at, rounds } = way;
    for (;;) {
      const step = this.#program.steps[index] as Step;
      switch (step.kind) {
        case 'accept':
          return at;
        case 'choose':
          for (let i = step.ways.length - 1; i > 0; i--) ways.push({ step: step.ways[i] as number, at, rounds });
          index = step.ways[0] as number;
          continue;
        case 'round':
          rounds = { loop: step.loop, at, outer: rounds };
          break;
        case 'again': {
          if (rounds?.at === at) return null;
          rounds = rounds?.outer ?? null;
          break;
        }
        case 'read': {
          this.#reads++;
          const read = step.isBackward ? at - 1 : at;
          if (!step.classes.has(this.#classes[read] ?? -1)) return null;
          at += step.isBackward ? -1 : 1;
          break;
        }
        case 'check':
          if (!this.#holds(step.check, at)) return null;
          break;
        case 'look':
          if ((this.#run(step.body, at) !== null) === step.isNegated) return null;
      }
      index = step.next;
    }
  }

  #holds(check: Check, at: number): boolean {
    const before = this.#classes[at - 1] ?? -1;
    const after = this.#classes[at] ?? -1;
    return holds(this.#program, check, { before, isStart: at === 0 }, { after, isEnd: at === this.#text.length });
  }
}

interface Way {
  readonly step: number;
  readonly at: number;
  readonly rounds: Round | null;
}

interface Round {
  readonly loop: number;
  readonly at: number;
  readonly outer: Round | null;
}

/** Does a check hold between two characters, each given by its class? */
export function holds(
  { wordClasses }: PatternProgram,
  { kind, isNegated, classes }: Check,
  { before, isStart }: { readonly before: number; readonly isStart: boolean },
  { after, isEnd }: { readonly after: number; readonly isEnd: boolean },
): boolean {
  switch (kind) {
    case 'start':
      return isStart || classes.has(before);
    case 'end':
      return isEnd || classes.has(after);
    case 'before':
      return classes.has(isStart ? -1 : before) !== isNegated;
    case 'after':
      return classes.has(isEnd ? -1 : after) !== isNegated;
    case 'word-edge':
      return (wordClasses.has(isStart ? -1 : before) !== wordClasses.has(isEnd ? -1 : after)) !== isNegated;
  }
}

function offsetsOf(text: readonly string[] | string): number[] {
  const offsets = [0];
  for (const char of text) offsets.push((offsets.at(-1) as number) + char.length);
  return offsets;
}

function classesOf({ alphabet }: PatternProgram, text: readonly string[] | string): Int32Array {
  const known = new Map<number, number>();
  return Int32Array.from({ length: text.length }, (_, i) => {
    const code = (text[i] as string).codePointAt(0) as number;
    const found = known.get(code) ?? alphabet.findIndex((set) => set.ranges.some(({ min, max }) => min <= code && code <= max));
    known.set(code, found);
    return found;
  });
}
