import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

/** A regular expression, and where it stands. */
export interface FoundPattern {
  readonly source: string;
  readonly flags: string;
  /** File and line, from the root of the project. */
  readonly place: string;
}

/** What a file of source text has of regular expressions. */
export interface PatternsOfFile {
  readonly literals: readonly FoundPattern[];
  /** How many places of it make one by calling RegExp. */
  readonly calls: number;
}

const ROOT = new URL('../../', import.meta.url);

/** One name for a pattern, wherever it stands. */
export function nameOf({ source, flags }: { readonly source: string; readonly flags: string }): string {
  // `test` and `exec` read the same whichever of d and g is set; split adds y.
  return `/${source}/${flags.replaceAll(/[dgy]/g, '')}`;
}

/** Reads the literals of a file, and counts the calls of RegExp. @param file from the root of the project */
export function patternsOfFile(file: string): PatternsOfFile {
  const text = readFileSync(fileURLToPath(new URL(file, ROOT)), 'utf8');
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be read: ${errors[0]?.message}`);
  const literals: FoundPattern[] = [];
  let calls = 0;
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const node = value as Record<string, unknown> & { type?: string; start: number };
    const { regex } = node as { regex?: { pattern: string; flags: string } };
    if (node.type === 'Literal' && regex !== undefined) {
      const line = text.slice(0, node.start).split('\n').length;
      literals.push({ source: regex.pattern, flags: regex.flags, place: `${file}:${line}` });
    }
    const isCall = node.type === 'NewExpression' || node.type === 'CallExpression';
    if (isCall && (node.callee as { name?: string }).name === 'RegExp') calls++;
    for (const child of Object.values(node)) visit(child);
  };
  visit(program);
  return { literals, calls };
}

/**
 * Loads modules and notes what they build by calling RegExp meanwhile.
 * @returns what was built, and how many places of each module built something; both by the module's path from `src/` on
 */
export async function patternsBuiltBy(
  load: () => Promise<unknown>,
): Promise<{ built: FoundPattern[]; places: Map<string, Set<string>> }> {
  const built: FoundPattern[] = [];
  const places = new Map<string, Set<string>>();
  const original = globalThis.RegExp;
  const note = (made: RegExp): RegExp => {
    const [, file, position] = /(src\/[^:?)]+)[^:)]*:(\d+:\d+)/.exec(new Error().stack?.split('\n')[3] ?? '') ?? [];
    if (file === undefined || position === undefined) return made;
    built.push({ source: made.source, flags: made.flags, place: file });
    places.set(file, (places.get(file) ?? new Set()).add(position));
    return made;
  };
  globalThis.RegExp = new Proxy(original, {
    construct: (target, args, newTarget) => note(Reflect.construct(target, args, newTarget)),
    apply: (target, self, args) => note(Reflect.apply(target, self, args)),
  });
  try {
    await load();
  } finally {
    globalThis.RegExp = original;
  }
  return { built, places };
}
