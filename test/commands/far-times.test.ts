import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCrashtop } from '../support/run-crashtop.ts';

const HEADER = {
  crashtop: 'recording',
  version: 1,
  startedAt: '2026-11-22T15:00:00Z',
  source: {},
  redaction: 'standard',
  tool: 'test',
};
const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;

const folder = mkdtempSync(join(tmpdir(), 'crashtop-far-'));
afterAll(() => rmSync(folder, { recursive: true }));

function recording(name: string, endedAt: number): string {
  const metadata = { name: 'api-1', namespace: 'shop', uid: 'u1' };
  const terminated = { exitCode: 1, containerID: 'c1', startedAt: '2026-11-22T14:59:00Z', finishedAt: '2026-11-22T14:59:50Z' };
  const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' };
  const status = { name: 'api', restartCount: 3, containerID: 'c1', state: { waiting }, lastState: { terminated } };
  const pod = { metadata, spec: { containers: [{ name: 'api' }] }, status: { phase: 'Running', containerStatuses: [status] } };
  const lines = [HEADER, { t: 0, type: 'snapshot', kind: 'Pod', items: [pod] }, { t: endedAt, type: 'marker', name: 'last' }];
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

let short = '';
let year = '';
beforeAll(() => {
  short = recording('short.ndjson', 11 * MINUTE);
  year = recording('year.ndjson', YEAR);
});

const run = (args: readonly string[]) => startCrashtop(args, { HOME: folder }).ended;

describe('a recording with a time a year ahead', () => {
  it('has too many moments at every 10 s: one line says how few are enough', async () => {
    const { code, stdout, stderr } = await run(['replay', year, '--every', '10s', '-o', 'ndjson']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /--every 10s makes 3,153,601 moments of 365d, more than the maximum of 10,000: use --every 52m34s or more/,
    );
  });

  it('is printed at the interval that the line names', async () => {
    const { code, stdout } = await run(['replay', year, '--every', '52m34s', '-o', 'ndjson']);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(10_000);
  });

  it('is too long for OpenMetrics, and a part of it is not', async () => {
    const { code, stderr } = await run(['report', year, '--format', 'openmetrics', '-o', '-']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/34 days, and this is 365 days: choose a part with --from and --to/),
    ]);
    const part = await run(['report', year, '--format', 'openmetrics', '--to', '10m', '-o', '-']);
    expect([part.code, part.stdout.endsWith('# EOF\n')]).toEqual([0, true]);
  });

  it('is reported as HTML and examined, in a size that does not grow with it', async () => {
    const { code, stdout } = await run(['report', year, '--format', 'html', '-o', '-']);
    expect(code).toBe(0);
    expect(stdout.length).toBeLessThan(100_000);
    expect((await run(['check', year])).code).toBe(1);
  });

  it('ends at a line whose time no calendar has', async () => {
    const far = recording('far.ndjson', 1e15);
    const { code, stderr } = await run(['replay', far, '-o', 'json']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/far\.ndjson:3: t 1000000000000000 is after the year 9999/)]);
  });
});

describe('a time after the end of an 11-minute recording', () => {
  const after = /^crashtop: --(?:at|from|to) 99h is after the end, 2026-11-22T15:11:00Z \(11m0s after the start\)/m;

  it.each([
    ['replay', ['replay', '--at', '99h', '-o', 'json'], 0],
    ['explain', ['explain', '--at', '99h', '--file'], 0],
    ['shot', ['shot', '--at', '99h', '-o', '-'], 0],
    ['check', ['check', '--at', '99h'], 1],
    ['report', ['report', '--to', '99h', '-o', '-'], 0],
    ['report from there', ['report', '--from', '99h', '-o', '-'], 0],
  ])('%s shows what was known, and says on stderr where the end is', async (_what, args, expected) => {
    const { code, stderr } = await run([...args, short]);
    expect([code, stderr]).toEqual([expected, expect.stringMatching(after)]);
  });

  it('says nothing of a time within it', async () => {
    expect((await run(['replay', short, '--at', '11m', '-o', 'json'])).stderr).not.toMatch(/after the end/);
  });
});
