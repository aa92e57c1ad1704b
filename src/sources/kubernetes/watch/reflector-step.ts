import type { Json } from '../../../text/json.ts';
import { objectOf, stringOf } from '../../../text/json.ts';
import { BOUNDS, type Bounds } from '../bounds.ts';
import type { FailureKind } from '../http/connection-error.ts';
import { INITIAL_EVENTS_END } from '../kube-object.ts';
import { NO_RETRY_YET, nextRetry } from './backoff.ts';
import { excessOf, gainBy } from './collection-excess.ts';
import {
  type Action,
  type Failure,
  type Next,
  NONE,
  PAGE_SIZE,
  type Page,
  type Phase,
  type ReflectorEvent,
  type ReflectorState,
  type Step,
  type Verb,
} from './reflector-state.ts';

/** Objects of one part of a list that comes as a stream: so few that what was parsed is garbage before it has become old. */
export const PART_SIZE = 50;
/** A stream that was open for less and brought nothing was refused, whatever its status said (client-go). */
const TOO_SHORT_MS = 1000;
/** Having gone on for this long, a watch has shown that the server is well, and the back-off begins anew. */
const HEALTHY_MS = 30_000;
/** The ERROR of a resourceVersion that is too old comes at once; without it the server has it still. */
const SETTLE_MS = 1000;
/** Rights do not come back by asking often. */
const FORBIDDEN_RETRY_MS = 60_000;
/** A server that sends without end is not asked often to do so. */
const EXCESSIVE_RETRY_MS = 60_000;
/** A page that is too long for an answer is asked for again with a tenth of its objects, down to this. */
const SMALLEST_PAGE = 5;
/** A server that has just started has not read all rights yet: what could be listed before is not lost for that. */
export const RIGHTS_READ_WITHIN_MS = 30_000;
/** A server where nobody listens, or that reads its rights, is mostly being replaced: for a while it is asked more often. */
const ABSENT_MS = 60_000;
const ABSENT_RETRY_MS = 4000;
/** As often as another request's answer may cut a wait short: one that fails again waits as long as its back-off says. */
const MIN_WAKE_INTERVAL_MS = 30_000;
/** Below what most proxies allow, and not the same for all who watch. */
const WATCH_SECONDS = 290;
const WATCH_SECONDS_SPREAD = 40;

/**
 * Follows one collection: a watch that begins with a list where the server has it (WatchList), else a list in pages and a
 * watch from there; for ever (docs/kubernetes-facts.md, 6). One request at a time.
 * @param chance in [0, 1): the only randomness.
 * @param bounds what a collection may hold at most.
 */
export function step(state: ReflectorState, event: ReflectorEvent, chance: number, bounds: Bounds = BOUNDS): Step {
  if (state.phase.type === 'stopped') return still(state);
  if (event.type === 'stop')
    return { state: { ...state, phase: { type: 'stopped' }, since: event.at }, actions: [{ type: 'abandon' }] };
  if (event.type === 'start') {
    return state.phase.type === 'idle' ? ask({ ...state, since: event.at }, newList(state), chance) : still(state);
  }
  if (event.type === 'woken') return wake(state, event.at, chance);
  if (event.generation !== state.generation) return still(state);
  const { phase } = state;
  if (event.type === 'failed') return smallerPage(state, event.failure, chance) ?? fail(state, event.failure, event.at, chance);
  const excess = excessOf(state, event, bounds);
  if (excess !== null) return fail(state, excess, event.at, chance);
  if (event.type === 'waited' && phase.type === 'waiting') return ask(state, phase.next, chance);
  if (event.type === 'page' && phase.type === 'listing') return takePage(state, phase, event.page, event.at, chance);
  if (event.type === 'opened' && phase.type === 'opening') return open(state, event.at);
  if (phase.type === 'streaming') return stream(state, phase, event, chance);
  if (phase.type !== 'watching') return still(state);
  if (event.type === 'settled') return settle(state, event.at);
  if (event.type === 'arrived') return take(state, event.verb, event.object, event.at);
  if (event.type === 'closed') return close(state, phase, event.at, chance);
  return still(state);
}

// One server, one health: who waits because it could not be reached need not wait when it answers others.
function wake(state: ReflectorState, at: number, chance: number): Step {
  const { phase, failure } = state;
  if (phase.type !== 'waiting' || failure?.kind !== 'network' || failure.retryAfterMs !== null) return still(state);
  if (at - state.wokenAt < MIN_WAKE_INTERVAL_MS) return still(state);
  const asked = ask({ ...state, wokenAt: at }, phase.next, chance);
  return { state: asked.state, actions: [{ type: 'abandon' }, ...asked.actions] };
}

function still(state: ReflectorState): Step {
  return { state, actions: [] };
}

function newList({ streams, pageSize }: ReflectorState): Next {
  return streams ? { ask: 'stream' } : inPages(pageSize);
}

function inPages(limit: number): Next {
  return { ask: 'list', continue: '', limit };
}

function ask(state: ReflectorState, next: Next, chance: number): Step {
  const generation = state.generation + 1;
  if (next.ask === 'list') {
    const { continue: token, limit } = next;
    const begun = token === '' ? begin(state) : state;
    return {
      state: { ...begun, generation, phase: { type: 'listing', continue: token, limit } },
      actions: [{ type: 'list', generation, continue: token, limit }],
    };
  }
  const timeoutSeconds = Math.round(WATCH_SECONDS + (chance - 0.5) * WATCH_SECONDS_SPREAD);
  if (next.ask === 'stream') {
    return {
      state: { ...begin(state), generation, phase: { type: 'streaming', opened: false, given: false, items: [] } },
      actions: [{ type: 'stream', generation, timeoutSeconds }],
    };
  }
  return {
    state: { ...state, generation, phase: { type: 'opening' } },
    actions: [{ type: 'watch', generation, resourceVersion: state.resourceVersion, timeoutSeconds }],
  };
}

// What the list before this one named, and did not come to its end, is in doubt.
function begin(state: ReflectorState): ReflectorState {
  return state.named.length === 0
    ? { ...state, objects: 0 }
    : { ...state, objects: 0, named: [], doubtful: new Set([...state.doubtful, ...state.named.flat()]) };
}

function takePage(state: ReflectorState, phase: Phase & { type: 'listing' }, page: Page, at: number, chance: number): Step {
  const more = page.continue !== '';
  const isFirst = phase.continue === '';
  // All pages are of one resourceVersion; the first states it.
  const resourceVersion = isFirst ? page.resourceVersion : state.resourceVersion;
  const given = give(state, { resourceVersion, items: page.items, more }, isFirst);
  const listed = { ...given.state, resourceVersion };
  const asked = more
    ? ask(listed, { ask: 'list', continue: page.continue, limit: phase.limit }, chance)
    : (listAgain(listed, at, chance) ?? ask(finish(listed, at), { ask: 'watch' }, chance));
  return { state: asked.state, actions: [...given.actions, ...asked.actions] };
}

function give(
  state: ReflectorState,
  part: { readonly resourceVersion: string; readonly items: readonly unknown[]; readonly more: boolean },
  isFirst: boolean,
): Step {
  const named = [...state.named, part.items.map((item) => stringOf(objectOf(objectOf(item).metadata).uid))];
  return {
    state: {
      ...state,
      named,
      objects: state.objects + part.items.length,
      gap: isFirst ? null : state.gap,
      failure: null,
      refusedAt: null,
    },
    actions: [...(isFirst ? closeGap(state, false) : []), { type: 'emit', report: { type: 'snapshot', ...part } }],
  };
}

// A reader takes a list for the continuation of one that broke off: what only that one named would stay there for ever.
function listAgain(state: ReflectorState, at: number, chance: number): Step | null {
  if (state.doubtful.size === 0) return null;
  const named = new Set(state.named.flat());
  if ([...state.doubtful].every((uid) => named.has(uid))) return null;
  const asked = ask(finish(state, at), newList(state), chance);
  return { state: asked.state, actions: [{ type: 'abandon' }, ...asked.actions] };
}

function finish(state: ReflectorState, at: number): ReflectorState {
  return { ...state, listed: true, named: [], doubtful: NONE, since: at };
}

function stream(
  state: ReflectorState,
  phase: Phase & { type: 'streaming' },
  event: Exclude<ReflectorEvent, { type: 'start' | 'stop' | 'failed' }>,
  chance: number,
): Step {
  if (event.type === 'opened') return { state: { ...state, phase: { ...phase, opened: true } }, actions: [] };
  if (event.type === 'closed') return fail(state, endOf('the server ended the list before it was whole'), event.at, chance);
  if (event.type !== 'arrived') return still(state);
  const { verb, object, at } = event;
  if (verb === 'ADDED') {
    const items = [...phase.items, object];
    return items.length < PART_SIZE
      ? { state: { ...state, phase: { ...phase, items } }, actions: [] }
      : giveItems(state, phase, items);
  }
  if (verb !== 'BOOKMARK') {
    const given = giveItems(state, phase, phase.items);
    return { state: given.state, actions: [...given.actions, { type: 'emit', report: { type: verb, object } }] };
  }
  const metadata = objectOf(object.metadata);
  if (objectOf(metadata.annotations)[INITIAL_EVENTS_END] !== 'true') return still(state);
  // Only the end says of which version the list is: the versions of what was in it come in no order.
  const resourceVersion = stringOf(metadata.resourceVersion);
  const given = give(state, { resourceVersion, items: phase.items, more: false }, !phase.given);
  const listed = { ...given.state, resourceVersion };
  const goesOn: Phase = { type: 'watching', openedAt: at, arrivals: 1, settled: true, gapFrom: null };
  const next = listAgain(listed, at, chance) ?? { state: { ...finish(listed, at), phase: goesOn }, actions: [] };
  return { state: next.state, actions: [...given.actions, ...next.actions] };
}

function giveItems(state: ReflectorState, phase: Phase & { type: 'streaming' }, items: readonly Json[]): Step {
  if (items.length === 0) return still(state);
  const given = give(state, { resourceVersion: '', items, more: true }, !phase.given);
  return { state: { ...given.state, phase: { ...phase, given: true, items: [] } }, actions: given.actions };
}

function endOf(detail: string): Failure {
  return { kind: 'closed', detail, retryAfterMs: null, silentSince: null };
}

function open(state: ReflectorState, at: number): Step {
  const settled = state.gap === null;
  const phase: Phase = { type: 'watching', openedAt: at, arrivals: 0, settled, gapFrom: null };
  return {
    state: { ...state, phase, ...(settled ? overcome(state, at) : {}) },
    actions: settled ? [] : [{ type: 'settle', generation: state.generation, ms: SETTLE_MS }],
  };
}

function overcome(state: ReflectorState, at: number): Partial<ReflectorState> {
  return state.failure === null ? {} : { failure: null, refusedAt: null, since: at };
}

function settle(state: ReflectorState, at: number): Step {
  if (state.phase.type !== 'watching' || state.phase.settled) return still(state);
  return {
    state: {
      ...state,
      phase: { ...state.phase, settled: true, gapFrom: state.gap?.from ?? null },
      gap: null,
      ...overcome(state, at),
    },
    actions: closeGap(state, true),
  };
}

function closeGap({ gap }: ReflectorState, resumed: boolean): Action[] {
  return gap === null ? [] : [{ type: 'emit', report: { type: 'gap', ...gap, open: false, resumed } }];
}

function take(state: ReflectorState, verb: Verb, object: Json, at: number): Step {
  const settled = settle(state, at);
  const phase = settled.state.phase as Phase & { type: 'watching' };
  const resourceVersion = stringOf(objectOf(object.metadata).resourceVersion) || state.resourceVersion;
  const objects = Math.max(0, state.objects + gainBy(verb));
  return {
    state: { ...settled.state, resourceVersion, objects, phase: { ...phase, arrivals: phase.arrivals + 1 } },
    actions: verb === 'BOOKMARK' ? settled.actions : [...settled.actions, { type: 'emit', report: { type: verb, object } }],
  };
}

function close(state: ReflectorState, phase: Phase & { type: 'watching' }, at: number, chance: number): Step {
  const lasted = at - phase.openedAt;
  if (lasted < TOO_SHORT_MS && phase.arrivals === 0) {
    return fail(state, endOf('the server closed the watch at once'), at, chance);
  }
  return ask(state, { ask: 'watch' }, chance);
}

// A page of objects that are all as large as they may be is longer than an answer may be.
function smallerPage(state: ReflectorState, { kind }: Failure, chance: number): Step | null {
  const { phase } = state;
  if (phase.type !== 'listing' || kind !== 'excessive' || phase.limit === null || phase.limit <= SMALLEST_PAGE) return null;
  const pageSize = Math.max(SMALLEST_PAGE, Math.floor(phase.limit / 10));
  return ask({ ...state, pageSize }, { ask: 'list', continue: phase.continue, limit: pageSize }, chance);
}

function fail(state: ReflectorState, told: Failure, at: number, chance: number): Step {
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
