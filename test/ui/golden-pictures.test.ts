import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { View } from '../../src/commands/options/shot-options.ts';
import { shot } from '../../src/commands/shot.ts';
import { commandTerminal, Written } from '../support/command-terminal.ts';
import { expectPicture } from '../support/expect-screen.ts';

const ROLLOUT = fileURLToPath(new URL('../../demo-data/bad-rollout.ndjson.gz', import.meta.url));

async function pictureOf(view: View, keys: readonly string[]): Promise<string> {
  const [stdout, stderr] = [new Written(), new Written()];
  const options = { at: '2m35s', output: '-', format: 'svg', columns: 120, rows: 40, theme: 'dark', view, keys } as const;
  await shot([ROLLOUT], options, commandTerminal(stdout, stderr));
  expect(stderr.text).toBe('');
  return stdout.text;
}

it.each<[string, View, readonly string[]]>([
  ['main', 'main', []],
  ['why', 'why', ['Enter']],
  ['runs', 'runs', ['Enter']],
  ['logs', 'logs', ['Enter']],
  ['help', 'help', []],
  // One until it changes, one for an hour; shown, and the last of them selected.
  ['acknowledged', 'main', ['x x j x 1 X G']],
])('the picture of the demo, %s, has the words and colours of test/golden', async (name, view, keys) => {
  expectPicture(await pictureOf(view, keys), `picture-${name}-120x40`);
});
