import type { Next, ReflectorState, Step } from './reflector-state.ts';
import { withNewList } from './unfinished-lists.ts';

/** Shorter than the limit of most proxies, and spread so that watches do not end together. */
const WATCH_SECONDS = 290;
const WATCH_SECONDS_SPREAD = 40;

/** The request for a new list: as a stream if the server supports it. */
export function newList({ streams, pageSize }: ReflectorState): Next {
  return streams ? { ask: 'stream' } : inPages(pageSize);
}

/** A new list in pages. @param limit objects of a page. */
export function inPages(limit: number): Next {
  return { ask: 'list', continue: '', limit };
}

/** Makes the next request and begins a new generation. @param chance in [0, 1). */
export function ask(state: ReflectorState, next: Next, chance: number): Step {
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

function begin(state: ReflectorState): ReflectorState {
  return { ...state, objects: 0, lists: withNewList(state.lists) };
}
