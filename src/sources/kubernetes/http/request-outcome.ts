import type { Clock } from '../../../model/clock.ts';
import { ConnectionError, type FailureKind } from './connection-error.ts';

/**
 * The outcome of a request, for a debug log. It holds the path, never the query, a header or a
 * body: the only secret it can hold is one used as an object's name.
 */
export interface RequestOutcome {
  readonly path: string;
  /** The HTTP status; null if there was no answer. */
  readonly status: number | null;
  /** Since it was sent. */
  readonly ms: number;
  /** Of the body as sent, possibly compressed. */
  readonly bytes: number;
  /** `opened`: a stream was answered and goes on. */
  readonly end: 'opened' | 'whole' | 'cancelled' | 'broken' | FailureKind;
}

/** Follows one request from its sending to the end of its body, and reports the outcome. */
export class FollowedRequest {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #tell: (outcome: RequestOutcome) => void;
  readonly #sentAt: number;
  #status: number | null = null;
  #bytes = 0;
  #isOver = false;

  constructor(path: string, clock: Clock, tell: (outcome: RequestOutcome) => void) {
    this.#path = path;
    this.#clock = clock;
    this.#tell = tell;
    this.#sentAt = clock.now();
  }

  answered(status: number): void {
    this.#status = status;
  }

  opened(): void {
    this.#say('opened');
  }

  /** Passes the body through and counts it. */
  async *counted(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.#bytes += chunk.length;
      yield chunk;
    }
    this.ended('whole');
  }

  failed(error: unknown): void {
    this.ended(error instanceof ConnectionError ? error.kind : 'cancelled');
  }

  ended(end: RequestOutcome['end']): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#say(end);
  }

  #say(end: RequestOutcome['end']): void {
    this.#tell({
      path: this.#path,
      status: this.#status,
      ms: this.#clock.now() - this.#sentAt,
      bytes: this.#bytes,
      end,
    });
  }
}
