import type { Readable } from 'node:stream';
import type { Clock } from '../model/clock.ts';
import { isGzipError, withHead } from '../recording/decompress.ts';
import { isHeader } from '../recording/header.ts';
import { InputError } from '../recording/input-error.ts';
import type { Notice } from '../recording/notice.ts';
import { damagedFromStart, toInputError } from '../recording/reader.ts';
import { type Json, objectOf } from '../text/json.ts';
import { type Input, inputAt, inputFrom, isDirectory } from './input.ts';
import { openDirectory } from './kubectl/dump-directory.ts';
import { type KubectlInput, openKubectl } from './kubectl/kubectl-output.ts';
import { isKnownNoise, isNoise } from './kubectl/noise.ts';
import { splitterOf } from './kubectl/splitter.ts';
import { textOf } from './kubectl/text-encoding.ts';
import type { OpenedSource } from './opened-source.ts';
import { openRecording } from './recording.ts';

export interface OpenOptions {
  readonly clock: Clock;
  /** Standard input, for `-`. */
  readonly stdin: Readable;
  /** Skip and count unreadable parts, instead of an error. */
  readonly lenient?: boolean;
  /** Called for each notice; the source's `notices` has all of them as well. */
  readonly onNotice?: (notice: Notice) => void;
  /** A stream of kubectl's output silent for this long, in ms, is live. Default: a second. */
  readonly silenceMs?: number;
}

/** The format of an input. */
type Format = 'recording' | 'json' | 'yaml';

// How many bytes of the beginning are read to recognize the format.
const LOOK_AT = 64 * 1024;

/**
 * Opens all inputs that crashtop reads, plain or gzipped: a recording; kubectl's output as JSON or
 * YAML, of one input or several; a directory of `kubectl cluster-info dump` or must-gather. Each is
 * a path, or `-` for standard input.
 * @throws InputError if there is nothing to read, or something else: one clear line.
 */
export async function openSource(paths: readonly string[], options: OpenOptions): Promise<OpenedSource> {
  const [only] = paths;
  if (only !== undefined && paths.length === 1 && only !== '-' && (await isDirectory(only))) return openDirectory(only, options);
  const inputs: Input[] = [];
  try {
    for (const path of paths) inputs.push(path === '-' ? inputFrom(options.stdin) : await inputAt(path));
    return await openInputs(inputs, options);
  } catch (error) {
    for (const input of inputs) input.close();
    throw error;
  }
}

/** An input of known format that is not read further yet. */
export interface OpenedInput {
  readonly input: Input;
  readonly format: Format;
  /** Its bytes as UTF-8, unpacked, once. */
  readonly text: AsyncIterable<Buffer>;
}

/** Opens one input, a path or `-`, to be read by lines or pieces. @throws as {@link openSource}. */
export async function openInput(path: string, stdin: Readable): Promise<OpenedInput> {
  const input = path === '-' ? inputFrom(stdin) : await inputAt(path);
  try {
    return { input, ...(await lookAt(input)) };
  } catch (error) {
    input.close();
    throw error;
  }
}

async function openInputs(inputs: readonly Input[], options: OpenOptions): Promise<OpenedSource> {
  const outputs: KubectlInput[] = [];
  for (const input of inputs) {
    const { format, text } = await lookAt(input);
    if (format === 'recording' && inputs.length > 1) {
      throw new InputError(`${input.path} is a recording: give it alone; only what kubectl printed is read from several files`);
    }
    if (format === 'recording') return openRecording({ ...input, bytes: text }, options);
    outputs.push({ input, text, newSplitter: await splitterOf(format) });
  }
  return openKubectl(outputs, options);
}

/** @throws InputError if its format is unknown. */
async function lookAt(input: Input): Promise<{ format: Format; text: AsyncIterable<Buffer> }> {
  try {
    const chunks = textOf(input.bytes);
    let head: Buffer = Buffer.alloc(0);
    while (true) {
      const next = await chunks.next();
      if (next.done !== true) head = Buffer.concat([head, next.value]);
      const ended = next.done === true || head.length >= LOOK_AT;
      const format = formatOf(head.toString('utf8', 0, LOOK_AT), ended, input.path);
      if (format !== null) return { format, text: withHead(head, chunks) };
    }
  } catch (error) {
    throw isGzipError(error) ? damagedFromStart(input.path, error) : toInputError(error, input.path);
  }
}

/** null if more has to be read to decide. */
function formatOf(head: string, ended: boolean, path: string): Format | null {
  if (/^\s*$/.test(head)) {
    if (!ended) return null;
    throw new InputError(`${path} is empty: there is nothing to replay`);
  }
  const text = withoutNoise(head, ended);
  if (text === null) return null;
  if (/^\{\s{0,99}"crashtop"\s{0,99}:/.test(text)) return 'recording';
  if (/^(?:apiVersion|kind|items|metadata):|^---\s|^%YAML |^- (?:apiVersion|kind|metadata):/.test(text)) return 'yaml';
  if (!/^[{[]/.test(text)) throw neither(path, head);
  const newline = text.indexOf('\n');
  const first = newline >= 0 || ended ? parse(newline >= 0 ? text.slice(0, newline) : text) : undefined;
  if (first !== undefined) return formatOfValue(first, path);
  if (/"(?:apiVersion|kind|items|object)"\s{0,99}:/.test(text)) return 'json';
  if (ended) throw neither(path, head);
  return null;
}

// Drops leading lines added by a shell or kubectl; null if the first other line has not arrived
// yet.
function withoutNoise(head: string, ended: boolean): string | null {
  let from = 0;
  while (true) {
    while (/\s/.test(head.charAt(from))) from++;
    const newline = head.indexOf('\n', from);
    const line = head.slice(from, newline < 0 ? head.length : newline);
    const begins =
      /^(?:\{|\[\s{0,99}(?:\{|\]|$)|---|%YAML |(?:apiVersion|kind|items|metadata):|- )/.test(line) && !isKnownNoise(line);
    if (begins || (line !== '' && !isNoise(line))) return head.slice(from);
    if (newline < 0) return ended ? '' : null;
    from = newline + 1;
  }
}

function formatOfValue(json: Json, path: string): Format {
  if (isHeader(json)) return 'recording';
  if (typeof json.t === 'number' && typeof json.type === 'string') {
    throw new InputError(`${path}:1: a recording without its header line: give the whole file`);
  }
  if (typeof json.kind === 'string' || Array.isArray(json.items) || (typeof json.type === 'string' && 'object' in json)) {
    return 'json';
  }
  throw neither(path, '{');
}

function neither(path: string, text: string): InputError {
  if (/^NAME(?:SPACE)?\s/.test(text.trimStart())) {
    return new InputError(
      `${path} is kubectl's output for people: give that of kubectl get pods -A -w --output-watch-events -o json`,
    );
  }
  return new InputError(`${path} is neither a crashtop recording nor the JSON or YAML that kubectl get pods prints`);
}

// An array is recognized by its first object.
function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return objectOf(Array.isArray(value) ? value[0] : value);
  } catch {
    return undefined;
  }
}
