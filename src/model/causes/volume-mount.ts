import { shorten } from '../../text/truncate.ts';
import type { CauseFacts, CauseRule, Verdict } from '../cause.ts';
import { blockOf } from '../evidence/blocked-pod.ts';
import { configFailureOf } from '../evidence/config-failure.ts';
import { endOrWaitingEvidence, eventEvidence, waitingEvidence } from '../evidence/end-evidence.ts';
import { command, describePod } from '../evidence/kubectl-hints.ts';
import { lastTerminationOf } from '../evidence/last-termination.ts';
import { reasonOfError, rootOfError, startFailureOf, withPlainQuotes } from '../evidence/start-failure.ts';
import { BLOCKING_EVENTS } from '../trouble.ts';

const VOLUME = /\bvolumes? "([^"]{1,253})"|\bunmounted volumes=\[([^\]\s]{1,253})\]/;
// runc: error mounting "/host/path" to rootfs at "/in/the/container": ...
const AT_START = /\bmounting "[^"]{0,400}" to rootfs (?:"[^"]{0,400}" )?at "(?<place>[^"]{1,400})"/;
// The output of mount(8) or the like, which says more than its exit status.
const OUTPUT = /^Output: *(\S.*)$/m;
// kubelet_pods.go, makeMounts; only the kubelet's log has the reason.
const SUB_PATH = /failed to (?:prepare|create) subPath (?:directory )?for volumeMount "(?<volume>[^"]{1,253})"/;

/**
 * A volume that the pod needs cannot be attached or mounted: only events say so, never a status.
 */
export const volumeMount: CauseRule = {
  id: 'volume-mount',
  title: 'A volume cannot be attached or mounted',
  needs: ['pod status', 'pod events'],
  manual: [
    'A volume that the pod needs cannot be attached to its node or mounted there, so none of its containers is created; or the runtime cannot mount something into the container when it starts it.',
    'The newest event about the start of the pod is FailedMount, FailedAttachVolume or FailedMapVolume, without progress since (likely: it may pass by itself); if it only says that waiting for volumes timed out, an earlier event with the reason is quoted. Or the runtime names the mount in its error, or the kubelet a subPath that it cannot prepare (certain). A missing ConfigMap, Secret or key has a page of its own.',
    'Read the last part of the message. "Multi-Attach" means that another node still holds the volume, often after a node died. A timeout means that the driver does not answer: look at its pods on that node. "Not a directory" when the container starts is a subPath or a file mounted over a directory.',
  ],
  decide: (facts) => byEvent(facts) ?? bySubPath(facts) ?? byRuntime(facts),
};

function byEvent(facts: CauseFacts): Verdict | null {
  const event = blockOf(facts);
  if (event === null || BLOCKING_EVENTS.get(event.reason) !== 'volume') return null;
  const [, named, unmounted] = VOLUME.exec(event.message) ?? [];
  const volume = named ?? unmounted;
  const what = volume === undefined ? event.reason : `volume "${volume}"`;
  const output = OUTPUT.exec(event.message)?.[1];
  return {
    summary: `${what}: ${output === undefined ? reasonOfError(event.message) : shorten(output)}`,
    confidence: 'likely',
    evidence: [...waitingEvidence(facts), eventEvidence({ event })],
    next: [describePod(facts), command`kubectl -n ${facts.pod.namespace} get persistentvolumeclaims`],
  };
}

function bySubPath(facts: CauseFacts): Verdict | null {
  const failure = configFailureOf(facts);
  const volume = SUB_PATH.exec(failure?.message ?? '')?.groups?.volume;
  if (failure === null || volume === undefined) return null;
  return {
    summary: `volume "${volume}": its subPath cannot be prepared`,
    confidence: failure.confidence,
    evidence: failure.evidence,
    next: [describePod(facts)],
  };
}

function byRuntime(facts: CauseFacts): Verdict | null {
  const message = startFailureOf(facts) ?? '';
  const place = AT_START.exec(withPlainQuotes(message))?.groups?.place;
  if (place === undefined) return null;
  return {
    summary: `cannot start: ${place} cannot be mounted: ${rootOfError(message)}`,
    confidence: 'certain',
    evidence: endOrWaitingEvidence(facts, lastTerminationOf(facts)),
    next: [describePod(facts)],
  };
}
