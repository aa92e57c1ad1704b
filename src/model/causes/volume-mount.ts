import type { CauseFacts, CauseRule, Verdict } from '../cause.ts';
import { blockOf } from '../evidence/blocked-pod.ts';
import { describePod, kubectl } from '../evidence/commands.ts';
import { endOrWaitingEvidence, eventEvidence, waitingEvidence } from '../evidence/end-evidence.ts';
import { newestEndOf } from '../evidence/newest-end.ts';
import { rootOfError, startFailureOf } from '../evidence/start-failure.ts';
import { BLOCKING_EVENTS } from '../trouble.ts';

const VOLUME = /\bvolumes? "([^"]{1,253})"/;
// runc: error mounting "/host/path" to rootfs at "/in/the/container": ...
const AT_START = /error (?:during container init: )?mounting "[^"]{0,400}" to rootfs at "(?<place>[^"]{1,400})"/;

/** A volume that the pod needs cannot be attached or mounted: a status never says it, only events do. */
export const volumeMount: CauseRule = {
  id: 'volume-mount',
  title: 'A volume cannot be attached or mounted',
  needs: ['pod status', 'pod events'],
  manual: [
    'A volume that the pod needs cannot be attached to its node or mounted there, so that none of its containers is made; or the runtime cannot mount something into the container when it starts it.',
    'The newest event about the start of the pod is FailedMount, FailedAttachVolume or FailedMapVolume, and nothing has moved on since (likely: it may pass by itself); or the runtime names the mount in its error (certain). A ConfigMap, a Secret or a key that is missing has a page of its own.',
    'Read the last part of the message. "Multi-Attach" means that another node still holds the volume, often after a node died. A timeout means that the driver does not answer: look at its pods on that node. "Not a directory" when the container starts is a subPath or a file mounted over a directory.',
  ],
  decide: (facts) => byEvent(facts) ?? byRuntime(facts),
};

function byEvent(facts: CauseFacts): Verdict | null {
  const event = blockOf(facts);
  if (event === null || BLOCKING_EVENTS.get(event.reason) !== 'volume') return null;
  const volume = VOLUME.exec(event.message)?.[1];
  const what = volume === undefined ? event.reason : `volume "${volume}"`;
  return {
    summary: `${what}: ${rootOfError(event.message)}`,
    confidence: 'likely',
    evidence: [...waitingEvidence(facts), eventEvidence({ event })],
    next: [describePod(facts), kubectl(facts, 'get', 'persistentvolumeclaims')],
  };
}

function byRuntime(facts: CauseFacts): Verdict | null {
  const message = startFailureOf(facts) ?? '';
  const place = AT_START.exec(message)?.groups?.place;
  if (place === undefined) return null;
  return {
    summary: `cannot start: ${place} cannot be mounted: ${rootOfError(message)}`,
    confidence: 'certain',
    evidence: endOrWaitingEvidence(facts, newestEndOf(facts)),
    next: [describePod(facts)],
  };
}
