import { firstLine, shorten } from '../../text/truncate.ts';
import type { CauseFacts } from '../cause.ts';
import type { KubeEvent } from '../resources.ts';
import type { End } from './end.ts';
import { apiTime, eventEvidence } from './end-evidence.ts';

/** What the node is short of, as its conditions say: memory, disk, process numbers. */
export function pressureEvidence({ node }: CauseFacts): string[] {
  return (node?.pressures ?? []).map(({ type, since, message }) => {
    const begun = since === null ? '' : ` since ${apiTime(since)}`;
    return `node ${node?.name}: ${type}${begun}${message === '' ? '' : `: ${shorten(firstLine(message))}`}`;
  });
}

/** What kind of machine the node is. */
export function architectureEvidence({ node }: CauseFacts): string[] {
  return node === undefined || node.architecture === '' ? [] : [`node ${node.name}: ${node.architecture}`];
}

// The kernel tells the kubelet at once; an end is stated in whole seconds.
const SYSTEM_OOM_MS = 10_000;
// The kubelet says that its node was rebooted when it is up again.
const REBOOT_MS = 10 * 60_000;

/** The event with which the kubelet says that its node as a whole ran out of memory when this run ended; undefined without one. */
export function systemOomOf(facts: CauseFacts, end: End): KubeEvent | undefined {
  return nearest(facts, 'SystemOOM', ({ firstAt, lastAt }) => {
    const { finishedAt } = end;
    return finishedAt !== null && finishedAt >= firstAt - SYSTEM_OOM_MS && finishedAt <= lastAt + SYSTEM_OOM_MS;
  });
}

/** The event with which the kubelet says, soon after this run ended, that its node was rebooted; undefined without one. */
export function rebootOf(facts: CauseFacts, { finishedAt }: End): KubeEvent | undefined {
  return nearest(facts, 'Rebooted', ({ lastAt }) => finishedAt !== null && Math.abs(lastAt - finishedAt) <= REBOOT_MS);
}

function nearest({ nodeEvents }: CauseFacts, reason: string, isNear: (event: KubeEvent) => boolean): KubeEvent | undefined {
  return nodeEvents.findLast((event) => event.reason === reason && isNear(event));
}

/** An event of the node, quoted; nothing where there is none. */
export function nodeEventEvidence({ pod }: CauseFacts, event: KubeEvent | undefined): string[] {
  return event === undefined ? [] : [`node ${pod.spec.nodeName}: ${eventEvidence({ event })}`];
}
