/**
 * The Pod lines of zoo, repeated to 100,000: decoded, projected and folded, as a replay does. Goal:
 * under 2.5 s.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fixture, machine } from './figures.ts';
import { loadTimeline } from './load-timeline.ts';

const LINES = 100_000;

function repeated(lines: readonly string[], count: number): Buffer[] {
  const header = lines[0] as string;
  const pods = lines.filter((line) => /"type":"(?:ADDED|MODIFIED|DELETED)","kind":"Pod"/.test(line));
  const last = Number(/"t":(\d+)/.exec(pods.at(-1) as string)?.[1]);
  const chunks: Buffer[] = [Buffer.from(`${header}\n`)];
  for (let i = 0; i < count; i++) {
    const line = pods[i % pods.length] as string;
    const round = Math.floor(i / pods.length) * (last + 1);
    chunks.push(Buffer.from(`${line.replace(/"t":(\d+)/, (_, t) => `"t":${Number(t) + round}`)}\n`));
  }
  return chunks;
}

const lines = gunzipSync(readFileSync(fixture('recordings/zoo.ndjson.gz')))
  .toString()
  .split('\n');
const bytes = Buffer.concat(repeated(lines, LINES));
console.log(machine());
console.log(`${LINES} Pod lines of ${(bytes.length / LINES / 1000).toFixed(1)} kB on average`);
const folder = mkdtempSync(join(tmpdir(), 'crashtop-bench-'));
const file = join(folder, 'pods.ndjson');
writeFileSync(file, bytes);
try {
  for (let round = 1; round <= 3; round++) {
    const begun = performance.now();
    const timeline = await loadTimeline(file);
    const seconds = (performance.now() - begun) / 1000;
    console.log(`round ${round}: ${seconds.toFixed(2)} s, ${((seconds / timeline.length) * 1e6).toFixed(1)} µs a line`);
  }
  const parsing = performance.now();
  for (const line of bytes.toString().split('\n')) if (line !== '') JSON.parse(line);
  console.log(`of that, JSON.parse alone: ${((performance.now() - parsing) / 1000).toFixed(2)} s`);
} finally {
  rmSync(folder, { recursive: true });
}
