import type { CauseFacts } from '../cause.ts';
import { containerSpecOf } from '../pod.ts';
import { failingStart } from '../trouble.ts';
import { eventEvidence, waitingEvidence } from './end-evidence.ts';
import { eventMessage } from './event-message.ts';

/** An image that the kubelet cannot use, according to the current status. */
export interface ImageFailure {
  /** As written in the spec. */
  readonly image: string;
  /** The waiting reason: ErrImagePull, ImagePullBackOff, ... */
  readonly reason: string;
  /** The error of the pull; '' if unknown. */
  readonly message: string;
  /** Did the status state the error, or only an event? */
  readonly isStated: boolean;
  readonly evidence: readonly string[];
}

/** Why the container's image cannot be used; null if its status does not say so. */
export function imageFailureOf(facts: CauseFacts): ImageFailure | null {
  const state = facts.status?.state;
  if (state?.type !== 'waiting' || failingStart(facts.status) !== 'image') return null;
  const image = containerSpecOf(facts.pod, facts.container)?.image || facts.status?.image || '';
  const about = { image, reason: state.reason };
  // Up to 1.31 the back-off does not state the error; the event of the last attempt does.
  const isBare = state.reason === 'ImagePullBackOff' && /^Back-off pulling image "[^"]*"$/.test(state.message);
  const event = isBare
    ? facts.events.findLast(
        (e) => e.reason === 'Failed' && e.involved.container === facts.container && /^Failed to pull image/.test(eventMessage(e)),
      )
    : undefined;
  if (event !== undefined) {
    return { ...about, message: event.message, isStated: false, evidence: [...waitingEvidence(facts), eventEvidence({ event })] };
  }
  return { ...about, message: isBare ? '' : state.message, isStated: !isBare, evidence: waitingEvidence(facts) };
}

const NETWORK =
  /no such host|i\/o timeout|connection refused|connection reset|network is unreachable|no route to host|context deadline exceeded|TLS handshake timeout|Client\.Timeout|server misbehaving|temporary failure in name resolution|50[0234] (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)|server gave HTTP response to HTTPS client|x509: [^\n]{1,80}|remote error: tls: [^\n]{1,60}|unexpected EOF|: EOF$/i;

/** The network error in a pull's message; null if there is none. */
export function networkFailureIn(message: string): string | null {
  return NETWORK.exec(message)?.[0].replace(/^: /, '') ?? null;
}

const RATE_LIMIT: readonly RegExp[] = [
  /You have reached your (?:un)?(?:authenticated )?pull rate limit/i,
  /429 Too Many Requests/i,
  /toomanyrequests: [^\n]{1,100}/i,
];

const WRITES_AFTER_FAILURE = /^v?1\.(?:3[7-9]|[4-9]\d)/;

/**
 * The event that a pull secret of the pod could not be read; null if there is none. `isTelling`:
 * kubelets from 1.37 on write it after a pull that failed without the secret
 * (kubernetes/kubernetes#138432), older ones before each pull.
 */
export function missingPullSecret({ events, node }: CauseFacts): { evidence: string; isTelling: boolean } | null {
  const event = events.findLast((e) => e.reason === 'FailedToRetrieveImagePullSecret');
  if (event === undefined) return null;
  return { evidence: eventEvidence({ event }), isTelling: WRITES_AFTER_FAILURE.test(node?.kubeletVersion ?? '') };
}

/**
 * The registry's words that this node has reached its pull rate limit; null if it does not say so.
 */
export function rateLimitIn(message: string): string | null {
  for (const words of RATE_LIMIT) {
    const found = words.exec(message)?.[0];
    if (found !== undefined) return found;
  }
  return null;
}

/**
 * The registry's host by the rules of image references: the part before the first slash, if it
 * looks like a host.
 */
export function registryOf(image: string): string {
  const first = image.slice(0, Math.max(0, image.indexOf('/')));
  return first === 'localhost' || /[.:]/.test(first) ? first : 'docker.io';
}

const WIDE = 36;

/**
 * Shortens an image reference for a table: leaves out the middle of a long path, and most of a
 * digest.
 */
export function shortImage(image: string): string {
  const reference = image.replace(/@sha256:([0-9a-f]{12})[0-9a-f]+$/, '@sha256:$1…');
  if (reference.length <= WIDE || !reference.includes('/')) return reference;
  const host = reference.slice(0, reference.indexOf('/')).split('.')[0];
  return `${host}…${reference.slice(reference.lastIndexOf('/'))}`;
}
