import { holds } from './backtracking.ts';
import type { Check, PatternProgram, Step } from './pattern-program.ts';

/** Why a search for a pattern costs more than the length of its text, by a piece of text that makes it do so when repeated. */
export interface Ambiguity {
  readonly cost: 'polynomial' | 'exponential';
  /** What brings the pattern to where its ways part, and what keeps both open, as one character of each class. */
  readonly prefix: string;
  readonly pump: string;
}

/**
 * Looks for a text on which a search that fails at its end is worse than linear; null where there is none, which is a proof.
 *
 * Such a search looks at one character for each way in which a part of the pattern can read a part of the text, so it is linear where
 * their number has a bound: where no part v of a text leads from a state p of the pattern both back to p and to another state q, and from q
 * back to q (polynomial), nor from p back to p in two ways (exponential). Weber and Seidl, "On the degree of ambiguity of finite automata",
 * 1991. The search itself, which begins at each place, is the first such p. What is looked ahead at is read beside the rest.
 *
 * A sticky pattern counts as one that is searched for: whoever uses one tries it at one place after the other.
 * A state that may end the match at once is no q: whoever gets there does not fail, and the ways that were left open are not tried.
 */
export function ambiguityOf(program: PatternProgram): Ambiguity | null {
  return new Automaton(program).ambiguity();
}

interface State {
  /** The step that read the last character; -1 for the search that has not begun to match. */
  readonly step: number;
  /** The class of the last character; -1 at the start of the text. */
  readonly before: number;
  readonly isSure: boolean;
  readonly by: ReadonlyMap<number, readonly number[]>;
}

interface Exit {
  readonly to: number;
  readonly checks: readonly Check[];
}

/** The component of each state, all of them and of those that may fail, and where one state leads to. */
interface Surroundings {
  readonly ofP: readonly number[];
  readonly ofQ: readonly number[];
  readonly reachable: ReadonlySet<number>;
}

const SEARCH = -1;

class Automaton {
  readonly #program: PatternProgram;
  readonly #states: State[] = [];
  readonly #ids = new Map<string, number>();
  readonly #bodies: ReadonlySet<number>;

  constructor(program: PatternProgram) {
    this.#program = program;
    this.#bodies = bodySteps(program);
    this.#explore();
  }

  ambiguity(): Ambiguity | null {
    const component = this.#components(() => true);
    // Of the states in which a match may still fail.
    const unsure = this.#components((id) => !this.#state(id).isSure);
    const failing = this.#states.flatMap(({ isSure }, id) => (!isSure && this.#isCyclic(id, unsure) ? [id] : []));
    // Where one state of a component has two ways back to it, each has.
    for (const p of new Map(failing.map((id) => [unsure[id], id])).values()) {
      const doubled = this.#twoWaysBack(p, unsure);
      if (doubled !== null) return { cost: 'exponential', ...doubled };
    }
    for (const p of this.#states.keys()) {
      if (!this.#isCyclic(p, component)) continue;
      const reachable = this.#reachableFrom(p);
      for (const q of failing) {
        // Within one component it would have been found above: q leads back to p.
        if (!reachable.has(q) || unsure[p] === unsure[q]) continue;
        const pump = this.#pump(p, q, { ofP: component, ofQ: unsure, reachable });
        if (pump !== null) return { cost: 'polynomial', prefix: this.#wayTo(p), pump: this.#text(pump) };
      }
    }
    return null;
  }

  #state(id: number): State {
    return this.#states[id] as State;
  }

  /** Makes all states that can be reached, with what each class of characters leads to; twice the same where there are two ways. */
  #explore(): void {
    this.#id(SEARCH, -1);
    for (let id = 0; id < this.#states.length; id++) {
      const state = this.#state(id);
      const by = state.by as Map<number, number[]>;
      const exits = this.#exitsOf(state.step);
      for (let char = 0; char < this.#program.alphabet.length; char++) {
        const to = exits.filter((exit) => this.#leads(exit, state, char)).map((exit) => this.#id(exit.to, char));
        if (state.step === SEARCH) to.push(this.#id(SEARCH, char));
        if (to.length > 0) by.set(char, to);
      }
    }
  }

  #leads({ to, checks }: Exit, { before }: State, char: number): boolean {
    const step = this.#program.steps[to] as Step;
    if (step.kind !== 'read' || !step.classes.has(char)) return false;
    const [left, right] = [
      { before, isStart: before === -1 },
      { after: char, isEnd: false },
    ];
    return checks.every((check) => holds(this.#program, check, left, right));
  }

  #id(step: number, char: number): number {
    const before = this.#kindOf(char);
    const key = `${step} ${before}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const isSure = step !== SEARCH && !this.#bodies.has(step) && this.#isSure(step);
    this.#ids.set(key, this.#states.length);
    return this.#states.push({ step, before, isSure, by: new Map() }) - 1;
  }

  /** Does whoever read this step's character match for sure: at once, or by reading any text there is up to its end? */
  #isSure(step: number): boolean {
    const exits = this.#exitsOf(step);
    const { classes } = this.#program.steps[step] as { classes: ReadonlySet<number> };
    const readsOn =
      classes.size === this.#program.alphabet.length && exits.some(({ to, checks }) => to === step && checks.length === 0);
    const isAllowed = ({ kind, isNegated }: Check) => readsOn && kind === 'end' && !isNegated;
    return exits.some(({ to, checks }) => this.#isEnd(to) && checks.every(isAllowed));
  }

  #isEnd(step: number): boolean {
    const found = this.#program.steps[step] as Step;
    return found.kind === 'accept' && found.isWhole;
  }

  readonly #kinds = new Map<number, number>();

  /** One class for all that no check tells apart, so that there are few states. */
  #kindOf(char: number): number {
    if (char === -1) return -1;
    const known = this.#kinds.get(char);
    if (known !== undefined) return known;
    const sets = [this.#program.wordClasses];
    for (const step of this.#program.steps) if (step.kind === 'check') sets.push(step.check.classes);
    const sameAs = [...this.#kinds].find(([other]) => sets.every((set) => set.has(other) === set.has(char)));
    const kind = sameAs?.[1] ?? char;
    this.#kinds.set(char, kind);
    return kind;
  }

  readonly #exits = new Map<number, readonly Exit[]>();

  #exitsOf(step: number): readonly Exit[] {
    const known = this.#exits.get(step);
    if (known !== undefined) return known;
    const from = step === SEARCH ? this.#program.start : (this.#program.steps[step] as { next: number }).next;
    const exits: Exit[] = [];
    this.#follow(from, [], [], exits);
    this.#exits.set(step, exits);
    return exits;
  }

  /** All ways from a step on to the next character, by what must hold meanwhile. */
  #follow(index: number, checks: readonly Check[], rounds: readonly number[], exits: Exit[]): void {
    if (exits.length > 5000) throw new Error('more than 5,000 ways without reading a character');
    const step = this.#program.steps[index] as Step;
    switch (step.kind) {
      case 'read':
      case 'accept':
        exits.push({ to: index, checks });
        return;
      case 'choose':
        for (const way of step.ways) this.#follow(way, checks, rounds, exits);
        return;
      case 'round':
        this.#follow(step.next, checks, [...rounds, step.loop], exits);
        return;
      case 'again':
        if (!rounds.includes(step.loop)) this.#follow(step.next, checks, rounds, exits);
        return;
      case 'check':
        this.#follow(step.next, [...checks, step.check], rounds, exits);
        return;
      case 'look':
        // What is looked behind at has a bound, which the count of reads measures; without one it is not proven.
        if (step.isBehind) checkBounded(this.#program, step.body);
        else this.#follow(step.body, checks, rounds, exits);
        this.#follow(step.next, checks, rounds, exits);
    }
  }

  #next(id: number): ReadonlySet<number> {
    return new Set([...this.#state(id).by.values()].flat());
  }

  #reachableFrom(id: number): ReadonlySet<number> {
    const found = new Set([id]);
    for (const from of found) for (const to of this.#next(from)) found.add(to);
    return found;
  }

  /** The strongly connected component of each state, by Tarjan's algorithm without recursion. */
  #components(isIncluded: (id: number) => boolean): readonly number[] {
    const count = this.#states.length;
    const order: number[] = new Array(count).fill(-1);
    const low: number[] = new Array(count).fill(0);
    const component: number[] = new Array(count).fill(-1);
    const open: number[] = [];
    let seen = 0;
    let components = 0;
    for (let root = 0; root < count; root++) {
      if (order[root] !== -1) continue;
      const path: { id: number; rest: number[] }[] = [];
      const enter = (id: number) => {
        order[id] = low[id] = seen++;
        open.push(id);
        path.push({ id, rest: isIncluded(id) ? [...this.#next(id)].filter(isIncluded) : [] });
      };
      enter(root);
      for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
        const to = top.rest.pop();
        if (to !== undefined) {
          if (order[to] === -1) enter(to);
          else if (component[to] === -1) low[top.id] = Math.min(low[top.id] as number, order[to] as number);
          continue;
        }
        path.pop();
        const above = path.at(-1);
        if (above !== undefined) low[above.id] = Math.min(low[above.id] as number, low[top.id] as number);
        if (low[top.id] !== order[top.id]) continue;
        for (let id = open.pop(); id !== undefined; id = open.pop()) {
          component[id] = components;
          if (id === top.id) break;
        }
        components++;
      }
    }
    return component;
  }

  #isCyclic(id: number, component: readonly number[]): boolean {
    return [...this.#next(id)].some((to) => component[to] === component[id]);
  }

  /** A text that leads from a state back to it in two ways; null where there is none. */
  #twoWaysBack(p: number, component: readonly number[]): { prefix: string; pump: string } | null {
    const inside = (ids: readonly number[]) => ids.filter((id) => component[id] === component[p]);
    const start = { x: p, y: p, isApart: false };
    const found = search(
      start,
      ({ x, y, isApart }) => {
        const steps: [{ x: number; y: number; isApart: boolean }, number][] = [];
        for (const [char, xs] of this.#state(x).by) {
          const ways = inside(xs);
          const others = inside(this.#state(y).by.get(char) ?? []);
          for (const [i, x2] of ways.entries()) {
            for (const [j, y2] of others.entries()) steps.push([{ x: x2, y: y2, isApart: isApart || x !== y || i !== j }, char]);
          }
        }
        return steps;
      },
      ({ x, y, isApart }) => x === p && y === p && isApart,
      ({ x, y, isApart }) => `${x} ${y} ${isApart}`,
    );
    return found === null ? null : { prefix: this.#wayTo(p), pump: this.#text(found) };
  }

  /** A text that leads from p to p and to q, and from q to q; null where there is none. */
  #pump(p: number, q: number, { ofP, ofQ, reachable }: Surroundings): readonly number[] | null {
    const isRepeated = /[gy]/.test(this.#program.flags);
    const start = { x: p, y: p, z: q, hasLeft: false };
    return search(
      start,
      ({ x, y, z, hasLeft }) => {
        const steps: [{ x: number; y: number; z: number; hasLeft: boolean }, number][] = [];
        for (const [char, zs] of this.#state(z).by) {
          for (const z2 of new Set(zs)) {
            if (ofQ[z2] !== ofQ[q]) continue;
            for (const x2 of new Set(this.#state(x).by.get(char) ?? [])) {
              if (ofP[x2] !== ofP[p]) continue;
              for (const y2 of new Set(this.#state(y).by.get(char) ?? [])) {
                if (!reachable.has(y2)) continue;
                const left = hasLeft || y2 !== x2;
                // After a match that is found early the next search may read the same text again.
                const mayEnd = !isRepeated || this.#state(p).step !== SEARCH;
                if (left && mayEnd && this.#state(y2).isSure) continue;
                steps.push([{ x: x2, y: y2, z: z2, hasLeft: left }, char]);
              }
            }
          }
        }
        return steps;
      },
      ({ x, y, z }) => x === p && y === q && z === q,
      ({ x, y, z, hasLeft }) => `${x} ${y} ${z} ${hasLeft}`,
    );
  }

  #wayTo(p: number): string {
    const way = search<number>(
      0,
      (id) => [...this.#state(id).by].flatMap(([char, tos]) => tos.map((to): [number, number] => [to, char])),
      (id) => id === p,
      String,
    );
    return p === 0 ? '' : this.#text(way ?? []);
  }

  #text(chars: readonly number[]): string {
    return chars.map((char) => sampleOf(this.#program, char)).join('');
  }
}

/** A character of a class, one that can be read where there is one. */
export function sampleOf({ alphabet }: PatternProgram, char: number): string {
  const ranges = alphabet[char]?.ranges ?? [];
  const plain = ranges.find(({ min, max }) => max >= 0x21 && min <= 0x7e);
  return String.fromCodePoint(plain === undefined ? (ranges[0]?.min ?? 0) : Math.max(0x21, plain.min));
}

/** The shortest way from a node to one that is wanted, of one step at least; null where there is none. */
function search<T>(
  start: T,
  next: (from: T) => Iterable<[T, number]>,
  isWanted: (node: T) => boolean,
  keyOf: (node: T) => string,
): readonly number[] | null {
  const seen = new Set<string>();
  let edge: { node: T; way: Way | null }[] = [{ node: start, way: null }];
  while (edge.length > 0) {
    const after: typeof edge = [];
    for (const { node, way } of edge) {
      for (const [to, char] of next(node)) {
        const key = keyOf(to);
        if (seen.has(key)) continue;
        seen.add(key);
        if (isWanted(to)) return charsOf({ char, before: way });
        after.push({ node: to, way: { char, before: way } });
      }
    }
    edge = after;
  }
  return null;
}

interface Way {
  readonly char: number;
  readonly before: Way | null;
}

function charsOf(way: Way | null): number[] {
  const chars: number[] = [];
  for (let at = way; at !== null; at = at.before) chars.unshift(at.char);
  return chars;
}

/** The steps of what is looked ahead at: it fails or holds by itself, and ends no match. */
function bodySteps(program: PatternProgram): ReadonlySet<number> {
  const bodies = program.steps.flatMap((step) => (step.kind === 'look' ? [step.body] : []));
  return new Set(bodies.flatMap((body) => [...stepsFrom(program, body)]));
}

function stepsFrom(program: PatternProgram, start: number): ReadonlySet<number> {
  const found = new Set([start]);
  for (const index of found) {
    const step = program.steps[index] as Step;
    if (step.kind === 'choose') for (const way of step.ways) found.add(way);
    else if (step.kind !== 'accept') found.add(step.next);
    if (step.kind === 'look') found.add(step.body);
  }
  return found;
}

function checkBounded(program: PatternProgram, body: number): void {
  const steps = stepsFrom(program, body);
  const visit = (index: number, on: ReadonlySet<number>): void => {
    if (on.has(index)) throw new Error('a look behind without a bound');
    const step = program.steps[index] as Step;
    const path = new Set([...on, index]);
    if (step.kind === 'choose') for (const way of step.ways) visit(way, path);
    else if (step.kind !== 'accept') visit(step.next, path);
  };
  if (steps.size > 0) visit(body, new Set());
}
