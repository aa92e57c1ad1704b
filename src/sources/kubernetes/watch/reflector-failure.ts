import type { FailureKind } from '../http/connection-error.ts';
import { NO_RETRY_YET, nextRetry } from './backoff.ts';
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

/** Rights do not come back by asking often. */
const FORBIDDEN_RETRY_MS = 60_000;
/** A server that sends without end is not asked often to do so. */
const EXCESSIVE_RETRY_MS = 60_000;
/** A page that is too long for an answer is asked for again with a tenth of its objects, down to this. */
const SMALLEST_PAGE = 5;
/** Having gone on for this long, a watch has shown that the server is well, and the back-off begins anew. */
const HEALTHY_MS = 30_000;
/** A server that has just started has not read all rights yet: what could be listed before is not lost for that. */
export const RIGHTS_READ_WITHIN_MS = 30_000;
/** A server where nobody listens, or that reads its rights, is mostly being replaced: for a while it is asked more often. */
const ABSENT_MS = 60_000;
const ABSENT_RETRY_MS = 4000;

/** The page once more, with fewer objects, where it was too long for an answer; null where that is not it. */
export function smallerPage(state: ReflectorState, { kind }: Failure, chance: number): Step | null {
  const { phase } = state;
  if (phase.type !== 'listing' || kind !== 'excessive' || phase.limit === null || phase.limit <= SMALLEST_PAGE) return null;
  const pageSize = Math.max(SMALLEST_PAGE, Math.floor(phase.limit / 10));
  return ask({ ...state, pageSize }, { ask: 'list', continue: phase.continue, limit: pageSize }, chance);
}

/** What follows when a request or a stream fails: a gap where there was a list, and a wait, but where another way is open at once. */
export function fail(state: ReflectorState, told: Failure, at: number, chance: number): Step {
  const { phase } = state;
  const refusedAt = told.kind === 'forbidden' && state.listed ? (state.refusedAt ?? at) : state.refusedAt;
  const isDoubtful = told.kind === 'forbidden' && refusedAt !== null && at - refusedAt < RIGHTS_READ_WITHIN_MS;
  const failure: Failure = isDoubtful ? { ...told, kind: 'server' } : told;
  if (phase.type === 'listing' && phase.continue !== '' && (failure.kind === 'expired' || failure.kind === 'rejected')) {
    // The token has expired (410) or is not known (400): client-go's pager takes the whole list at once then.
    return ask(state, { ask: 'list', continue: '', limit: null }, chance);
  }
  const streams = state.streams && !(phase.type === 'streaming' && refusesToStream(phase.opened, failure));
  // Nothing is wrong with a server that does not know how: it is asked in the other way at once, and never in this one again.
  if (!streams && phase.type === 'streaming' && !phase.opened) return ask({ ...state, streams }, inPages(state.pageSize), chance);
  const wasHealthy = phase.type === 'watching' && at - phase.openedAt >= HEALTHY_MS;
  const since = state.failure === null ? at : state.since;
  const wasAnswered = phase.type === 'watching' || (phase.type === 'streaming' && phase.opened);
  const isAbsent = failure.kind === 'network' && !wasAnswered && at - since < ABSENT_MS;
  const isSoonBack = isAbsent || isDoubtful;
  // A server that was away and now says that the version is too old is back: nothing is left to wait for.
  const isBack = failure.kind === 'expired' && state.failure !== null && state.failure.kind !== 'expired';
  const delay = wasHealthy || isBack ? NO_RETRY_YET : state.delay;
  const retry = nextRetry(delay, at, chance, isSoonBack ? ABSENT_RETRY_MS : undefined);
  const ms = Math.max(retry.waitMs, failure.retryAfterMs ?? 0, LEAST_WAITS[failure.kind] ?? 0);
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

const LEAST_WAITS: Readonly<Partial<Record<FailureKind, number>>> = {
  forbidden: FORBIDDEN_RETRY_MS,
  excessive: EXCESSIVE_RETRY_MS,
};

// Without WatchList it is 400 or 422, and 403 where only `list` is allowed. A server may also say so, end, or never come to the
// end of the list, once it has said 200. A connection that is lost tells nothing.
function refusesToStream(opened: boolean, { kind }: Failure): boolean {
  if (kind === 'rejected' || kind === 'forbidden' || kind === 'not-found' || kind === 'expired') return true;
  return opened && kind !== 'network' && kind !== 'tls';
}

// A watch goes on where it was, but where the server no longer has what came after, sends what cannot be read, or said
// nothing at all, not even a bookmark: that is how it answers a resourceVersion of a future that an older etcd has forgotten.
function nextAfter(state: ReflectorState, failure: Failure): Next {
  const { phase } = state;
  // A stream that broke off begins anew, while pages go on: whatever cuts it may cut it again.
  if (phase.type === 'streaming') return phase.opened ? inPages(state.pageSize) : { ask: 'stream' };
  if (phase.type === 'listing') {
    // Nothing says that it goes on otherwise from where it went too far.
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

// Before the first whole list there is nothing that could have a gap. A stream that never spoke did not close the one before.
function openGap(state: ReflectorState, failure: Failure, at: number): { state: Partial<ReflectorState>; actions: Action[] } {
  if (state.gap !== null || !state.listed) return { state: {}, actions: [] };
  const since = neverSpoke(state.phase, failure) ? state.phase.gapFrom : null;
  const gap = { from: since ?? failure.silentSince ?? at, reason: failure.detail };
  return { state: { gap }, actions: [{ type: 'emit', report: { type: 'gap', ...gap, open: true, resumed: false } }] };
}
