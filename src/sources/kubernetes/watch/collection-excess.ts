import { grouped } from '../../../text/duration.ts';
import type { Bounds } from '../bounds.ts';
import type { Failure, ReflectorEvent, ReflectorState, Verb } from './reflector-state.ts';

/**
 * Detects a dishonest server, even if each of its answers is fine: a list without end, in pages or
 * as a stream, and a collection that only grows. null if nothing is beyond the bounds.
 */
export function excessOf({ phase, objects, lists }: ReflectorState, event: ReflectorEvent, bounds: Bounds): Failure | null {
  if (event.type === 'page' && phase.type === 'listing') {
    const token = event.page.continue;
    if (token !== '' && token === phase.continue) return excessive('the list does not go on: its continue token stays the same');
    if (token !== '' && lists.named.length >= bounds.pages)
      return excessive(`the list has more than ${grouped(bounds.pages)} pages`);
  }
  const notGiven = phase.type === 'streaming' ? phase.items.length : 0;
  if (objects + notGiven + gainOf(event) <= bounds.objects) return null;
  return excessive(`it has more than ${grouped(bounds.objects)} objects: name a namespace with -n`);
}

function gainOf(event: ReflectorEvent): number {
  if (event.type === 'page') return event.page.items.length;
  return event.type === 'arrived' ? gainBy(event.verb) : 0;
}

/** By how many objects a collection grows with an event. */
export function gainBy(verb: Verb): number {
  if (verb === 'MODIFIED' || verb === 'BOOKMARK') return 0;
  return verb === 'ADDED' ? 1 : -1;
}

function excessive(detail: string): Failure {
  return { kind: 'excessive', detail, retryAfterMs: null, silentSince: null };
}
