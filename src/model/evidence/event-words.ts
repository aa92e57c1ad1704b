import type { KubeEvent } from '../resources.ts';

/** What client-go puts before the newest of ten or more messages that differ (events_cache.go, EventAggregatorByReasonMessageFunc). */
const COMBINED = '(combined from similar events): ';

/** The message of an event without what the recorder of events put before it. */
export function wordsOfEvent({ message }: Pick<KubeEvent, 'message'>): string {
  return message.startsWith(COMBINED) ? message.slice(COMBINED.length) : message;
}
