import type { Timers } from '../../../model/timers.ts';

/** Why the wait ended: the user's limit for the whole (--request-timeout), or silence. */
export type Impatience = 'limit' | 'silence';

/** How long to wait for an answer, in ms; 0 for no limit. */
export interface PatienceLimits {
  /** For the whole. */
  readonly wholeMs: number;
  /** For the headers, and then for each `progressBytes` of the body. */
  readonly silenceMs: number;
  /** Against a server that only sends a byte now and then. */
  readonly progressBytes: number;
}

/** Waits for one answer, within limits or until cancelled: then its signal aborts the request. */
export class Patience {
  readonly #timers: Timers;
  readonly #limits: PatienceLimits;
  readonly #cancel: AbortSignal | null;
  readonly #controller = new AbortController();
  readonly #abort = () => this.#controller.abort(this.#cancel?.reason);
  readonly #whole: unknown;
  #silence: unknown = null;
  #unheard = 0;
  #over: Impatience | null = null;

  constructor(timers: Timers, limits: PatienceLimits, cancel: AbortSignal | null) {
    this.#timers = timers;
    this.#limits = limits;
    this.#cancel = cancel;
    // AbortSignal.any would stay attached to a signal that lives as long as the session.
    if (cancel?.aborted) this.#abort();
    else cancel?.addEventListener('abort', this.#abort, { once: true });
    this.#whole = limits.wholeMs === 0 ? null : timers.start(() => this.#end('limit'), limits.wholeMs);
  }

  /** Aborts when a limit is reached, and on cancellation. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Which limit was reached; null if none. */
  get over(): Impatience | null {
    return this.#over;
  }

  /** Starts counting silence: a request was sent, or data arrived. */
  listen(): void {
    const { silenceMs } = this.#limits;
    if (silenceMs === 0) return;
    if (this.#silence !== null) this.#timers.stop(this.#silence);
    this.#silence = this.#timers.start(() => this.#end('silence'), silenceMs);
  }

  /** Takes note of progress: headers, or so many bytes of a body. */
  heard(bytes: number = this.#limits.progressBytes): void {
    this.#unheard += bytes;
    if (this.#unheard < this.#limits.progressBytes) return;
    this.#unheard = 0;
    this.listen();
  }

  /** The answer is complete, or no longer wanted: it cannot be cancelled any more either. */
  release(): void {
    this.stop();
    this.#cancel?.removeEventListener('abort', this.#abort);
  }

  /** Ends the limits: only cancellation still aborts. */
  stop(): void {
    for (const timer of [this.#whole, this.#silence]) if (timer !== null) this.#timers.stop(timer);
    this.#silence = null;
  }

  #end(why: Impatience): void {
    this.#over ??= why;
    this.stop();
    this.#controller.abort();
  }
}
