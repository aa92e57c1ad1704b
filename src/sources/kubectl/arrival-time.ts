import { arrayOf, type Json, objectOf, timeOf } from '../../text/json.ts';

/**
 * The newest time that an API object states, epoch ms: its creation, managedFields, conditions,
 * starts and ends, and for an Event when it was last seen. A lower bound for the time when kubectl
 * printed it. Never deletionTimestamp, which lies ahead. null if it states none.
 */
export function newestTimeIn(object: Json): number | null {
  let newest: number | null = null;
  const see = (value: unknown) => {
    const time = timeOf(value);
    if (time !== null && (newest === null || time > newest)) newest = time;
  };
  const metadata = objectOf(object.metadata);
  const status = objectOf(object.status);
  see(metadata.creationTimestamp);
  for (const field of arrayOf(metadata.managedFields)) see(objectOf(field).time);
  for (const time of [object.firstTimestamp, object.lastTimestamp, object.eventTime]) see(time);
  see(objectOf(object.series).lastObservedTime);
  see(status.startTime);
  for (const raw of arrayOf(status.conditions)) {
    const condition = objectOf(raw);
    for (const time of [condition.lastTransitionTime, condition.lastProbeTime, condition.lastHeartbeatTime]) see(time);
  }
  for (const list of [status.initContainerStatuses, status.containerStatuses, status.ephemeralContainerStatuses]) {
    for (const container of arrayOf(list)) for (const time of timesOf(objectOf(container))) see(time);
  }
  return newest;
}

function timesOf(container: Json): unknown[] {
  return [container.state, container.lastState].flatMap((raw) => {
    const state = objectOf(raw);
    const ended = objectOf(state.terminated);
    return [objectOf(state.running).startedAt, ended.startedAt, ended.finishedAt];
  });
}
