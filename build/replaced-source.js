import { readFileSync } from 'node:fs';

/**
 * A file of a library with other pieces in it, for a plugin of esbuild: a version that no longer has what is to be replaced fails the build.
 * @param {string} path
 * @param {readonly (readonly [string, string])[]} pairs what is there, and what is to be there
 */
export function replacedSource(path, pairs) {
  let contents = readFileSync(path, 'utf8');
  for (const [from, to] of pairs) {
    if (!contents.includes(from)) return { errors: [{ text: `${path} has no longer what is to be replaced: ${from}` }] };
    contents = contents.replace(from, () => to);
  }
  return { contents };
}
