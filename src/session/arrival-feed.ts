import type { Envelope } from '../timeline/envelope.ts';

// How long to fold arrivals before the screen and the keys get their turn, in ms.
const SLICE_MS = 20;

/** Notifies its listeners that a timeline changed. */
export class Changes {
  readonly #listeners = new Set<() => void>();

  /** @returns a function that unsubscribes. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/**
 * Appends envelopes as they arrive, and lets the screen draw in between.
 * @param now real time in ms, for the slices.
 * @throws the source's errors; envelopes before them are appended.
 */
export async function feed(
  timeline: { append(envelope: Envelope): void },
  envelopes: AsyncIterable<Envelope>,
  onChange: () => void,
  now: () => number,
): Promise<void> {
  let begun = now();
  for await (const envelope of envelopes) {
    timeline.append(envelope);
    if (now() - begun < SLICE_MS) continue;
    onChange();
    await new Promise(setImmediate);
    begun = now();
  }
  onChange();
}
