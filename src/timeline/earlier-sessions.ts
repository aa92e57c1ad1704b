import { CONFIG_KINDS } from '../model/config-reference.ts';
import { OWNER_KINDS } from '../model/resources.ts';
import type { Envelope, GapEnvelope } from './envelope.ts';
import { scopeOf } from './scope.ts';

/** Why nothing is known of the time between two sessions: the {@link GapEnvelope.reason}. */
export const NOT_RUNNING = 'crashtop was not running';

// A restart takes longer; the parts of one session follow each other immediately.
const SHORTEST_PAUSE_MS = 1000;

/**
 * Joins sessions into one timeline: closes the gaps that a killed session left open, and turns the
 * time between two sessions into a gap. Missing permissions of an earlier session mean nothing now.
 */
export class SessionJoin {
  readonly #open = new Map<string, GapEnvelope>();
  /** The kinds of which an object has arrived. */
  readonly #kinds = new Set<string>();
  /** Until when the sessions so far watched, epoch ms; null before the first. */
  #watchedUntil: number | null = null;

  /** Translates an arrival of an earlier session into the joined timeline. */
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

  /**
   * Notes that the session being joined watched until then, epoch ms, even if nothing more arrived.
   */
  watchedUntil(at: number): void {
    this.#watchedUntil = Math.max(this.#watchedUntil ?? 0, at);
  }

  /** The envelopes before a session that began then, epoch ms. */
  begin(at: number): Envelope[] {
    const closed = [...this.#open.values()].map((gap): Envelope => ({ ...gap, at: Math.max(at, gap.from), open: false }));
    this.#open.clear();
    const from = this.#watchedUntil;
    if (from === null || at - from < SHORTEST_PAUSE_MS) return closed;
    const gap = { type: 'gap', at, line: 0, kind: 'Pod', namespace: null, from, reason: NOT_RUNNING } as const;
    return [...closed, { ...gap, resumed: false, open: false }];
  }

  /**
   * The envelopes before the live session, which began then, epoch ms. That session lists pods and
   * so sees which of them are gone. It reads owners and configs only if pods in trouble lead to
   * them: the others may have been deleted or fixed since an earlier session.
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
