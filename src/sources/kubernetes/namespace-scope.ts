import type { Clock } from '../../model/clock.ts';
import type { Timers } from '../../model/timers.ts';
import type { MissingPermission } from '../../timeline/envelope.ts';
import type { ApiConnection } from './http/connection.ts';
import { ConnectionError } from './http/connection-error.ts';
import { waitFor } from './http/timers.ts';
import { type AskedScope, canListPods, chooseScope, type Scope } from './permissions.ts';
import { NO_RETRY_YET, nextRetry } from './watch/reconnect-backoff.ts';

export interface NamespaceScopeOptions {
  readonly connection: ApiConnection;
  readonly asked: AskedScope;
  /** As in kubectl's -l; null for all. */
  readonly selector: string | null;
  readonly clock: Clock;
  readonly timers: Timers;
  /** In [0, 1). */
  readonly random: () => number;
  /** Ends all waits. */
  readonly signal: AbortSignal;
  /** The reason for the missing first contact has changed. */
  readonly onError: () => void;
  /** All namespaces can be watched now, not only the context's own. */
  readonly onWiden: () => void;
  /** Only that namespace can be watched now, no longer all. */
  readonly onNarrow: (namespace: string) => void;
}

/** How long to retry the first contact with a busy server, unless the user sets another limit. */
const CONTACT_WITHIN_MS = 60_000;

// How often to ask for a forbidden collection again.
const CLUSTER_SCOPE_RECHECK_MS = 60_000;

/** Decides which namespaces are watched: at first contact, and when permissions change. */
export class NamespaceScope {
  readonly #options: NamespaceScopeOptions;
  #recheck: unknown = null;
  #isNarrowing = false;
  #error: string | null = null;

  constructor(options: NamespaceScopeOptions) {
    this.#options = options;
  }

  /** Why the first contact has not been made yet; null if nothing is wrong. */
  get error(): string | null {
    return this.#error;
  }

  stop(): void {
    if (this.#recheck !== null) this.#options.timers.stop(this.#recheck);
  }

  /**
   * Chooses the watched namespaces. A server that is busy, or says when to come back, is asked
   * again within the limit. All other errors are for the user to fix. @throws ConnectionError; the
   * signal's reason.
   */
  async firstContact(): Promise<{ readonly scope: Scope; readonly hidden: readonly MissingPermission[] }> {
    const { connection, asked, selector, clock, timers, random, signal, onError } = this.#options;
    const until = clock.now() + (connection.listTimeoutMs || CONTACT_WITHIN_MS);
    for (let delay = NO_RETRY_YET; ; ) {
      try {
        const chosen = await chooseScope(connection, asked, connection.namespace, { signal }, selector);
        this.#error = null;
        if (chosen.hidden.some((h) => h.what === 'pods' && h.namespace === null)) this.#widenLater();
        return chosen;
      } catch (error) {
        if (!(error instanceof ConnectionError) || (error.kind !== 'busy' && error.retryAfterMs === null)) throw error;
        const retry = nextRetry(delay, clock.now(), random());
        const waitMs = Math.max(retry.waitMs, error.retryAfterMs ?? 0);
        if (clock.now() + waitMs > until) throw error;
        this.#error = error.detail;
        onError();
        delay = retry.delay;
        await waitFor(timers, waitMs, signal);
      }
    }
  }

  /**
   * Handles the loss of the permission for all namespaces: if the context's own can still be
   * watched, goes on as if first contact had found that.
   * @param isStillSo is asked again when the server has answered.
   */
  async narrow(isStillSo: () => boolean): Promise<void> {
    const { connection, asked, signal, onNarrow } = this.#options;
    if (asked !== 'default' || this.#isNarrowing) return;
    this.#isNarrowing = true;
    const isAllowed = await canListPods(connection, connection.namespace, { signal });
    this.#isNarrowing = false;
    if (signal.aborted || !isAllowed || !isStillSo()) return;
    onNarrow(connection.namespace);
    this.#widenLater();
  }

  // The permission for all namespaces may come while only the context's own is watched.
  #widenLater(): void {
    this.#recheck = this.#options.timers.start(() => void this.#widen(), CLUSTER_SCOPE_RECHECK_MS);
  }

  async #widen(): Promise<void> {
    const { connection, signal, onWiden } = this.#options;
    const isAllowed = await canListPods(connection, null, { signal });
    if (signal.aborted) return;
    if (isAllowed) onWiden();
    else this.#widenLater();
  }
}
