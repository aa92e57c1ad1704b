import type { Json } from '../../model/json.ts';
import { objectOf, stringOf } from '../../model/json.ts';
import type { FailureKind } from './connection-error.ts';
import { NO_RETRY_YET, nextRetry, type RetryDelay } from './retry-delay.ts';

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
  | { readonly is: 'idle' }
  /** A page of a list was asked for; `continue` is '' for the first, `limit` null for all at once. */
  | { readonly is: 'listing'; readonly continue: string; readonly limit: number | null }
  /** A watch was asked for and not answered yet. */
  | { readonly is: 'opening' }
  /** `settled`: the server has shown that it goes on from where we were. */
  | { readonly is: 'watching'; readonly openedAt: number; readonly arrivals: number; readonly settled: boolean }
  | { readonly is: 'waiting'; readonly until: number; readonly next: Next }
  | { readonly is: 'stopped' };

/** What is asked next, when a wait is over. */
export type Next = { readonly ask: 'list'; readonly continue: string; readonly limit: number | null } | { readonly ask: 'watch' };

/** Where following one collection stands. */
export interface ReflectorState {
  readonly phase: Phase;
  /** Grows with each request: what an older one still brings is stale. */
  readonly generation: number;
  /** Of the list, then of the newest event or bookmark; '' where only a list can tell. */
  readonly resourceVersion: string;
  /** Pages that came of a list that could not be finished. */
  readonly brokenOff: boolean;
  /** Has a whole list ever come? */
  readonly listed: boolean;
  /** The stretch without data that is open, for a known reason. */
  readonly gap: { readonly from: number; readonly reason: string } | null;
  /** The failure that is not overcome yet. */
  readonly failure: Failure | null;
  readonly delay: RetryDelay;
  /** Since when it is in the state that a person would tell apart (connecting, live, retrying), epoch ms. */
  readonly since: number;
}

/** What can happen. All but `start`, `stop` carry the generation of the request or the wait that they belong to. */
export type ReflectorEvent =
  | { readonly is: 'start'; readonly at: number }
  | { readonly is: 'page'; readonly at: number; readonly generation: number; readonly page: Page }
  | { readonly is: 'opened'; readonly at: number; readonly generation: number }
  | { readonly is: 'settled'; readonly at: number; readonly generation: number }
  | { readonly is: 'arrived'; readonly at: number; readonly generation: number; readonly verb: Verb; readonly object: Json }
  | { readonly is: 'closed'; readonly at: number; readonly generation: number }
  | { readonly is: 'failed'; readonly at: number; readonly generation: number; readonly failure: Failure }
  | { readonly is: 'waited'; readonly at: number; readonly generation: number }
  | { readonly is: 'stop'; readonly at: number };

export type Verb = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';

export interface Page {
  readonly items: readonly unknown[];
  readonly resourceVersion: string;
  /** '' on the last page. */
  readonly continue: string;
}

/** What is to be done, in this order. */
export type Action =
  | { readonly do: 'list'; readonly generation: number; readonly continue: string; readonly limit: number | null }
  | { readonly do: 'watch'; readonly generation: number; readonly resourceVersion: string; readonly timeoutSeconds: number }
  /** Break off the request or the wait that is under way. */
  | { readonly do: 'abandon' }
  | { readonly do: 'wait'; readonly generation: number; readonly ms: number }
  /** Say `settled` after this time, unless the generation has changed. */
  | { readonly do: 'settle'; readonly generation: number; readonly ms: number }
  | { readonly do: 'emit'; readonly report: Report };

/** A recording line of the collection, without its kind, namespace and time. */
export type Report =
  | { readonly type: 'snapshot'; readonly resourceVersion: string; readonly items: readonly unknown[]; readonly more: boolean }
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: Json }
  | { readonly type: 'gap'; readonly from: number; readonly reason: string; readonly open: boolean; readonly resumed: boolean };

export interface Step {
  readonly state: ReflectorState;
  readonly actions: readonly Action[];
}

export const IDLE: ReflectorState = Object.freeze({
  phase: { is: 'idle' },
  generation: 0,
  resourceVersion: '',
  brokenOff: false,
  listed: false,
  gap: null,
  failure: null,
  delay: NO_RETRY_YET,
  since: 0,
} as const);

/** Objects of one page of a list. */
export const PAGE_SIZE = 500;
/** A stream that was open for less and brought nothing was refused, whatever its status said (client-go). */
const TOO_SHORT_MS = 1000;
/** Having gone on for this long, a watch has shown that the server is well, and the back-off begins anew. */
const HEALTHY_MS = 30_000;
/** The ERROR of a resourceVersion that is too old comes at once; without it the server has it still. */
const SETTLE_MS = 1000;
/** Rights do not come back by asking often. */
const FORBIDDEN_RETRY_MS = 60_000;
/** Below what most proxies allow, and not the same for all who watch. */
const WATCH_SECONDS = 290;
const WATCH_SECONDS_SPREAD = 40;

/**
 * Follows one collection: list in pages, then watch from there, for ever (kubernetes-facts 6). One request at a time.
 * @param chance in [0, 1): the only randomness.
 */
export function step(state: ReflectorState, event: ReflectorEvent, chance: number): Step {
  if (state.phase.is === 'stopped') return still(state);
  if (event.is === 'stop')
    return { state: { ...state, phase: { is: 'stopped' }, since: event.at }, actions: [{ do: 'abandon' }] };
  if (event.is === 'start') {
    return state.phase.is === 'idle'
      ? ask({ ...state, since: event.at }, { ask: 'list', continue: '', limit: PAGE_SIZE }, chance)
      : still(state);
  }
  if (event.generation !== state.generation) return still(state);
  const { phase } = state;
  if (event.is === 'failed') return fail(state, event.failure, event.at, chance);
  if (event.is === 'waited' && phase.is === 'waiting') return ask(state, phase.next, chance);
  if (event.is === 'page' && phase.is === 'listing') return takePage(state, phase, event.page, event.at, chance);
  if (event.is === 'opened' && phase.is === 'opening') return open(state, event.at);
  if (phase.is !== 'watching') return still(state);
  if (event.is === 'settled') return settle(state, event.at);
  if (event.is === 'arrived') return take(state, event.verb, event.object, event.at);
  if (event.is === 'closed') return close(state, phase, event.at, chance);
  return still(state);
}

function still(state: ReflectorState): Step {
  return { state, actions: [] };
}

function ask(state: ReflectorState, next: Next, chance: number): Step {
  const generation = state.generation + 1;
  if (next.ask === 'list') {
    const { continue: token, limit } = next;
    return {
      state: { ...state, generation, phase: { is: 'listing', continue: token, limit } },
      actions: [{ do: 'list', generation, continue: token, limit }],
    };
  }
  const timeoutSeconds = Math.round(WATCH_SECONDS + (chance - 0.5) * WATCH_SECONDS_SPREAD);
  return {
    state: { ...state, generation, phase: { is: 'opening' } },
    actions: [{ do: 'watch', generation, resourceVersion: state.resourceVersion, timeoutSeconds }],
  };
}

function takePage(state: ReflectorState, phase: Phase & { is: 'listing' }, page: Page, at: number, chance: number): Step {
  const more = page.continue !== '';
  const first = phase.continue === '';
  // All pages are of one resourceVersion; the first states it.
  const resourceVersion = first ? page.resourceVersion : state.resourceVersion;
  const snapshot: Action = { do: 'emit', report: { type: 'snapshot', resourceVersion, items: page.items, more } };
  // A reader takes this list for the continuation of the pages before, so what was only there would stay for ever.
  const again: Action[] = state.brokenOff && !more ? [snapshot] : [];
  const actions = [...(first ? closeGap(state, false) : []), snapshot, ...again];
  const listed = { ...state, resourceVersion, gap: first ? null : state.gap, failure: null };
  const asked = more
    ? ask(listed, { ask: 'list', continue: page.continue, limit: phase.limit }, chance)
    : ask({ ...listed, listed: true, brokenOff: false, since: at }, { ask: 'watch' }, chance);
  return { state: asked.state, actions: [...actions, ...asked.actions] };
}

function open(state: ReflectorState, at: number): Step {
  const settled = state.gap === null;
  const phase: Phase = { is: 'watching', openedAt: at, arrivals: 0, settled };
  return {
    state: { ...state, phase, ...(settled ? overcome(state, at) : {}) },
    actions: settled ? [] : [{ do: 'settle', generation: state.generation, ms: SETTLE_MS }],
  };
}

function overcome(state: ReflectorState, at: number): Partial<ReflectorState> {
  return state.failure === null ? {} : { failure: null, since: at };
}

function settle(state: ReflectorState, at: number): Step {
  if (state.phase.is !== 'watching' || state.phase.settled) return still(state);
  return {
    state: { ...state, phase: { ...state.phase, settled: true }, gap: null, ...overcome(state, at) },
    actions: closeGap(state, true),
  };
}

function closeGap({ gap }: ReflectorState, resumed: boolean): Action[] {
  return gap === null ? [] : [{ do: 'emit', report: { type: 'gap', ...gap, open: false, resumed } }];
}

function take(state: ReflectorState, verb: Verb, object: Json, at: number): Step {
  const settled = settle(state, at);
  const phase = settled.state.phase as Phase & { is: 'watching' };
  const resourceVersion = stringOf(objectOf(object.metadata).resourceVersion) || state.resourceVersion;
  return {
    state: { ...settled.state, resourceVersion, phase: { ...phase, arrivals: phase.arrivals + 1 } },
    actions: verb === 'BOOKMARK' ? settled.actions : [...settled.actions, { do: 'emit', report: { type: verb, object } }],
  };
}

function close(state: ReflectorState, phase: Phase & { is: 'watching' }, at: number, chance: number): Step {
  const lasted = at - phase.openedAt;
  if (lasted < TOO_SHORT_MS && phase.arrivals === 0) {
    const failure: Failure = {
      kind: 'closed',
      detail: 'the server closed the watch at once',
      retryAfterMs: null,
      silentSince: null,
    };
    return fail(state, failure, at, chance);
  }
  return ask(state, { ask: 'watch' }, chance);
}

function fail(state: ReflectorState, failure: Failure, at: number, chance: number): Step {
  const { phase } = state;
  if (phase.is === 'listing' && phase.continue !== '' && (failure.kind === 'expired' || failure.kind === 'rejected')) {
    // The token has expired (410) or is not known (400): client-go's pager takes the whole list at once then.
    return ask({ ...state, brokenOff: true }, { ask: 'list', continue: '', limit: null }, chance);
  }
  const wasHealthy = phase.is === 'watching' && at - phase.openedAt >= HEALTHY_MS;
  const retry = nextRetry(wasHealthy ? NO_RETRY_YET : state.delay, at, chance);
  const atLeast = Math.max(failure.retryAfterMs ?? 0, failure.kind === 'forbidden' ? FORBIDDEN_RETRY_MS : 0);
  const ms = Math.max(retry.waitMs, atLeast);
  const opened = openGap(state, failure, at);
  const generation = state.generation + 1;
  return {
    state: {
      ...state,
      ...opened.state,
      generation,
      phase: { is: 'waiting', until: at + ms, next: nextAfter(state, failure) },
      delay: retry.delay,
      failure,
      since: state.failure === null ? at : state.since,
    },
    actions: [{ do: 'abandon' }, ...opened.actions, { do: 'wait', generation, ms }],
  };
}

// A watch goes on where it was, but where the server no longer has what came after, sends what cannot be read, or said
// nothing at all, not even a bookmark: that is how it answers a resourceVersion of a future that an older etcd has forgotten.
function nextAfter({ phase }: ReflectorState, failure: Failure): Next {
  if (phase.is === 'listing') return { ask: 'list', continue: phase.continue, limit: phase.limit };
  const neverSpoke = failure.kind === 'silent' && phase.is === 'watching' && phase.arrivals === 0;
  if (failure.kind === 'expired' || failure.kind === 'unreadable' || neverSpoke)
    return { ask: 'list', continue: '', limit: PAGE_SIZE };
  return { ask: 'watch' };
}

// Before the first whole list there is nothing that could have a gap.
function openGap(state: ReflectorState, failure: Failure, at: number): { state: Partial<ReflectorState>; actions: Action[] } {
  if (state.gap !== null || !state.listed) return { state: {}, actions: [] };
  const gap = { from: failure.silentSince ?? at, reason: failure.detail };
  return { state: { gap }, actions: [{ do: 'emit', report: { type: 'gap', ...gap, open: true, resumed: false } }] };
}
