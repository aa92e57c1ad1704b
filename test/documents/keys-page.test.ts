import { expect, it } from 'vitest';
import { keysAsMarkdown } from '../../src/view/update/keys.ts';
import { expectPage, pageOf } from './pages.ts';

const TABLE = /^\| \| key \|[\s\S]*?\n\n/m;

it('docs/keys.md lists the keys as the one table of keys has them', () => {
  expect(pageOf('docs/keys.md')).toMatch(TABLE);
  expectPage('docs/keys.md', (page) => page.replace(TABLE, () => `${keysAsMarkdown()}\n`));
});
