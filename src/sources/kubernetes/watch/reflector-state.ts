import type { Json } from '../../../text/json.ts';
import type { FailureKind } from '../http/connection-error.ts';
import { NO_RETRY_YET, type RetryDelay } from './backoff.ts';
import { NO_LISTS, type UnfinishedLists } from './unfinished-lists.ts';

/** Why a list or a watch came to nothing. */
export interface Failure {
  readonly kind: FailureKind;
  /** One safe line. */
  readonly detail: string;
  /** How long the server asked to be left alone, in ms; null where it did not. */
  readonly retryAfterMs: number | null;
  /** Since when nothing came, epoch ms, where that was before the failure was noticed; else null. */
  readonly silentSince: number | null;
}

/** The one request that is under way for the collection, or the wait before it. */
export type Phase =
  | { readonly type: 'idle' }
  /** A page of a list was asked for; `continue` is '' for the first, `limit` null for all at once. */
  | { readonly type: 'listing'; readonly continue: string; readonly limit: number | null }
  /** A list was asked for as a stream (WatchList). `items` came of it and were not emitted yet; `given`: others were. */
  | { readonly type: 'streaming'; readonly opened: boolean; readonly given: boolean; readonly items: readonly Json[] }
  /** A watch was asked for and not answered yet. */
  | { readonly type: 'opening' }
  /**
   * `settled`: the server has shown that it goes on from where we were. Where it did so only by not refusing, `gapFrom` is
   * where the gap began that this closed.
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

/** What is asked next, when a wait is over. */
export type Next =
  | { readonly ask: 'list'; readonly continue: string; readonly limit: number | null }
  | { readonly ask: 'stream' }
  | { readonly ask: 'watch' };

/** Where following one collection stands. */
export interface ReflectorState {
  readonly phase: Phase;
  /** Grows with each request: what an older one still brings is stale. */
  readonly generation: number;
  /** Of the list, then of the newest event or bookmark; '' where only a list can tell. */
  readonly resourceVersion: string;
  /** Does the server send lists as streams, as far as we know? */
  readonly streams: boolean;
  /** How many objects a page has at most: fewer, once a page was too long for an answer. */
  readonly pageSize: number;
  /** How many objects the list under way has named, or the collection has since. */
  readonly objects: number;
  readonly lists: UnfinishedLists;
  /** Has a whole list ever come? */
  readonly listed: boolean;
  /** The stretch without data that is open, for a known reason. */
  readonly gap: { readonly from: number; readonly reason: string } | null;
  /** The failure that is not overcome yet. */
  readonly failure: Failure | null;
  readonly delay: RetryDelay;
  /** Since when the server refuses what it gave before, epoch ms; null while it does not. */
  readonly refusedAt: number | null;
  /** When a wait was last cut short because the server answered somebody else, epoch ms. */
  readonly wokenAt: number;
  /** Since when it is in the state that a person would tell apart (connecting, live, retrying), epoch ms. */
  readonly since: number;
}

/** What can happen. All but `start`, `stop` and `woken` carry the generation of the request or the wait that they belong to. */
export type ReflectorEvent =
  | { readonly type: 'start'; readonly at: number }
  | { readonly type: 'page'; readonly at: number; readonly generation: number; readonly page: Page }
  | { readonly type: 'opened'; readonly at: number; readonly generation: number }
  | { readonly type: 'settled'; readonly at: number; readonly generation: number }
  | { readonly type: 'arrived'; readonly at: number; readonly generation: number; readonly verb: Verb; readonly object: Json }
  | { readonly type: 'closed'; readonly at: number; readonly generation: number }
  | { readonly type: 'failed'; readonly at: number; readonly generation: number; readonly failure: Failure }
  | { readonly type: 'waited'; readonly at: number; readonly generation: number }
  /** The server answers again: another request got through. */
  | { readonly type: 'woken'; readonly at: number }
  | { readonly type: 'stop'; readonly at: number };

export type Verb = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';

export interface Page {
  readonly items: readonly unknown[];
  readonly resourceVersion: string;
  /** '' on the last page. */
  readonly continue: string;
}

/** What is to be done, in this order. */
export type Action =
  | { readonly type: 'list'; readonly generation: number; readonly continue: string; readonly limit: number | null }
  /** Ask for a watch that begins with what there is. */
  | { readonly type: 'stream'; readonly generation: number; readonly timeoutSeconds: number }
  | { readonly type: 'watch'; readonly generation: number; readonly resourceVersion: string; readonly timeoutSeconds: number }
  /** Break off the request or the wait that is under way. */
  | { readonly type: 'abandon' }
  | { readonly type: 'wait'; readonly generation: number; readonly ms: number }
  /** Say `settled` after this time, unless the generation has changed. */
  | { readonly type: 'settle'; readonly generation: number; readonly ms: number }
  | { readonly type: 'emit'; readonly report: CollectionReport };

/** A recording line of the collection, without its kind, namespace and time. */
export type CollectionReport =
  /** Of a part of a list, `resourceVersion` is '' where only its end tells it. */
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
