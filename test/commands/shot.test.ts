import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture } from '../support/recorded.ts';
import { startCrashtop } from '../support/run-crashtop.ts';

const ZOO = fixture('recordings/zoo.ndjson.gz');
const ROLLOUT = fileURLToPath(new URL('../../demo-data/bad-rollout.ndjson.gz', import.meta.url));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-shot-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function shot(...args: string[]) {
  return startCrashtop(['shot', ...args], { KUBECONFIG: '', HOME: folder }).ended;
}

describe('shot', () => {
  it('prints the main screen of one moment, line by line as wide as asked', async () => {
    const { code, stdout, stderr } = await shot(ROLLOUT, '--at', '2m35s', '-o', '-', '--columns', '120', '--rows', '26');
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(26);
    expect(lines[0]).toMatch(/^ crashtop bad-rollout\.ndjson\.gz .*REPLAY of a recording +2026-11-22 15:07:43 UTC$/);
    expect(lines.some((line) => /^>▾.shop\/gateway {2}\(3 pods\) +0\/3/.test(line))).toBe(true);
  });

  it('makes the same picture each time, as SVG by its name, and replaces nothing unasked', async () => {
    const [one, two] = [join(folder, 'one.svg'), join(folder, 'two.svg')];
    expect((await shot(ROLLOUT, '--at', '2m35s', '-o', one)).code).toBe(0);
    expect((await shot(ROLLOUT, '--at', '2m35s', '-o', two, '--theme', 'dark')).code).toBe(0);
    expect(readFileSync(one, 'utf8')).toBe(readFileSync(two, 'utf8'));
    expect(statSync(one).mode & 0o777).toBe(0o666 & ~process.umask());
    const again = await shot(ROLLOUT, '-o', one, '--theme', 'light');
    expect([again.code, again.stderr]).toEqual([2, `crashtop: ${one} already exists: choose another name, or use --overwrite\n`]);
    expect((await shot(ROLLOUT, '-o', one, '--theme', 'light', '--overwrite')).code).toBe(0);
    expect(readFileSync(one, 'utf8')).toContain('fill="#ffffff"');
  });

  it('opens what a person would open with keys, the object of a pod included', async () => {
    const { stdout } = await shot(ZOO, '--at', '10m', '-o', '-', '--keys', '/ worse Enter', '--view', 'spec', '--rows', '60');
    expect(stdout).toContain('infra/worse-86bbc66b85-6bhdd [worse]');
    expect(stdout).toContain('registry.example.com/shop/app:1.4.2');
    expect(stdout).toMatch(/^ kind: Pod$/m);
    expect((await shot(ZOO, '--at', '10m', '-o', '-', '--view', 'help')).stdout).toContain('one row down');
  });

  it('writes colours as escape sequences for .ansi', async () => {
    const file = join(folder, 'screen.ansi');
    await shot(ROLLOUT, '--at', '2m35s', '-o', file);
    expect(readFileSync(file, 'utf8')).toContain('\u001b[31m');
  });

  it.each([
    [[ROLLOUT, '-o', 'x.png'], 'crashtop: -o: end the name in .svg, .ansi, .txt, or give --format\n'],
    [[ROLLOUT, '-o', '-', '--columns', '20'], 'crashtop: --columns and --rows: the screen needs at least 60x12\n'],
    [[ROLLOUT, '-o', '-', '--at', 'noon'], 'crashtop: --at: "noon" is not a time'],
    [[ROLLOUT], "crashtop: required option '-o, --output <file>' not specified"],
    [['none.ndjson', '-o', '-'], 'crashtop: none.ndjson'],
  ])('refuses %j in one line', async (args, says) => {
    const { code, stdout, stderr } = await shot(...args);
    expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([2, '', 1]);
    expect(stderr.startsWith(says)).toBe(true);
  });

  it('says so where the directory is not there or nothing can be read', async () => {
    const empty = join(folder, 'empty.ndjson');
    writeFileSync(empty, '');
    expect((await shot(empty, '-o', '-')).code).toBe(2);
    const { code, stderr } = await shot(ROLLOUT, '-o', join(folder, 'no', 'x.svg'));
    expect([code, stderr]).toEqual([2, `crashtop: ${join(folder, 'no', 'x.svg')}: no such directory\n`]);
  });
});
