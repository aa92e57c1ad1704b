import type { Json } from '../../../text/json.ts';
import type { FailureKind } from '../http/connection-error.ts';
import { NO_RETRY_YET, type RetryDelay } from './reconnect-backoff.ts';
import { NO_LISTS, type UnfinishedLists } from './unfinished-lists.ts';

/** Why a list or a watch failed. */
export interface Failure {
  readonly kind: FailureKind;
  /** One safe line. */
  readonly detail: string;
  /** How long the server asked to be left alone, in ms; null if it did not. */
  readonly retryAfterMs: number | null;
  /** Since when nothing came, epoch ms, if that was before the failure was noticed; else null. */
  readonly silentSince: number | null;
}

/** The one request in progress for the collection, or the wait before it. */
export type Phase =
  | { readonly type: 'idle' }
  /**
   * A page of a list was requested; `continue` is '' for the first, `limit` null for all at once.
   */
  | { readonly type: 'listing'; readonly continue: string; readonly limit: number | null }
  /**
   * A list was requested as a stream (WatchList). `items` arrived and are not emitted yet; `given`:
   * others were.
   */
  | { readonly type: 'streaming'; readonly opened: boolean; readonly given: boolean; readonly items: readonly Json[] }
  /** A watch was requested and is not answered yet. */
  | { readonly type: 'opening' }
  /**
   * `settled`: the server has shown that it continues where we were. If it did so only by not
   * refusing, `gapFrom` is the start of the gap that this closed.
   */
  | {
      readonly type: 'watching';
      readonly openedAt: number;
      readonly arrivals: number;
      readonly settled: boolean;
      readonly gapFrom: number | null;
    }
  | { readonly type: 'waiting'; readonly until: number; readonly next: Next }
  | { readonly type: 'stopped' };

/** The next request after a wait. */
export type Next =
  | { readonly ask: 'list'; readonly continue: string; readonly limit: number | null }
  | { readonly ask: 'stream' }
  | { readonly ask: 'watch' };

/** The progress of following one collection. */
export interface ReflectorState {
  readonly phase: Phase;
  /** Grows with each request: results of older ones are stale. */
  readonly generation: number;
  /** Of the list, then of the newest event or bookmark; '' if only a list can tell. */
  readonly resourceVersion: string;
  /** Does the server send lists as streams, as far as known? */
  readonly streams: boolean;
  /** The most objects of a page: fewer after a page was too long for an answer. */
  readonly pageSize: number;
  /** How many objects the list in progress has named, or the collection has since. */
  readonly objects: number;
  readonly lists: UnfinishedLists;
  /** Has a whole list ever arrived? */
  readonly listed: boolean;
  /** The open stretch without data, and its known reason. */
  readonly gap: { readonly from: number; readonly reason: string } | null;
  /** The failure that is not overcome yet. */
  readonly failure: Failure | null;
  readonly delay: RetryDelay;
  /** Since when the server refuses what it allowed before, epoch ms; null if it does not. */
  readonly refusedAt: number | null;
  /** When a wait was last cut short because another request succeeded, epoch ms. */
  readonly wokenAt: number;
  /** The start of the phase as shown to the user (connecting, live, retrying), epoch ms. */
  readonly since: number;
}

/**
 * All events. All but `start`, `stop` and `woken` carry the generation of their request or wait.
 */
export type ReflectorEvent =
  | { readonly type: 'start'; readonly at: number }
  | { readonly type: 'page'; readonly at: number; readonly generation: number; readonly page: Page }
  | { readonly type: 'opened'; readonly at: number; readonly generation: number }
  | { readonly type: 'settled'; readonly at: number; readonly generation: number }
  | { readonly type: 'arrived'; readonly at: number; readonly generation: number; readonly verb: Verb; readonly object: Json }
  | { readonly type: 'closed'; readonly at: number; readonly generation: number }
  | { readonly type: 'failed'; readonly at: number; readonly generation: number; readonly failure: Failure }
  | { readonly type: 'waited'; readonly at: number; readonly generation: number }
  /** The server answers again: another request succeeded. */
  | { readonly type: 'woken'; readonly at: number }
  | { readonly type: 'stop'; readonly at: number };

export type Verb = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';

export interface Page {
  readonly items: readonly unknown[];
  readonly resourceVersion: string;
  /** '' on the last page. */
  readonly continue: string;
}

/** What to do, in this order. */
export type Action =
  | { readonly type: 'list'; readonly generation: number; readonly continue: string; readonly limit: number | null }
  /** Request a watch that begins with all existing objects. */
  | { readonly type: 'stream'; readonly generation: number; readonly timeoutSeconds: number }
  | { readonly type: 'watch'; readonly generation: number; readonly resourceVersion: string; readonly timeoutSeconds: number }
  /** Cancel the request or wait in progress. */
  | { readonly type: 'abandon' }
  | { readonly type: 'wait'; readonly generation: number; readonly ms: number }
  /** Send `settled` after this time, unless the generation has changed. */
  | { readonly type: 'settle'; readonly generation: number; readonly ms: number }
  | { readonly type: 'emit'; readonly report: CollectionReport };

/** A recording line of the collection, without its kind, namespace and time. */
export type CollectionReport =
  /** In a part of a list, `resourceVersion` is '' if only the end of the list tells it. */
  | { readonly type: 'snapshot'; readonly resourceVersion: string; readonly items: readonly unknown[]; readonly more: boolean }
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: Json }
  | { readonly type: 'gap'; readonly from: number; readonly reason: string; readonly open: boolean; readonly resumed: boolean };

export interface Step {
  readonly state: ReflectorState;
  readonly actions: readonly Action[];
}

/** Objects of one page of a list. */
export const PAGE_SIZE = 500;

export const IDLE: ReflectorState = Object.freeze({
  phase: { type: 'idle' },
  generation: 0,
  resourceVersion: '',
  streams: true,
  pageSize: PAGE_SIZE,
  objects: 0,
  lists: NO_LISTS,
  listed: false,
  gap: null,
  failure: null,
  delay: NO_RETRY_YET,
  refusedAt: null,
  wokenAt: Number.NEGATIVE_INFINITY,
  since: 0,
} as const);
