import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { keysAsMarkdown } from '../../src/view/update/keys.ts';

const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');

it('lists the keys as the one table of keys has them', () => {
  expect(readme).toContain(keysAsMarkdown());
});
