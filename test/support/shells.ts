import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The shells that people copy into: sh is dash or bash; fish is tried where it is installed (Debian: fish). */
export const SHELLS = ['sh', 'bash', 'fish'] as const;

// In each shell, a program that prints its words: each ended by a NUL, and all of them by U+0001 and a NUL.
const PRINTS: Readonly<Record<(typeof SHELLS)[number], (name: string) => string>> = {
  sh: (name) => `${name}() { for word in "$@"; do printf '%s\\0' "$word"; done; printf '\\001\\0'; }`,
  bash: (name) => `${name}() { for word in "$@"; do printf '%s\\0' "$word"; done; printf '\\001\\0'; }`,
  fish: (name) => `function ${name}; for word in $argv; printf '%s\\0' $word; end; printf '\\001\\0'; end`,
};

/**
 * The words of each command as the shell reads them; null where the shell is not installed.
 * @param name what the commands begin with.
 */
export function wordsIn(shell: (typeof SHELLS)[number], name: string, commands: readonly string[]): string[][] | null {
  const folder = mkdtempSync(join(tmpdir(), 'crashtop-shell-'));
  try {
    const script = join(folder, 'script');
    writeFileSync(script, `${[PRINTS[shell](name), ...commands].join('\n')}\n`);
    const env = { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8' };
    const { error, stdout } = spawnSync(shell, [script], { encoding: 'utf8', env, maxBuffer: 64 << 20 });
    if (error !== undefined) return null;
    const all = stdout.split('\u0001\0').slice(0, -1);
    return all.map((words) => words.split('\0').slice(0, -1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
