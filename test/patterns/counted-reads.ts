import { Backtracking } from './backtracking.ts';
import { type PatternProgram, programOf } from './pattern-program.ts';

/** What ran while something was read: each regular expression, and how many characters all of them looked at. */
export interface CountedReads {
  readonly reads: number;
  readonly patterns: readonly { readonly source: string; readonly flags: string }[];
}

// Longer repetitions than this are in no way of any text here: they may count as endless.
const LONG = 2000;
const programs = new Map<string, PatternProgram>();

/** Runs a function and counts, by the counting machine and not by a clock, what the regular expressions in it look at. */
export function countReads(run: () => unknown): CountedReads {
  const { exec } = RegExp.prototype;
  const calls: { readonly source: string; readonly flags: string; readonly text: string; readonly from: number }[] = [];
  // What replace, match, split, search and test do goes through here as soon as it is not V8's own.
  RegExp.prototype.exec = function (this: RegExp, text: string) {
    const { source, flags, lastIndex } = this;
    calls.push({ source, flags, text: String(text), from: flags.includes('g') || flags.includes('y') ? lastIndex : 0 });
    return Reflect.apply(exec, this, [text]);
  };
  try {
    run();
  } finally {
    RegExp.prototype.exec = exec;
  }
  let reads = 0;
  const patterns = new Map<string, { source: string; flags: string }>();
  for (const { source, flags, text, from } of calls) {
    const name = `/${source}/${flags}`;
    const program = programs.get(name) ?? programOf(source, flags, LONG);
    programs.set(name, program);
    patterns.set(name, { source, flags });
    reads += new Backtracking(program, text).search(from).reads;
  }
  return { reads, patterns: [...patterns.values()] };
}
