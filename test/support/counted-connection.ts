import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CollectionRequest, Query } from '../../src/sources/kubernetes/http/api-reader.ts';
import { ApiConnection } from '../../src/sources/kubernetes/http/connection.ts';
import type { ManualTime } from './manual-time.ts';

// What an answer sets off is done in a few: the next request, a page that is decoded in slices, the arrivals that are folded.
const QUIET_TURNS = 25;

/** A connection that knows whether a request is under way, so that a test's time stands still meanwhile, however long that takes. */
export class CountedConnection extends ApiConnection {
  #underWay = 0;

  // The base class gets an object as it lists a collection.
  override list(path: string, query: Query, request: CollectionRequest) {
    return this.#counted(super.list(path, query, request));
  }

  override getMetadata(...asked: Parameters<ApiConnection['getMetadata']>) {
    return this.#counted(super.getMetadata(...asked));
  }

  override getText(...asked: Parameters<ApiConnection['getText']>) {
    return this.#counted(super.getText(...asked));
  }

  override stream(path: string, query: Query, request: CollectionRequest) {
    return this.#counted(super.stream(path, query, request));
  }

  /** Waits until every request is answered and what comes of it has happened. A watch counts until it is open. */
  async settled(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet = this.#underWay === 0 ? quiet + 1 : 0) await nextTurn();
  }

  async #counted<T>(answer: Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await answer;
    } finally {
      this.#underWay--;
    }
  }
}

/** Lets time pass in short steps, and what comes of each happen before the next. */
export async function passTime(ms: number, time: ManualTime, connection: CountedConnection): Promise<void> {
  const STEP_MS = 200;
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    time.advance(Math.min(STEP_MS, ms - passed));
    await connection.settled();
  }
}

/** Lets timers run out as they are due, and what comes of each happen before the next, until it is so. */
export async function passUntil(isSo: () => boolean, time: ManualTime, connection: CountedConnection): Promise<void> {
  for (;;) {
    await connection.settled();
    if (isSo()) return;
    time.advance(time.waits[0] ?? 0);
  }
}
