import type { Envelope } from '../timeline/envelope.ts';

// How long arrivals may be folded before the screen and the keys get their turn, in ms.
const SLICE_MS = 20;

/** Tells whoever shows a timeline that it changed. */
export class Changes {
  readonly #listeners = new Set<() => void>();

  /** @returns what ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/**
 * Appends envelopes as they come, and lets the screen draw in between.
 * @param now real time in ms, for the slices.
 * @throws what the source throws; what came before it is appended.
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
