import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type FoundPattern, patternsBuiltBy, patternsOfFile } from './source-patterns.ts';

/** All regular expressions of src and bin. */
export interface ProjectPatterns {
  readonly patterns: readonly FoundPattern[];
  /** Files that call RegExp in a place that builds nothing while the file is loaded. */
  readonly builtAtRunTime: readonly string[];
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Reads the literals, and loads each module that calls RegExp, for what it builds meanwhile. */
export async function patternsOfProject(): Promise<ProjectPatterns> {
  const files = ['bin', 'src'].flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:js|tsx?)$/.test(name))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .sort(),
  );
  const patterns: FoundPattern[] = [];
  const calling = new Map<string, number>();
  for (const file of files) {
    const { literals, calls } = patternsOfFile(file);
    patterns.push(...literals);
    if (calls > 0) calling.set(file, calls);
  }
  const { built, places } = await patternsBuiltBy(async () => {
    for (const file of calling.keys()) await import(/* @vite-ignore */ `${ROOT}${file}`);
  });
  const builtAtRunTime = [...calling].flatMap(([file, calls]) => ((places.get(file)?.size ?? 0) < calls ? [file] : []));
  return { patterns: [...patterns, ...built], builtAtRunTime };
}
