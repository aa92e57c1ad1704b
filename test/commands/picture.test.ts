import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pageOf, ROOT } from '../documents/pages.ts';
import { startCrashtop } from '../support/run-crashtop.ts';

it('docs/screen.svg, the picture of the README, is what `npm run picture` makes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'crashtop-picture-'));
  try {
    const { picture } = JSON.parse(pageOf('package.json')).scripts as { picture: string };
    const [file, made] = ['docs/screen.svg', join(folder, 'screen.svg')];
    const args = picture.split(' bin/crashtop.js ')[1]?.split(' ') ?? [];
    expect(args).toContain(file);
    const asHere = args.map((arg) => (arg === file ? made : arg.startsWith('demo-data/') ? join(ROOT, arg) : arg));
    const { code, stderr } = await startCrashtop(asHere, { HOME: folder, TZ: 'UTC' }).ended;
    expect([code, stderr]).toEqual([0, '']);
    const isSame = readFileSync(made, 'utf8') === pageOf(file);
    expect(isSame, 'the screen has changed: npm run picture, and look at docs/screen.svg').toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
