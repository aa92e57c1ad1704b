import type { Readable } from 'node:stream';
import type { Clock } from '../model/clock.ts';
import { type Json, objectOf } from '../model/json.ts';
import { decompress, isGzipError, withHead } from '../recording/decompress.ts';
import { isHeader } from '../recording/header.ts';
import { InputError } from '../recording/input-error.ts';
import type { Notice } from '../recording/notice.ts';
import { damagedFromStart, toInputError } from '../recording/reader.ts';
import { type Input, inputAt, inputFrom } from './input.ts';
import { openKubectl } from './kubectl-watch.ts';
import type { OpenedSource } from './opened-source.ts';
import { openRecording } from './recording.ts';

export interface OpenOptions {
  readonly clock: Clock;
  /** Standard input, for `-`. */
  readonly stdin: Readable;
  /** Skip and count what cannot be read, instead of an error. */
  readonly lenient?: boolean;
  /** Called as each notice comes; all of them are in the source's `notices` as well. */
  readonly onNotice?: (notice: Notice) => void;
  /** A stream of kubectl's output that is silent for so long, ms, is live. A second if not given. */
  readonly silenceMs?: number;
}

type Format = 'recording' | 'kubectl';

// So much of the beginning is looked at to tell what it is.
const LOOK_AT = 64 * 1024;

/**
 * Opens a recording or kubectl's output, plain or gzipped: a path, or `-` for standard input.
 * @throws InputError where there is nothing to read, or something else: one clear line.
 */
export async function openSource(file: string, options: OpenOptions): Promise<OpenedSource> {
  const input = file === '-' ? inputFrom(options.stdin) : await inputAt(file);
  try {
    const { format, bytes } = await lookAt(input);
    const whole = { ...input, bytes };
    return await (format === 'recording' ? openRecording(whole, options) : openKubectl(whole, options));
  } catch (error) {
    input.close();
    throw isGzipError(error) ? damagedFromStart(input.path, error) : toInputError(error, input.path);
  }
}

async function lookAt(input: Input): Promise<{ format: Format; bytes: AsyncIterable<Uint8Array> }> {
  const chunks = decompress(input.bytes);
  let head = Buffer.alloc(0);
  while (true) {
    const next = await chunks.next();
    if (next.done !== true) head = Buffer.concat([head, next.value]);
    const ended = next.done === true || head.length >= LOOK_AT;
    const format = formatOf(head, ended, input.path);
    if (format !== null) return { format, bytes: withHead(withoutMark(head), chunks) };
  }
}

function withoutMark(head: Buffer): Buffer {
  return head.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? head.subarray(3) : head;
}

/** null where more has to be read to tell. */
function formatOf(head: Buffer, ended: boolean, path: string): Format | null {
  const text = withoutMark(head).toString('utf8', 0, LOOK_AT).trimStart();
  if (text === '' && !ended) return null;
  if (text === '') throw new InputError(`${path} is empty: there is nothing to replay`);
  if (!text.startsWith('{')) throw neither(path, text);
  if (/^\{\s*"crashtop"\s*:/.test(text)) return 'recording';
  const newline = text.indexOf('\n');
  const first = newline >= 0 || ended ? parse(newline >= 0 ? text.slice(0, newline) : text) : undefined;
  if (first !== undefined) return formatOfValue(first, path);
  if (/"(?:apiVersion|kind|items|object)"\s*:/.test(text)) return 'kubectl';
  if (ended) throw neither(path, text);
  return null;
}

function formatOfValue(json: Json, path: string): Format {
  if (isHeader(json)) return 'recording';
  if (typeof json.t === 'number' && typeof json.type === 'string') {
    throw new InputError(`${path}:1: a recording without its header line: give the whole file`);
  }
  if (typeof json.kind === 'string' || Array.isArray(json.items) || (typeof json.type === 'string' && 'object' in json))
    return 'kubectl';
  throw neither(path, '{');
}

function neither(path: string, text: string): InputError {
  if (/^NAME(?:SPACE)?\s/.test(text) || /^apiVersion:/m.test(text)) {
    return new InputError(
      `${path} is kubectl's output for people: give that of kubectl get pods -A -w --output-watch-events -o json`,
    );
  }
  return new InputError(`${path} is neither a crashtop recording nor the JSON that kubectl get pods prints`);
}

function parse(text: string): Json | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}
