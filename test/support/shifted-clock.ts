import type { ContainerState, Pod, Termination } from '../../src/model/pod.ts';
import type { Resource } from '../../src/model/resources.ts';
import type { Envelope } from '../../src/timeline/envelope.ts';

/** The arrivals as they would have come from nodes whose clocks are so many ms ahead (behind: below 0): only what kubelets date is moved. */
export function withNodesAhead(envelopes: readonly Envelope[], ms: number): Envelope[] {
  return envelopes.map((envelope) => {
    if (envelope.type === 'object') return { ...envelope, object: moved(envelope.object, ms) };
    if (envelope.type === 'snapshot') return { ...envelope, items: envelope.items.map((item) => moved(item, ms)) };
    return envelope;
  });
}

function moved(object: Resource, ms: number): Resource {
  if (object.kind === 'Pod') return movedPod(object, ms);
  if (object.kind !== 'Event' || object.component !== 'kubelet') return object;
  return { ...object, firstAt: object.firstAt + ms, lastAt: object.lastAt + ms };
}

function movedPod(pod: Pod, ms: number): Pod {
  const time = (at: number | null) => (at === null ? null : at + ms);
  const end = (of: Termination) => ({ ...of, startedAt: time(of.startedAt), finishedAt: time(of.finishedAt) });
  const state = (of: ContainerState): ContainerState => {
    if (of.type === 'running') return { ...of, startedAt: time(of.startedAt) };
    return of.type === 'terminated' ? { type: 'terminated', ...end(of) } : of;
  };
  return {
    ...pod,
    containers: pod.containers.map((c) => ({ ...c, state: state(c.state), last: c.last === null ? null : end(c.last) })),
  };
}
