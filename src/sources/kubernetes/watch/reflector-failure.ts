import type { FailureKind } from '../http/connection-error.ts';
import { NO_RETRY_YET, nextRetry } from './reconnect-backoff.ts';
import { ask, inPages, newList } from './reflector-requests.ts';
import {
  type Action,
  type Failure,
  type Next,
  PAGE_SIZE,
  type Phase,
  type ReflectorState,
  type Step,
} from './reflector-state.ts';

/** Frequent requests do not bring a permission back. */
const FORBIDDEN_RETRY_MS = 60_000;
/** A server that sends without end is not asked often. */
const EXCESSIVE_RETRY_MS = 60_000;
/** A page too long for an answer is requested again with a tenth of its objects, down to this. */
const SMALLEST_PAGE = 5;
/** A watch that lasted this long shows that the server is well: the back-off starts over. */
const HEALTHY_MS = 30_000;
/**
 * A server that has just started has not loaded all roles yet: a refusal of a collection that it
 * listed before is not believed at once.
 */
export const RIGHTS_READ_WITHIN_MS = 30_000;
/**
 * A server that refuses connections or loads its roles is usually being replaced: it is asked more
 * often for a while.
 */
const ABSENT_MS = 60_000;
const ABSENT_RETRY_MS = 4000;

/**
 * The same page with fewer objects if it was too long for an answer; null if that is not the
 * failure.
 */
export function smallerPage(state: ReflectorState, { kind }: Failure, chance: number): Step | null {
  const { phase } = state;
  if (phase.type !== 'listing' || kind !== 'excessive' || phase.limit === null || phase.limit <= SMALLEST_PAGE) return null;
  const pageSize = Math.max(SMALLEST_PAGE, Math.floor(phase.limit / 10));
  return ask({ ...state, pageSize }, { ask: 'list', continue: phase.continue, limit: pageSize }, chance);
}

/**
 * The step after a failed request or stream: a gap if there was a list, and a wait, unless another
 * way is open at once.
 */
export function fail(state: ReflectorState, told: Failure, at: number, chance: number): Step {
  const { phase } = state;
  const refusedAt = told.kind === 'forbidden' && state.listed ? (state.refusedAt ?? at) : state.refusedAt;
  const isDoubtful = told.kind === 'forbidden' && refusedAt !== null && at - refusedAt < RIGHTS_READ_WITHIN_MS;
  const failure: Failure = isDoubtful ? { ...told, kind: 'server' } : told;
  if (phase.type === 'listing' && phase.continue !== '' && (failure.kind === 'expired' || failure.kind === 'rejected')) {
    // The token has expired (410) or is not known (400): client-go's pager then requests the whole
    // list at once.
    return ask(state, { ask: 'list', continue: '', limit: null }, chance);
  }
  const streams = state.streams && !(phase.type === 'streaming' && refusesToStream(phase.opened, failure));
  // A server without this feature is not faulty: it is asked in the other way at once, and never in
  // this one again.
  if (!streams && phase.type === 'streaming' && !phase.opened) return ask({ ...state, streams }, inPages(state.pageSize), chance);
  const wasHealthy = phase.type === 'watching' && at - phase.openedAt >= HEALTHY_MS;
  const since = state.failure === null ? at : state.since;
  const wasAnswered = phase.type === 'watching' || (phase.type === 'streaming' && phase.opened);
  const isAbsent = failure.kind === 'network' && !wasAnswered && at - since < ABSENT_MS;
  const isSoonBack = isAbsent || isDoubtful;
  // A server that was away and now says that the version is too old is back: there is nothing left
  // to wait for.
  const isBack = failure.kind === 'expired' && state.failure !== null && state.failure.kind !== 'expired';
  const delay = wasHealthy || isBack ? NO_RETRY_YET : state.delay;
  const retry = nextRetry(delay, at, chance, isSoonBack ? ABSENT_RETRY_MS : undefined);
  const ms = Math.max(retry.waitMs, failure.retryAfterMs ?? 0, MIN_WAITS[failure.kind] ?? 0);
  const opened = openGap(state, failure, at);
  const generation = state.generation + 1;
  return {
    state: {
      ...state,
      ...opened.state,
      streams,
      pageSize: failure.kind === 'excessive' ? PAGE_SIZE : state.pageSize,
      generation,
      phase: { type: 'waiting', until: at + ms, next: nextAfter({ ...state, streams }, failure) },
      delay: retry.delay,
      failure,
      refusedAt,
      since,
    },
    actions: [{ type: 'abandon' }, ...opened.actions, { type: 'wait', generation, ms }],
  };
}

const MIN_WAITS: Readonly<Partial<Record<FailureKind, number>>> = {
  forbidden: FORBIDDEN_RETRY_MS,
  excessive: EXCESSIVE_RETRY_MS,
};

// A server without WatchList answers 400 or 422, and 403 if only `list` is allowed. It may also do
// so after a 200, by an error, by ending, or by a list without end. A lost connection says nothing.
function refusesToStream(opened: boolean, { kind }: Failure): boolean {
  if (kind === 'rejected' || kind === 'forbidden' || kind === 'not-found' || kind === 'expired') return true;
  return opened && kind !== 'network' && kind !== 'tls';
}

// A watch resumes where it was, unless the server has lost what follows, sends unreadable data, or
// said nothing at all, not even a bookmark: that is its answer to a resourceVersion from a future
// that an older etcd has forgotten.
function nextAfter(state: ReflectorState, failure: Failure): Next {
  const { phase } = state;
  // A broken stream starts over, while pages continue: whatever cut the stream may cut it again.
  if (phase.type === 'streaming') return phase.opened ? inPages(state.pageSize) : { ask: 'stream' };
  if (phase.type === 'listing') {
    // Resuming where it went too far might repeat the excess.
    if (failure.kind === 'excessive') return inPages(PAGE_SIZE);
    return { ask: 'list', continue: phase.continue, limit: phase.limit };
  }
  if (failure.kind === 'expired' || failure.kind === 'unreadable' || failure.kind === 'excessive' || neverSpoke(phase, failure))
    return newList(state);
  return { ask: 'watch' };
}

function neverSpoke(phase: Phase, { kind }: Failure): phase is Phase & { type: 'watching' } {
  return kind === 'silent' && phase.type === 'watching' && phase.arrivals === 0;
}

// Before the first whole list there is nothing that could have a gap. A stream that never spoke did
// not close the previous gap.
function openGap(state: ReflectorState, failure: Failure, at: number): { state: Partial<ReflectorState>; actions: Action[] } {
  if (state.gap !== null || !state.listed) return { state: {}, actions: [] };
  const since = neverSpoke(state.phase, failure) ? state.phase.gapFrom : null;
  const gap = { from: since ?? failure.silentSince ?? at, reason: failure.detail };
  return { state: { gap }, actions: [{ type: 'emit', report: { type: 'gap', ...gap, open: true, resumed: false } }] };
}
