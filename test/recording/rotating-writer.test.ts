import { createReadStream } from 'node:fs';
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingLine } from '../../src/recording/line.ts';
import { Projector } from '../../src/recording/projector.ts';
import { StrictRedaction } from '../../src/recording/redaction/strict.ts';
import { RotatingWriter } from '../../src/recording/rotating-writer.ts';
import { reduce } from '../../src/timeline/reduce.ts';
import { type ClusterState, EMPTY_STATE } from '../../src/timeline/state.ts';
import { rawLinesOf, readAll, STARTED_AT } from '../support/recordings.ts';

const HEADER = {
  startedAt: STARTED_AT,
  source: { kind: 'cluster', context: 'prod-eu', serverVersion: 'v1.35.4', namespaces: null, selector: null },
  tool: 'crashtop 0.1.0',
};

let directory = '';
beforeEach(async () => {
  directory = await files.mkdtemp(join(tmpdir(), 'crashtop-rotating-'));
});
afterEach(async () => {
  await files.rm(directory, { recursive: true });
});

async function write(
  lines: readonly RecordingLine[],
  rotateAt: number | null,
  strict?: StrictRedaction,
): Promise<readonly string[]> {
  const writer = await RotatingWriter.open(HEADER, {
    fileOf: (part) => join(directory, `${part}.ndjson.gz`),
    rotateAt,
    flushEveryMs: 100,
    strict,
  });
  for (const [index, line] of lines.entries()) {
    const t = line.t + STARTED_AT;
    await writer.write(line.type === 'gap' ? { ...line, t, from: line.from + STARTED_AT } : { ...line, t });
    // What is stored is known when the disk has it.
    if (index % 100 === 0) await writer.flush();
  }
  await writer.end(STARTED_AT + (lines.at(-1)?.t ?? 0));
  return writer.files;
}

async function foldOf(paths: readonly string[]): Promise<ClusterState> {
  let state = EMPTY_STATE;
  for (const path of paths) {
    const { header, lines, error, notices } = await readAll(createReadStream(path));
    expect([error, notices]).toEqual([null, []]);
    const projector = new Projector(header?.startedAt ?? 0);
    for (const { line } of lines) {
      const envelope = projector.project(line, 0);
      if (envelope !== null) state = reduce(state, envelope);
    }
  }
  return state;
}

const ledgers = (state: ClusterState) =>
  [...state.pods.values()].flatMap(({ pod, containers }) => containers.map((c) => [pod.uid, c.name, c.ledger])).toSorted();
const present = (state: ClusterState) =>
  [...state.pods.values()]
    .filter((r) => r.goneAt === null)
    // A last state that was shared with the state before it still says what it was.
    .map(({ pod }) => JSON.stringify(pod).replaceAll('"is":"terminated",', ''))
    .toSorted();

describe('a recording in parts', async () => {
  const lines = (await rawLinesOf('zoo')).lines.map(({ line }) => line);

  it('is complete in each part, and tells together what one file tells', async () => {
    const whole = await foldOf(await write(lines, null));
    await files.rm(join(directory, '1.ndjson.gz'));
    const parts = await write(lines, 60_000);
    expect(parts.length).toBeGreaterThan(3);
    const joined = await foldOf(parts);
    expect(ledgers(joined)).toEqual(ledgers(whole));
    expect(present(joined)).toEqual(present(whole));
    // Whoever has only the last part knows the same pods in the same state.
    const last = await foldOf(parts.slice(-1));
    expect(present(last)).toEqual(present(whole));
    expect(last.podsListedAt).not.toBeNull();
    for (const path of parts) expect((await files.stat(path)).mode & 0o777).toBe(0o600);
  });

  it('keeps its other names from part to part under strict redaction', async () => {
    const parts = await write(lines, 60_000, new StrictRedaction());
    expect(parts.length).toBeGreaterThan(1);
    const [joined, last] = [await foldOf(parts), await foldOf(parts.slice(-1))];
    expect(present(last)).toEqual(present(joined));
  });

  it('pages a keyframe of many pods, and a reader that begins there gets them all', async () => {
    const items = Array.from({ length: 250 }, (_, i) => ({ metadata: { name: `p${i}`, namespace: 'shop', uid: `u${i}` } }));
    const list: RecordingLine = { t: 0, type: 'snapshot', kind: 'Pod', items };
    const noise = Array.from(
      { length: 300 },
      (_, i): RecordingLine => ({ t: i + 1, type: 'marker', name: `${i} ${Math.random()}` }),
    );
    const parts = await write([list, ...noise], 2000);
    expect((await foldOf(parts.slice(-1))).names.size).toBe(250);
    expect((await foldOf(parts)).names.size).toBe(250);
  });
});
