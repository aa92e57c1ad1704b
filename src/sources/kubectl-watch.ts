import type { Clock } from '../model/clock.ts';
import type { Json } from '../model/json.ts';
import { safeLine } from '../model/safe-text.ts';
import { decompress, isGzipError } from '../recording/decompress.ts';
import { InputError } from '../recording/input-error.ts';
import type { Notice } from '../recording/notice.ts';
import { toInputError } from '../recording/reader.ts';
import { redactObject } from '../recording/redaction.ts';
import type { Envelope, SourceInfo } from '../timeline/envelope.ts';
import type { Input } from './input.ts';
import { type JsonPiece, JsonValueSplitter } from './json-values.ts';
import { KubectlDecoder, podIn, type Undated } from './kubectl-decoder.ts';
import type { OpenedSource } from './opened-source.ts';
import { RecentBytes } from './recent-bytes.ts';

export interface KubectlOptions {
  readonly clock: Clock;
  /** Skip and count what cannot be read. */
  readonly lenient?: boolean;
  /** Called as each notice comes; all of them are in the source's `notices` as well. */
  readonly onNotice?: (notice: Notice) => void;
  /** A stream that is silent for so long, ms, is live and not a file. A second if not given. */
  readonly silenceMs?: number;
}

const KEPT_OF_A_STREAM = 64 << 20;
const MAX_VALUE = 256 << 20;

/**
 * Opens what `kubectl get pods -o json` prints, with `-w` and `--output-watch-events` or without. Of a file, arrivals have
 * the newest time that their Pod states: a lower bound. A stream that goes silent before it ends, or states times later
 * than its opening, is live: arrivals have the clock's time then. Resolves when the first list is whole.
 * @throws InputError where it holds no Pod or cannot be read.
 */
export async function openKubectl(input: Input, options: KubectlOptions): Promise<OpenedSource> {
  const notices: Notice[] = [];
  const run = new KubectlRun(input, options, (notice) => {
    notices.push(notice);
    options.onNotice?.(notice);
  });
  const envelopes = run.envelopes();
  const first = await envelopes.next();
  let closed = false;
  if (first.done === true) throw new InputError(`${input.path} holds no Pod`);
  return {
    info: infoOf(input.name),
    startedAt: first.value.at,
    live: run.live,
    envelopes: continued(first.value, envelopes, () => closed),
    endedAt: null,
    notices,
    objectAt: (line, uid) => run.objectAt(line, uid),
    close: async () => {
      closed = true;
      input.close();
    },
  };
}

function infoOf(name: string): SourceInfo {
  return { kind: 'recording', name, context: null, serverVersion: null, namespaces: null, selector: null };
}

async function* continued(first: Envelope, rest: AsyncGenerator<Envelope>, isClosed: () => boolean): AsyncGenerator<Envelope> {
  try {
    yield first;
    yield* rest;
  } catch (error) {
    // What breaks off because the source was closed is no error.
    if (!isClosed()) throw error;
  }
}

class KubectlRun {
  readonly #input: Input;
  readonly #options: KubectlOptions;
  readonly #onNotice: (notice: Notice) => void;
  readonly #decoder: KubectlDecoder;
  readonly #kept: RecentBytes | null;
  readonly #openedAt: number;
  /** Does it happen now? null while it is not known, and arrivals wait for their time. */
  #live: boolean | null;
  #at = 0;

  constructor(input: Input, options: KubectlOptions, onNotice: (notice: Notice) => void) {
    this.#input = input;
    this.#options = options;
    this.#onNotice = onNotice;
    this.#decoder = new KubectlDecoder(input.path, options.lenient === true, onNotice);
    this.#kept = input.reopen === null ? new RecentBytes(KEPT_OF_A_STREAM) : null;
    this.#openedAt = options.clock.now();
    this.#live = input.reopen === null ? null : false;
  }

  /** Known from the first envelope on. */
  get live(): boolean {
    return this.#live === true;
  }

  async *envelopes(): AsyncGenerator<Envelope> {
    const waiting: Undated[] = [];
    try {
      for await (const arrived of this.#arrivals()) {
        waiting.push(...arrived);
        if (this.#live !== null) yield* this.#dated(waiting.splice(0));
      }
      const wasLive = this.live;
      this.#live ??= false;
      yield* this.#dated([...waiting, ...this.#decoder.finish()]);
      if (wasLive) this.#notice('stream-ended', 'it has ended: nothing that happens now is shown');
    } catch (error) {
      throw isGzipError(error) ? this.#damaged(error) : toInputError(error, this.#input.path);
    }
  }

  /** See OpenedSource: `line` is the number of a JSON value; the newest object of that UID up to it. */
  async objectAt(line: number, uid: string): Promise<Json | null> {
    const newest = this.#kept === null ? await this.#inFile(line, uid) : this.#inMemory(line, uid);
    return newest === null ? null : redactObject('Pod', newest);
  }

  #inMemory(line: number, uid: string): Json | null {
    for (const bytes of this.#kept?.upTo(line) ?? []) {
      const found = podIn(bytes, uid);
      if (found !== null) return found;
    }
    return null;
  }

  async #inFile(line: number, uid: string): Promise<Json | null> {
    let number = 0;
    let newest: Json | null = null;
    try {
      for await (const pieces of piecesOf(this.#input.reopen?.() ?? [], this.#input.path)) {
        for (const piece of pieces) {
          if (piece.kind === 'object' && ++number <= line) newest = podIn(piece.bytes, uid) ?? newest;
        }
        if (number >= line) break;
      }
    } catch (error) {
      throw toInputError(error, this.#input.path);
    }
    return newest;
  }

  async *#arrivals(): AsyncGenerator<Undated[]> {
    const silenceMs = this.#options.silenceMs ?? 1000;
    const pieces = piecesOf(this.#input.bytes, this.#input.path, (cut) => this.#dropped(cut));
    for await (const batch of this.#live === false ? pieces : withSilence(pieces, silenceMs)) {
      if (batch === SILENCE) {
        this.#live = true;
        yield this.#decoder.settle();
        continue;
      }
      const received = this.#options.clock.now();
      const arrived = batch.flatMap((piece) => this.#decode(piece, received));
      // A file holds nothing from after it was opened.
      if (arrived.some(({ stated }) => stated !== null && stated > this.#openedAt)) this.#live ??= true;
      yield arrived;
    }
  }

  #decode(piece: JsonPiece, received: number): Undated[] {
    const arrived = this.#decoder.push(piece, received);
    if (piece.kind === 'object') this.#kept?.add(this.#decoder.number, piece.bytes);
    return arrived;
  }

  *#dated(arrivals: readonly Undated[]): Generator<Envelope> {
    for (const { envelope, stated, received } of arrivals) {
      const time = this.live ? received : (stated ?? (this.#at || this.#options.clock.now()));
      this.#at = Math.max(this.#at, time);
      yield { ...envelope, at: this.#at };
    }
  }

  #dropped(piece: JsonPiece): void {
    this.#notice('last-line-dropped', `the last object, from line ${piece.line} on, is cut off and was dropped`);
  }

  #damaged(error: unknown): InputError {
    return new InputError(`${this.#input.path}: the compressed data is damaged`, { cause: error });
  }

  #notice(kind: Notice['kind'], what: string): void {
    this.#onNotice({ kind, message: safeLine(`${this.#input.path}: ${what}`) });
  }
}

/** The pieces of the output as they arrive. An object that is cut off at the end goes to `onCut`. */
async function* piecesOf(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  path: string,
  onCut: (piece: JsonPiece) => void = () => {},
): AsyncGenerator<JsonPiece[]> {
  const splitter = new JsonValueSplitter();
  for await (const chunk of decompress(asAsync(bytes))) {
    yield splitter.push(chunk);
    if (splitter.pendingBytes > MAX_VALUE) throw new InputError(`${path}: holds an object of more than 256 MiB`);
  }
  const rest = splitter.rest();
  if (rest?.kind === 'object') onCut(rest);
  else if (rest !== null) yield [rest];
}

async function* asAsync(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* bytes;
}

const SILENCE = Symbol('silence');

/** The items, and SILENCE once whenever none came for so many ms. */
async function* withSilence<T>(items: AsyncGenerator<T>, ms: number): AsyncGenerator<T | typeof SILENCE> {
  try {
    while (true) {
      const next = items.next();
      // It may be left behind when the reading is broken off; its failure concerns nobody then.
      next.catch(() => {});
      if ((await firstOf(next, ms)) === SILENCE) yield SILENCE;
      const result = await next;
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    // Not awaited: it would wait for bytes that may never come.
    items.return(undefined).catch(() => {});
  }
}

async function firstOf<T>(promise: Promise<T>, ms: number): Promise<T | typeof SILENCE> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<typeof SILENCE>((resolve) => {
    timer = setTimeout(resolve, ms, SILENCE);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
