import type { Json } from '../../../text/json.ts';
import { objectOf, stringOf } from '../../../text/json.ts';
import { BOUNDS, type Bounds } from '../bounds.ts';
import { INITIAL_EVENTS_END } from '../kube-object.ts';
import { excessOf, gainBy } from './collection-excess.ts';
import { fail, smallerPage } from './reflector-failure.ts';
import { ask, newList } from './reflector-requests.ts';
import type { Action, Failure, Page, Phase, ReflectorEvent, ReflectorState, Step, Verb } from './reflector-state.ts';
import { isConfirmed, NO_LISTS, withPart } from './unfinished-lists.ts';

/**
 * Objects of one part of a streamed list: so few that parsed data is garbage before it gets old.
 */
export const PART_SIZE = 50;
/** A shorter stream that brought nothing was refused, whatever its status said (client-go). */
const TOO_SHORT_MS = 1000;
/**
 * The ERROR of a resourceVersion that is too old comes at once; without it the server still has the
 * version.
 */
const SETTLE_MS = 1000;
/**
 * How often another request's success may cut a wait short: a request that fails again waits for
 * its full back-off.
 */
const MIN_WAKE_INTERVAL_MS = 30_000;

/**
 * Follows one collection forever: a watch that begins with a list if the server supports it
 * (WatchList), else a list in pages and a watch from there (docs/kubernetes-facts.md, 6). One
 * request at a time.
 * @param chance in [0, 1): the only randomness.
 * @param bounds the most that a collection may hold.
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

// One server, one health: a wait after a lost connection ends when the server answers another
// request.
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

function takePage(state: ReflectorState, phase: Phase & { type: 'listing' }, page: Page, at: number, chance: number): Step {
  const more = page.continue !== '';
  const isFirst = phase.continue === '';
  // All pages have one resourceVersion; the first states it.
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
  return {
    state: {
      ...state,
      lists: withPart(state.lists, part.items),
      objects: state.objects + part.items.length,
      gap: isFirst ? null : state.gap,
      failure: null,
      refusedAt: null,
    },
    actions: [...(isFirst ? closeGap(state, false) : []), { type: 'emit', report: { type: 'snapshot', ...part } }],
  };
}

function listAgain(state: ReflectorState, at: number, chance: number): Step | null {
  if (isConfirmed(state.lists)) return null;
  const asked = ask(finish(state, at), newList(state), chance);
  return { state: asked.state, actions: [{ type: 'abandon' }, ...asked.actions] };
}

function finish(state: ReflectorState, at: number): ReflectorState {
  return { ...state, listed: true, lists: NO_LISTS, since: at };
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
  // Only the end states the version of the list: the versions of its items come in no order.
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
