import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'vitest';
import type { TestTerminal } from './test-terminal.ts';

/** Set to write the golden files anew instead of comparing with them: look at what changed before you commit it. */
const UPDATE = process.env.UPDATE_GOLDEN === '1';

function fileOf(name: string): URL {
  return new URL(`../golden/${name}`, import.meta.url);
}

/** Compares the screen with `test/golden/NAME.txt`; writes it where UPDATE_GOLDEN=1. A golden file that is missing fails. */
export function expectScreen(terminal: TestTerminal, name: string): void {
  expectText(`${terminal.text()}\n`, name);
}

/** Compares a text with `test/golden/NAME.txt`, as {@link expectScreen} does. */
export function expectText(text: string, name: string): void {
  expectGolden(text, `${name}.txt`);
}

/** Compares a picture of a screen, which has its colours, with `test/golden/NAME.svg`, as {@link expectScreen} does. */
export function expectPicture(svg: string, name: string): void {
  // A line for each piece of the picture: a difference is one to be read.
  expectGolden(svg.replaceAll('><', '>\n<'), `${name}.svg`);
}

function expectGolden(text: string, name: string): void {
  const file = fileOf(name);
  if (UPDATE) {
    mkdirSync(dirname(file.pathname), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  expect(existsSync(file), `test/golden/${name} is missing: run with UPDATE_GOLDEN=1 and look at it`).toBe(true);
  expect(text).toBe(readFileSync(file, 'utf8'));
}
