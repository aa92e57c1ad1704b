import { CONFIG_KINDS } from '../model/config-reference.ts';
import { OWNER_KINDS } from '../model/resources.ts';
import type { Envelope, GapEnvelope } from './envelope.ts';
import { scopeOf } from './scope.ts';

/** Why nothing is known of the time between two sessions: what {@link GapEnvelope.reason} says of it. */
export const NOT_RUNNING = 'crashtop was not running';

// A restart takes longer; the parts of one session follow each other at once.
const SHORTEST_PAUSE_MS = 1000;

/**
 * Puts sessions behind each other as one timeline: closes the gaps that a killed session left open, and makes the time between
 * two sessions a gap. Rights that an earlier session had say nothing of now.
 */
export class SessionJoin {
  readonly #open = new Map<string, GapEnvelope>();
  /** Of which kinds there was an object. */
  readonly #kinds = new Set<string>();
  /** Until when the sessions so far watched, epoch ms; null before the first. */
  #watchedUntil: number | null = null;

  /** What an arrival of an earlier session is in the joined timeline. */
  pass(envelope: Envelope): readonly Envelope[] {
    this.#watchedUntil = Math.max(this.#watchedUntil ?? 0, envelope.at);
    if (envelope.type === 'access') return [];
    if (envelope.type === 'object') this.#kinds.add(envelope.object.kind);
    if (envelope.type === 'snapshot') this.#kinds.add(envelope.kind);
    if (envelope.type === 'gap') {
      const key = `${scopeOf(envelope.kind, envelope.namespace)} ${envelope.from}`;
      if (envelope.open) this.#open.set(key, envelope);
      else this.#open.delete(key);
    }
    return [envelope];
  }

  /** The session that is being passed watched until then, epoch ms, although nothing arrived any more. */
  watchedUntil(at: number): void {
    this.#watchedUntil = Math.max(this.#watchedUntil ?? 0, at);
  }

  /** What stands before a session that began then, epoch ms. */
  begin(at: number): Envelope[] {
    const closed = [...this.#open.values()].map((gap): Envelope => ({ ...gap, at: Math.max(at, gap.from), open: false }));
    this.#open.clear();
    const from = this.#watchedUntil;
    if (from === null || at - from < SHORTEST_PAUSE_MS) return closed;
    const gap = { type: 'gap', at, line: 0, kind: 'Pod', namespace: null, from, reason: NOT_RUNNING } as const;
    return [...closed, { ...gap, resumed: false, open: false }];
  }

  /**
   * What stands before the session of now, which began then, epoch ms. It lists pods, and sees at once which of them are gone; owners it reads
   * only where pods in trouble lead to them: whatever an earlier session saw of the others, they may have been deleted or mended since.
   */
  handOver(at: number): Envelope[] {
    const unknown = [...OWNER_KINDS, ...CONFIG_KINDS]
      .filter((kind) => this.#kinds.has(kind))
      .map((kind): Envelope => {
        return { type: 'snapshot', kind, items: [], namespace: null, more: false, at, line: 0 };
      });
    return [...this.begin(at), ...unknown];
  }
}
