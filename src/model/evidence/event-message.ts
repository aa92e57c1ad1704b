import type { KubeEvent } from '../resources.ts';

/** What client-go puts before the newest of ten or more messages that differ (events_cache.go, EventAggregatorByReasonMessageFunc). */
const COMBINED = '(combined from similar events): ';

/** Does the event stand for several of different words, of which only the newest are known? */
export function isCombined({ message }: Pick<KubeEvent, 'message'>): boolean {
  return message.startsWith(COMBINED);
}

/** The message of an event without what the recorder of events put before it. */
export function eventMessage({ message }: Pick<KubeEvent, 'message'>): string {
  return isCombined({ message }) ? message.slice(COMBINED.length) : message;
}
