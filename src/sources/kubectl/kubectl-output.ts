import type { Clock } from '../../model/clock.ts';
import { isGzipError } from '../../recording/decompress.ts';
import { InputError } from '../../recording/input-error.ts';
import type { Notice } from '../../recording/notice.ts';
import { toInputError } from '../../recording/reader.ts';
import { redactObject } from '../../recording/redaction/standard.ts';
import { type Json, stringOf } from '../../text/json.ts';
import { safeLine } from '../../text/safe-text.ts';
import type { Envelope, SourceInfo } from '../../timeline/envelope.ts';
import type { Input } from '../input.ts';
import type { OpenedSource } from '../opened-source.ts';
import { RecentBytes } from '../recent-bytes.ts';
import { KubectlDecoder, objectIn, type Undated } from './kubectl-decoder.ts';
import type { Cut, Parse, Piece, PieceSplitter } from './piece.ts';
import { textOf } from './text-encoding.ts';

export interface KubectlOptions {
  readonly clock: Clock;
  /** Skip and count unreadable parts. */
  readonly lenient?: boolean;
  /** Called for each notice; the source's `notices` has all of them as well. */
  readonly onNotice?: (notice: Notice) => void;
  /** A stream silent for this long, in ms, is live and not a file. Default: a second. */
  readonly silenceMs?: number;
}

const KEPT_OF_A_STREAM = 64 << 20;
const MAX_VALUE = 256 << 20;

/** One of several inputs that are read as one output. */
export interface KubectlInput {
  readonly input: Input;
  /** Its bytes as UTF-8, unpacked, once. */
  readonly text: AsyncIterable<Buffer>;
  /** Cuts JSON, or YAML. */
  readonly newSplitter: () => PieceSplitter;
}

/**
 * Opens the output of `kubectl get pods -o json` (or yaml), with or without `-w` and
 * `--output-watch-events`, in one input or several. Arrivals of a file have the newest time that
 * their objects state: a lower bound. A stream that goes silent before it ends, or states times
 * later than its opening, is live: its arrivals have the clock's time. Resolves when the first list
 * is whole.
 * @throws InputError if it holds no Pod or cannot be read.
 */
export async function openKubectl(inputs: readonly KubectlInput[], options: KubectlOptions): Promise<OpenedSource> {
  const notices: Notice[] = [];
  const run = new KubectlRun(inputs, options, (notice) => {
    notices.push(notice);
    options.onNotice?.(notice);
  });
  const envelopes = run.envelopes();
  const first = await envelopes.next();
  let closed = false;
  const names = inputs.map(({ input }) => input.name).join(', ');
  if (first.done === true) throw new InputError(`${names} holds no Pod`);
  return {
    info: infoOf(names),
    startedAt: first.value.at,
    live: run.live,
    envelopes: continued(first.value, envelopes, () => closed),
    endedAt: null,
    notices,
    objectAt: (line, uid) => run.objectAt(line, uid),
    close: async () => {
      closed = true;
      for (const { input } of inputs) input.close();
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
    // Breaking off because the source was closed is not an error.
    if (!isClosed()) throw error;
  }
}

class KubectlRun {
  readonly #inputs: readonly KubectlInput[];
  readonly #options: KubectlOptions;
  readonly #onNotice: (notice: Notice) => void;
  readonly #decoder: KubectlDecoder;
  /** The number after which each input begins, and the parser of its pieces. */
  readonly #parts: { readonly after: number; readonly parse: Parse }[] = [];
  #splitter: PieceSplitter | null = null;
  readonly #kept: RecentBytes | null;
  readonly #openedAt: number;
  /** Does it happen now? null while unknown; arrivals wait for their time until then. */
  #live: boolean | null;
  #at = 0;

  constructor(inputs: readonly KubectlInput[], options: KubectlOptions, onNotice: (notice: Notice) => void) {
    this.#inputs = inputs;
    this.#options = options;
    this.#onNotice = onNotice;
    this.#decoder = new KubectlDecoder(options.lenient === true, onNotice);
    const isStream = inputs.some(({ input }) => input.reopen === null);
    this.#kept = isStream ? new RecentBytes(KEPT_OF_A_STREAM) : null;
    this.#openedAt = options.clock.now();
    this.#live = isStream && inputs.length === 1 ? null : false;
  }

  /** Known from the first envelope on. */
  get live(): boolean {
    return this.#live === true;
  }

  async *envelopes(): AsyncGenerator<Envelope> {
    const waiting: Undated[] = [];
    for (const one of this.#inputs) {
      this.#begin(one);
      try {
        for await (const arrived of this.#arrivals(one)) {
          waiting.push(...arrived);
          if (this.#live !== null) yield* this.#dated(waiting.splice(0));
        }
      } catch (error) {
        throw isGzipError(error) ? damaged(one, error) : toInputError(error, one.input.path);
      }
    }
    const wasLive = this.live;
    this.#live ??= false;
    yield* this.#dated([...waiting, ...this.#decoder.finish()]);
    if (wasLive) this.#notice('stream-ended', 'it has ended: nothing that happens now is shown');
  }

  #begin(one: KubectlInput): void {
    const splitter = one.newSplitter();
    this.#splitter = splitter;
    this.#parts.push({ after: this.#decoder.number, parse: (bytes) => splitter.parse(bytes) });
    this.#decoder.begin(one.input.path, (bytes) => splitter.parse(bytes));
  }

  /**
   * See OpenedSource: `line` is the number of a piece; gives the newest object of that UID up to
   * it.
   */
  async objectAt(line: number, uid: string): Promise<Json | null> {
    const newest = this.#kept === null ? await this.#inFiles(line, uid) : this.#inMemory(line, uid);
    return newest === null ? null : redactObject(stringOf(newest.kind) || 'Pod', newest);
  }

  #inMemory(line: number, uid: string): Json | null {
    for (const [number, bytes] of this.#kept?.upTo(line) ?? []) {
      const parse = this.#parts.findLast(({ after }) => after < number)?.parse;
      const found = parse === undefined ? null : objectIn(bytes, uid, parse);
      if (found !== null) return found;
    }
    return null;
  }

  async #inFiles(line: number, uid: string): Promise<Json | null> {
    let number = 0;
    let newest: Json | null = null;
    for (const { input, newSplitter } of this.#inputs) {
      const splitter = newSplitter();
      try {
        for await (const pieces of piecesOf(textOf(input.reopen?.() ?? input.bytes), input.path, splitter)) {
          for (const { bytes } of pieces) {
            if (++number <= line) newest = objectIn(bytes, uid, (held) => splitter.parse(held)) ?? newest;
          }
          if (number >= line) return newest;
        }
      } catch (error) {
        throw toInputError(error, input.path);
      }
    }
    return newest;
  }

  async *#arrivals({ text, input }: KubectlInput): AsyncGenerator<Undated[]> {
    const silenceMs = this.#options.silenceMs ?? 1000;
    const received = () => this.#options.clock.now();
    let cut: Cut | null = null;
    const pieces = piecesOf(text, input.path, this.#splitter as PieceSplitter, (found) => {
      cut = found;
    });
    for await (const batch of this.#live === false ? pieces : withSilence(pieces, silenceMs)) {
      if (batch === SILENCE) {
        this.#live = true;
        yield this.#decoder.settle();
        continue;
      }
      yield this.#decodeAll(batch, received());
    }
    if (cut !== null) yield this.#decoder.cutOff(cut, received());
  }

  #decodeAll(pieces: readonly Piece[], received: number): Undated[] {
    const arrived: Undated[] = [];
    for (const piece of pieces) {
      // Not spread: a list of a hundred thousand is one batch.
      for (const one of this.#decoder.push(piece, received)) arrived.push(one);
      if (piece.type === 'value' || piece.type === 'item') this.#kept?.add(this.#decoder.number, piece.bytes);
    }
    // A file holds nothing later than its opening.
    if (arrived.some(({ stated }) => stated !== null && stated > this.#openedAt)) this.#live ??= true;
    return arrived;
  }

  *#dated(arrivals: readonly Undated[]): Generator<Envelope> {
    for (const { envelope, stated, received } of arrivals) {
      const time = this.live ? received : (stated ?? (this.#at || this.#options.clock.now()));
      this.#at = Math.max(this.#at, time);
      yield { ...envelope, at: this.#at };
    }
  }

  #notice(kind: Notice['kind'], what: string): void {
    this.#onNotice({ kind, message: safeLine(`${this.#inputs[0]?.input.path}: ${what}`) });
  }
}

function damaged({ input }: KubectlInput, cause: unknown): InputError {
  return new InputError(`${input.path}: the compressed data is damaged`, { cause });
}

/** The pieces of the output as they arrive. `onCut` gets whatever the end cuts off. */
export async function* piecesOf(
  text: AsyncIterable<Buffer>,
  path: string,
  splitter: PieceSplitter,
  onCut: (cut: Cut) => void = () => {},
): AsyncGenerator<readonly Piece[]> {
  for await (const chunk of text) {
    yield splitter.push(chunk);
    if (splitter.pendingBytes > MAX_VALUE) throw new InputError(`${path}: holds an object of more than 256 MiB`);
  }
  const { pieces, cut } = splitter.end();
  yield pieces;
  if (cut !== null) onCut(cut);
}

const SILENCE = Symbol('silence');

/** The items, and one SILENCE whenever none came for so many ms. */
async function* withSilence<T>(items: AsyncGenerator<T>, ms: number): AsyncGenerator<T | typeof SILENCE> {
  try {
    while (true) {
      const next = items.next();
      // It may be abandoned when the reading stops; its failure does not matter then.
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
