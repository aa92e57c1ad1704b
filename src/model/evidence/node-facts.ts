import { firstLine, shorten } from '../../text/truncate.ts';
import type { CauseFacts } from '../cause.ts';
import type { KubeEvent } from '../resources.ts';
import type { End } from './end.ts';
import { apiTime, eventEvidence } from './end-evidence.ts';

/** The node's pressure conditions: memory, disk, process IDs. */
export function pressureEvidence({ node }: CauseFacts): string[] {
  return (node?.pressures ?? []).map(({ type, since, message }) => {
    const begun = since === null ? '' : ` since ${apiTime(since)}`;
    return `node ${node?.name}: ${type}${begun}${message === '' ? '' : `: ${shorten(firstLine(message))}`}`;
  });
}

/** The node's processor architecture. */
export function architectureEvidence({ node }: CauseFacts): string[] {
  return node === undefined || node.architecture === '' ? [] : [`node ${node.name}: ${node.architecture}`];
}

// The kernel informs the kubelet immediately; an end is stated in whole seconds.
const SYSTEM_OOM_MS = 10_000;
// The kubelet reports a reboot of its node when it is up again.
const REBOOT_MS = 10 * 60_000;

/** The event that the node ran out of memory when this run ended; undefined if there is none. */
export function systemOomOf(facts: CauseFacts, end: End): KubeEvent | undefined {
  return nearest(facts, 'SystemOOM', ({ firstAt, lastAt }) => {
    const { finishedAt } = end;
    return finishedAt !== null && finishedAt >= firstAt - SYSTEM_OOM_MS && finishedAt <= lastAt + SYSTEM_OOM_MS;
  });
}

/** The event, soon after this run ended, that its node was rebooted; undefined if there is none. */
export function rebootOf(facts: CauseFacts, { finishedAt }: End): KubeEvent | undefined {
  return nearest(facts, 'Rebooted', ({ lastAt }) => finishedAt !== null && Math.abs(lastAt - finishedAt) <= REBOOT_MS);
}

function nearest({ nodeEvents }: CauseFacts, reason: string, isNear: (event: KubeEvent) => boolean): KubeEvent | undefined {
  return nodeEvents.findLast((event) => event.reason === reason && isNear(event));
}

/** Quotes an event of the node; empty if there is none. */
export function nodeEventEvidence({ pod }: CauseFacts, event: KubeEvent | undefined): string[] {
  return event === undefined ? [] : [`node ${pod.spec.nodeName}: ${eventEvidence({ event })}`];
}
