import type { Clock } from '../../../model/clock.ts';
import { ConnectionError, type FailureKind } from './connection-error.ts';

/**
 * How a request did, for a debug log. It names the path and never the query, a header or a body: no secret can be in it but one that
 * is the name of an object.
 */
export interface RequestOutcome {
  readonly path: string;
  /** The HTTP status; null where no answer came. */
  readonly status: number | null;
  /** Since it was sent. */
  readonly ms: number;
  /** Of the body, as it was sent: compressed, where it was. */
  readonly bytes: number;
  /** `opened`: a stream has been answered and goes on. */
  readonly end: 'opened' | 'whole' | 'cancelled' | 'broken' | FailureKind;
}

/** Follows one request from its sending to the end of its body, and tells how it did. */
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

  /** The body as it comes. */
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
