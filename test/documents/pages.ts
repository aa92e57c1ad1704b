import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/** Set to write what is generated in a page anew instead of comparing with it. */
const UPDATE = process.env.UPDATE_GOLDEN === '1';

/** The folder of the project. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The text of a page, by its path in the project. */
export function pageOf(path: string): string {
  return readFileSync(`${ROOT}${path}`, 'utf8');
}

/** Compares a page with what `generate` makes of it: its own words stay, its generated parts are as the code has them. */
export function expectPage(path: string, generate: (page: string) => string): void {
  const page = pageOf(path);
  const generated = generate(page);
  if (UPDATE) writeFileSync(`${ROOT}${path}`, generated);
  else expect(page, `${path} is not what the code says: UPDATE_GOLDEN=1 npx vitest run test/documents`).toBe(generated);
}

/** The paths of the pages that a test holds true: the root's and those of docs/. */
export function pages(): readonly string[] {
  const inDocs = readdirSync(`${ROOT}docs`, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'));
  return ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...inDocs.map((path) => `docs/${path}`).toSorted()];
}
