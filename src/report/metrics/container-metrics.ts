import { causeAt, containerKey, nextStartAt, troublesAt } from '../../diagnosis/problems.ts';
import type { TroubleState } from '../../model/trouble.ts';
import type { ClusterState, ContainerRecord, PodRecord } from '../../timeline/state.ts';
import { labelsText, type MetricFamily } from './metric-text.ts';

/** The metrics of each container, in output order. */
export const CONTAINER_FAMILIES = {
  restarts: {
    name: 'crashtop_container_restarts',
    type: 'counter',
    help: 'How often the container was restarted, as the kubelet counts it (restartCount).',
  },
  lastExitCode: {
    name: 'crashtop_container_last_exit_code',
    type: 'gauge',
    help: 'Exit code of the last known ended run of the container.',
  },
  retry: {
    name: 'crashtop_container_retry_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Time until the kubelet may start the container again; 0 once the start is due. Published by the kubelet, or estimated.',
  },
  trouble: {
    name: 'crashtop_container_trouble',
    type: 'stateset',
    help: 'The trouble state of the container: looping, holding (it outlived its loop), stable, or restarting (slowly).',
  },
  cause: {
    name: 'crashtop_container_cause',
    type: 'info',
    help: 'Why the container is in trouble (crashtop explain --list), and how certain that is.',
  },
} as const satisfies Readonly<Record<string, MetricFamily>>;

export type ContainerFamily = keyof typeof CONTAINER_FAMILIES;

/** One metric of one container at one time. */
export interface ContainerPoint {
  readonly family: ContainerFamily;
  /** As from {@link labelsText}: together with the family, this names the series. */
  readonly labels: string;
  readonly value: number;
}

// `deleted` is missing: pods that are gone are no longer measured.
const STATES: readonly TroubleState[] = ['looping', 'holding', 'stable', 'restarting'];

/**
 * The metrics of every container that exists at `now` (epoch ms), in no particular order. Every
 * container has a restart count; only those in trouble have the rest.
 * @param wasTroubled the keys of containers whose trouble metrics are kept although it is over.
 * Adds those in trouble now.
 */
export function* containerPoints(state: ClusterState, now: number, wasTroubled: Set<string>): Generator<ContainerPoint> {
  const troubles = new Map(troublesAt(state, now).map((t) => [containerKey(t.record, t.container), t.trouble]));
  for (const record of state.pods.values()) {
    if (record.goneAt !== null) continue;
    for (const container of record.containers) {
      const of = labelsOf(record, container);
      const text = labelsText(of);
      if (container.status !== undefined) yield { family: 'restarts', labels: text, value: container.status.restartCount };
      const key = containerKey(record, container);
      const trouble = troubles.get(key) ?? null;
      if (trouble !== null) wasTroubled.add(key);
      if (!wasTroubled.has(key)) continue;
      const exitCode = container.ledger.findLast((r) => r.ended && r.exitCode !== null)?.exitCode ?? null;
      if (exitCode !== null) yield { family: 'lastExitCode', labels: text, value: exitCode };
      for (const name of STATES) {
        const labels = labelsText({ ...of, [CONTAINER_FAMILIES.trouble.name]: name });
        yield { family: 'trouble', labels, value: Number(trouble?.state === name) };
      }
      if (trouble === null) continue;
      const next = nextStartAt(state, record, container, now);
      if (next !== null && next.at !== null) yield { family: 'retry', labels: text, value: Math.max(0, next.at - now) / 1000 };
      const cause = causeAt(state, record, container, now);
      if (cause !== null)
        yield { family: 'cause', labels: labelsText({ ...of, cause: cause.id, confidence: cause.confidence }), value: 1 };
    }
  }
}

// The labels that kube-state-metrics gives a container, so that both can be joined, plus the
// workload.
function labelsOf({ pod, workload }: PodRecord, { name }: ContainerRecord): Readonly<Record<string, string>> {
  return {
    namespace: pod.namespace,
    pod: pod.name,
    uid: pod.uid,
    container: name,
    workload_kind: workload.kind,
    workload: workload.name,
  };
}
