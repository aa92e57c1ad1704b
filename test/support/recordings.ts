import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import fc from 'fast-check';
import type { RecordingHeader } from '../../src/recording/header.ts';
import type { RecordingLine } from '../../src/recording/line.ts';
import type { Notice } from '../../src/recording/notice.ts';
import { type NumberedLine, type ReadOptions, RecordingReader } from '../../src/recording/reader.ts';
import { fixture } from './recorded.ts';

export const STARTED_AT = Date.parse('2026-11-22T14:57:48.931Z');

export const HEADER_LINE = JSON.stringify({
  crashtop: 'recording',
  version: 1,
  startedAt: new Date(STARTED_AT).toISOString(),
  source: { kind: 'cluster', context: 'prod-eu', serverVersion: 'v1.35.4', namespaces: null, selector: null },
  redaction: 'none',
  tool: 'test',
});

/** What came of reading a recording. */
export interface Outcome {
  readonly header: RecordingHeader | null;
  readonly lines: readonly NumberedLine[];
  readonly notices: readonly Notice[];
  readonly endedAt: number | null;
  /** The message of the error it ended with; null without one. */
  readonly error: string | null;
}

/** Reads a recording to its end or error. */
export async function readAll(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: Omit<ReadOptions, 'file' | 'onNotice'> = {},
): Promise<Outcome> {
  const lines: NumberedLine[] = [];
  const notices: Notice[] = [];
  let reader: RecordingReader | null = null;
  const outcome = (error: string | null) => ({
    header: reader?.header ?? null,
    lines,
    notices,
    endedAt: reader?.endedAt ?? null,
    error,
  });
  try {
    reader = await RecordingReader.open(stream(bytes), { ...options, file: 'x.ndjson', onNotice: (n) => notices.push(n) });
    for await (const batch of reader.batches()) lines.push(...batch);
    return outcome(null);
  } catch (error) {
    return outcome((error as Error).message);
  }
}

async function* stream(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* bytes;
}

/** Reads the text of a recording. */
export function readText(text: string, options: Omit<ReadOptions, 'file' | 'onNotice'> = {}): Promise<Outcome> {
  return readAll([Buffer.from(text)], options);
}

/** The text of a recording of these lines: with its end line, or as if its writer was stopped after the last. */
export function textOfRecording(lines: readonly object[], { end = true } = {}): string {
  const body = [HEADER_LINE, ...lines.map((line) => JSON.stringify(line))].map((line) => `${line}\n`).join('');
  return end ? body + endLine(body) : body;
}

/** The end line behind a text of whole lines. */
export function endLine(body: string): string {
  const lines = body.split('\n').length - 1;
  const t = lastTime(body);
  return `${JSON.stringify({ t, type: 'end', lines, sha256: createHash('sha256').update(body).digest('hex') })}\n`;
}

function lastTime(body: string): number {
  const last = JSON.parse(body.trimEnd().split('\n').at(-1) ?? '{}') as { t?: number };
  return last.t ?? 0;
}

/** A Pod as the API sends it, with no more than it needs. */
export function podObject(name: string, uid: string, more: object = {}) {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', uid }, spec: {}, status: {}, ...more };
}

const text = fc.string({
  unit: fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('\n', '\u2028', 'é', '😀')),
  maxLength: 6,
});
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const pod = fc.record({ name, uid: fc.uuid(), note: text }).map((p) => podObject(p.name, p.uid, { status: { message: p.note } }));
const timeless = fc.oneof(
  fc.record({ type: fc.constantFrom('ADDED', 'MODIFIED', 'DELETED'), kind: fc.constant('Pod'), object: pod }),
  fc.record({ type: fc.constant('snapshot'), kind: fc.constant('Pod'), items: fc.array(pod, { maxLength: 3 }) }),
  fc.record({ type: fc.constant('log'), namespace: name, pod: name, uid: fc.uuid(), container: name, text }),
  fc.record({ type: fc.constant('gap'), kind: fc.constant('Pod'), from: fc.constant(0), reason: text }),
  fc.record({ type: fc.constant('marker'), name: text, note: text }),
  fc.record({ type: fc.constant('access'), hidden: fc.constant([{ what: 'logs', namespace: null, why: 'forbidden' }]) }),
);

/** Lines of a recording, their times ascending. */
export const anyLines: fc.Arbitrary<RecordingLine[]> = fc
  .array(fc.tuple(fc.nat(5000), timeless), { maxLength: 12 })
  .map((parts) => {
    let t = 0;
    return parts.map(([wait, line]) => {
      t += wait;
      return { t, ...line } as unknown as RecordingLine;
    });
  });

/** Cuts bytes into pieces at these places (fractions of the length). */
export function inPieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => Math.floor(cut * bytes.length)))].sort((a, b) => a - b);
  return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length));
}

export const anyCuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

/** The raw lines of a recorded stream, as they stand in the fixture. */
export async function rawLinesOf(zoo: 'zoo' | 'zoo-1.33'): Promise<Outcome> {
  return readAll(createReadStream(fixture(`recordings/${zoo}.ndjson.gz`)));
}
