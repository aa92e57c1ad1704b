import type { KubeEvent } from '../resources.ts';

/**
 * client-go's prefix to the newest of ten or more differing messages (events_cache.go,
 * EventAggregatorByReasonMessageFunc).
 */
const COMBINED = '(combined from similar events): ';

/** Does the event stand for several with different messages, of which only the newest is known? */
export function isCombined({ message }: Pick<KubeEvent, 'message'>): boolean {
  return message.startsWith(COMBINED);
}

/** The message of an event without the event recorder's prefix. */
export function eventMessage({ message }: Pick<KubeEvent, 'message'>): string {
  return isCombined({ message }) ? message.slice(COMBINED.length) : message;
}
