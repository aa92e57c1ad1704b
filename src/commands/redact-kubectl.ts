import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { writeWhole } from '../process/output-file.ts';
import type { Terminal } from '../process/terminal.ts';
import { write } from '../process/write.ts';
import { InputError } from '../recording/input-error.ts';
import { isResourceKind } from '../recording/kinds.ts';
import { telling } from '../recording/redaction/mask.ts';
import type { MaskTally } from '../recording/redaction/mask-tally.ts';
import { redactObject } from '../recording/redaction/standard.ts';
import { StrictRedaction } from '../recording/redaction/strict.ts';
import { piecesOf } from '../sources/kubectl/kubectl-output.ts';
import type { Piece, PieceSplitter } from '../sources/kubectl/piece.ts';
import { splitterOf } from '../sources/kubectl/splitter.ts';
import type { OpenedInput } from '../sources/open.ts';
import { counted } from '../text/duration.ts';
import { type Json, objectOf, stringOf } from '../text/json.ts';
import type { RedactOptions } from './options/redact-options.ts';

/**
 * Writes output of kubectl as JSON, redacted, one object per line. Lists stay lists, and watch
 * events stay events. Omits and counts objects that crashtop does not use, logs and other lines.
 * @throws InputError if an object cannot be read (lenient: omits it), or none is usable.
 */
export async function redactKubectl(
  { input, text, format }: OpenedInput,
  options: RedactOptions,
  { stdout, stderr }: Terminal,
  tally: MaskTally,
): Promise<void> {
  const splitter = await splitterOf(format === 'yaml' ? 'yaml' : 'json');
  const redaction = new KubectlRedaction(splitter(), options.redact === 'strict' ? new StrictRedaction() : null, (line) => {
    if (options.lenient !== true) throw new InputError(`${input.path}:${line}: not JSON; use --lenient to skip it`);
  });
  const words = redacted(piecesOf(text, input.path, redaction.splitter), redaction, tally);
  const holdsSomething = () => {
    if (redaction.kept === 0) throw new InputError(`${input.path} contains nothing that crashtop keeps`);
  };
  if (options.output === '-') {
    for await (const some of words) await write(stdout, some);
    holdsSomething();
  } else {
    const file = { file: options.output, overwrite: options.overwrite ?? false, readers: 'owner' } as const;
    await writeWhole(options.output.endsWith('.gz') ? packed(words) : words, file, holdsSomething);
  }
  if (redaction.leftOut > 0) stderr.write(`crashtop: omitted ${counted(redaction.leftOut, 'object')} or lines of other kinds\n`);
}

async function* redacted(
  pieces: AsyncIterable<readonly Piece[]>,
  redaction: KubectlRedaction,
  tally: MaskTally,
): AsyncGenerator<string> {
  for await (const some of pieces) yield telling(tally.add, () => some.map((piece) => redaction.piece(piece)).join(''));
  yield redaction.end();
}

function packed(words: AsyncIterable<string>): AsyncIterable<Buffer> {
  const gzip = createGzip();
  // An earlier failure ends the gzip stream, whose reader gets the error.
  pipeline(Readable.from(words), gzip, () => {});
  return gzip;
}

class KubectlRedaction {
  readonly splitter: PieceSplitter;
  kept = 0;
  leftOut = 0;
  readonly #strict: StrictRedaction | null;
  readonly #onUnreadable: (line: number) => void;
  #listKind = '';
  #isInList = false;
  #isFirst = true;

  constructor(splitter: PieceSplitter, strict: StrictRedaction | null, onUnreadable: (line: number) => void) {
    this.splitter = splitter;
    this.#strict = strict;
    this.#onUnreadable = onUnreadable;
  }

  /** The output for a piece. */
  piece({ type, bytes, line }: Piece): string {
    if (type === 'list-begin') {
      this.#isInList = true;
      this.#isFirst = true;
      this.#listKind = stringOf(this.splitter.parse(bytes)?.kind).replace(/List$/, '');
      return '{"apiVersion":"v1","kind":"List","items":[\n';
    }
    if (type === 'list-end') return this.end();
    const json = type === 'item' || type === 'value' ? this.splitter.parse(bytes) : null;
    if (json === undefined) this.#onUnreadable(line);
    const kept = json === undefined || json === null ? null : this.#value(json);
    if (kept === null) {
      this.leftOut++;
      return '';
    }
    this.kept++;
    const comma = type === 'item' && !this.#isFirst ? ',\n' : '';
    if (type === 'item') this.#isFirst = false;
    return `${comma}${JSON.stringify(kept)}${type === 'item' ? '' : '\n'}`;
  }

  /** Closes an open list. */
  end(): string {
    if (!this.#isInList) return '';
    this.#isInList = false;
    return '\n]}\n';
  }

  #value(json: Json): Json | null {
    if (typeof json.type === 'string' && json.object !== undefined) {
      const object = this.#object(objectOf(json.object));
      return object === null ? null : { type: json.type, object };
    }
    if (!Array.isArray(json.items)) return this.#object(json);
    const items = json.items.map((item) => this.#object(objectOf(item))).filter((item) => item !== null);
    return { apiVersion: 'v1', kind: 'List', items };
  }

  #object(object: Json): Json | null {
    const kind = stringOf(object.kind) || this.#listKind;
    if (!isResourceKind(kind)) return null;
    const kept = redactObject(kind, object);
    if (kept === null || this.#strict === null) return kept === null ? null : { ...kept, kind };
    const line = this.#strict.line({ t: 0, type: 'ADDED', kind, object: kept });
    return line !== null && 'object' in line ? { apiVersion: stringOf(object.apiVersion), ...objectOf(line.object), kind } : null;
  }
}
