import type { Timers } from '../../../model/timers.ts';

/** Why nobody waits any longer: the person's own limit for the whole (--request-timeout), or a silence. */
export type Impatience = 'limit' | 'silence';

/** How long is waited for an answer, in ms; 0 for any time. */
export interface PatienceLimits {
  /** For the whole. */
  readonly wholeMs: number;
  /** For the headers, and then for each `progressBytes` of the body. */
  readonly silenceMs: number;
  /** A server that sends a byte now and then says nothing. */
  readonly progressBytes: number;
}

/** Waits for one answer, and no longer than there is patience, or somebody cancels: then its signal aborts the request. */
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
    // AbortSignal.any would stay with a signal that lives as long as the session.
    if (cancel?.aborted) this.#abort();
    else cancel?.addEventListener('abort', this.#abort, { once: true });
    this.#whole = limits.wholeMs === 0 ? null : timers.start(() => this.#end('limit'), limits.wholeMs);
  }

  /** Aborts when patience is over, and when somebody cancels. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why patience is over; null while it is not. */
  get over(): Impatience | null {
    return this.#over;
  }

  /** A request was sent, or something came: from now on silence counts. */
  listen(): void {
    const { silenceMs } = this.#limits;
    if (silenceMs === 0) return;
    if (this.#silence !== null) this.#timers.stop(this.#silence);
    this.#silence = this.#timers.start(() => this.#end('silence'), silenceMs);
  }

  /** Takes note that headers came, which is progress, or so many bytes of a body. */
  heard(bytes: number = this.#limits.progressBytes): void {
    this.#unheard += bytes;
    if (this.#unheard < this.#limits.progressBytes) return;
    this.#unheard = 0;
    this.listen();
  }

  /** The answer is there, or nobody wants it any more: it can no longer be cancelled either. */
  release(): void {
    this.stop();
    this.#cancel?.removeEventListener('abort', this.#abort);
  }

  /** Nothing is waited for any more: only who cancels still ends it. */
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
