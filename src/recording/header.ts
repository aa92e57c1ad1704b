import { arrayOf, objectOf, stringOf, timeOf } from '../text/json.ts';
import { safeLine } from '../text/safe-text.ts';
import { boundedJson } from './bounded-json.ts';
import { InputError } from './input-error.ts';
import { maskText } from './redaction/mask.ts';

/** The newest format version that can be read, and the one that is written. */
const FORMAT_VERSION = 1;

/** What was recorded. */
export interface RecordedSource {
  readonly kind: string;
  readonly context: string | null;
  /** `v1.35.4`; null if unknown. */
  readonly serverVersion: string | null;
  /** null for all namespaces. */
  readonly namespaces: readonly string[] | null;
  readonly selector: string | null;
}

/** The first line of a recording. Its strings are safe. */
export interface RecordingHeader {
  /** The recording machine's clock at t = 0, epoch ms. */
  readonly startedAt: number;
  readonly source: RecordedSource;
  /** `standard` or `strict`; `none` is accepted, but never written. */
  readonly redaction: string;
  /** The program that wrote it: `crashtop 0.1.0`. */
  readonly tool: string;
}

/** True if the first line's JSON claims to be a recording's header, of any version. */
export function isHeader(json: unknown): boolean {
  return objectOf(json).crashtop === 'recording';
}

/**
 * Reads the header from the parsed first line.
 * @param file the file name, for messages.
 * @throws InputError if it is no header, or one of a newer version.
 */
export function toHeader(json: unknown, file: string): RecordingHeader {
  const raw = boundedJson(objectOf(json));
  if (!isHeader(raw)) throw foreign(file);
  if (typeof raw.version !== 'number' || raw.version < 1) {
    throw new InputError(`${file}:1: the header has no version: the file is damaged`);
  }
  if (raw.version > FORMAT_VERSION) {
    const versions = `format version ${raw.version}, and this crashtop reads up to version ${FORMAT_VERSION}`;
    throw new InputError(`${file}:1: written in ${versions}: use a newer crashtop`);
  }
  const startedAt = timeOf(raw.startedAt);
  if (startedAt === null) throw new InputError(`${file}:1: startedAt in the header is not a time: the file is damaged`);
  const source = objectOf(raw.source);
  return {
    startedAt,
    source: {
      kind: safeLine(stringOf(source.kind)),
      context: safeOrNull(source.context),
      serverVersion: safeOrNull(source.serverVersion),
      namespaces: Array.isArray(source.namespaces) ? arrayOf(source.namespaces).map((n) => safeLine(stringOf(n))) : null,
      selector: safeOrNull(source.selector),
    },
    redaction: safeLine(stringOf(raw.redaction)),
    tool: safeLine(stringOf(raw.tool)),
  };
}

function safeOrNull(value: unknown): string | null {
  return typeof value === 'string' ? safeLine(maskText(value)) : null;
}

/** The error for a file that is not a recording. */
export function foreign(file: string): InputError {
  return new InputError(`${file}:1: not a crashtop recording; crashtop record -o FILE makes one`);
}

/** The header as the first line of the format, ready for JSON.stringify. */
export function fromHeader(header: RecordingHeader): object {
  return {
    crashtop: 'recording',
    version: FORMAT_VERSION,
    startedAt: new Date(header.startedAt).toISOString(),
    source: header.source,
    redaction: header.redaction,
    tool: header.tool,
  };
}
