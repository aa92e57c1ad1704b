import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture } from '../support/recorded.ts';
import { startCrashtop } from '../support/run-crashtop.ts';

const ZOO = fixture('recordings/zoo.ndjson.gz');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-report-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function report(...args: string[]) {
  return startCrashtop(['report', ...args], { KUBECONFIG: '', HOME: folder, XDG_STATE_HOME: folder }).ended;
}

describe('report', () => {
  it('writes what the name of the file ends in, and Markdown to standard output', async () => {
    const html = join(folder, 'zoo.html');
    expect(await report(ZOO, '-o', html)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(statSync(html).mode & 0o777).toBe(0o666 & ~process.umask());
    const { code, stdout } = await report(ZOO);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# Crash loops in prod-eu\n/);
    const openmetrics = await report(ZOO, '--format', 'openmetrics', '--to', '2m');
    expect(openmetrics.stdout).toMatch(/# EOF\n$/);
  });

  it('tells of a part of the recording only', async () => {
    const { stdout } = await report(ZOO, '--from', '8m', '--to', '17m', '--format', 'json');
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ schemaVersion: 1, from: '2026-11-22T15:05:48.931Z', to: '2026-11-22T15:14:48.931Z' });
    const gateway = told.problems.find((p: { name: string }) => p.name === 'shop/gateway');
    expect(gateway).toMatchObject({ kind: 'Deployment', impact: { level: 'down', lowest: 0, desired: 3 }, stateAtEnd: 'gone' });
    expect(gateway.pods).toHaveLength(3);
    expect(gateway.pods[0].runs.map((r: { ranForSeconds: number }) => r.ranForSeconds)).toEqual([3, 3, 3, 3, 3, 3, 3]);
  });

  it('reads kubectl and standard input as replay does, and calls calm by its name', async () => {
    const calm = join(folder, 'calm.ndjson');
    const lines = gunzipSync(readFileSync(ZOO)).toString().split('\n');
    writeFileSync(calm, `${lines[0]}\n`);
    expect((await report(calm)).stdout).toContain('Nothing was crash-looping: 0 pods at the end.');
  });

  it('replaces a file only where that is asked for', async () => {
    const file = join(folder, 'kept.md');
    writeFileSync(file, 'mine');
    const refused = await report(ZOO, '-o', file);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      `crashtop: ${file} already exists: choose another name, or use --overwrite\n`,
    ]);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await report(ZOO, '--to', '1m', '-o', file, '--overwrite')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/^# Crash loops/);
  });

  it.each([
    [[], 'nothing to report: give a FILE, --last, or --for 10m to watch the cluster for that long'],
    [[ZOO, '--last'], 'FILE and --last exclude each other: use one of them'],
    [[ZOO, '-o', 'x.pdf'], '-o: end the name in .md, .html or .json, or give --format'],
    [[ZOO, '--from', '10m', '--to', '5m'], '--to is before --from'],
    [['--for', '5s', '--to', '5m'], '--from and --to need a recording: --for starts now'],
    [[ZOO, '-n', 'shop'], '-n and -l need a cluster: a report covers the whole recording'],
    [['--last'], '--last: no recorded sessions in'],
  ])('refuses %j in one line', async (args, says) => {
    const { code, stdout, stderr } = await report(...args);
    expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([2, '', 1]);
    expect(stderr.startsWith(`crashtop: ${says}`)).toBe(true);
  });
});
