import { command, commandsOf } from '../../model/evidence/kubectl-hints.ts';
import { counted, duration } from '../../text/duration.ts';
import type { ClusterState } from '../../timeline/state.ts';
import { impactAt } from '../problems.ts';
import { describeEnd, type EndedPods, type FailedPod, failedEvidence } from './failed-pods.ts';
import { describe } from './owner-evidence.ts';
import type { WorkloadProblem } from './workload-problem.ts';

/**
 * At least two pods that failed for good within the window and were replaced; null if fewer.
 * @param now epoch ms.
 */
export function failingPods(state: ClusterState, pods: EndedPods | undefined, now: number): WorkloadProblem | null {
  if (pods === undefined || pods.failed.length < 2) return null;
  const { workload, failed } = pods;
  const [first, newest] = [failed[0] as FailedPod, failed.at(-1) as FailedPod];
  // Scaled to zero: no pods are wanted.
  if (state.statuses.get(workload.key)?.owner.desired === 0) return null;
  const impact = impactAt(state, workload, first.at, now);
  const isEvicted = failed.every(({ record }) => record.pod.reason === 'Evicted');
  return {
    kind: 'failing-pods',
    workload,
    since: first.at,
    summary: `${counted(failed.length, 'pod')} ${isEvicted ? 'evicted' : 'failed'} in ${duration(newest.at - first.at)}: ${describeEnd(state, newest, now)}`,
    impact,
    level: impact.level,
    failedPods: failed.length,
    lastFailureAt: newest.at,
    example: { record: newest.record, container: newest.container },
    evidence: failedEvidence(state, failed, now),
    next: commandsOf([
      // The API knows a static pod only by its mirror pods.
      workload.kind === 'StaticPod' ? null : describe(workload),
      newest.record.goneAt === null ? command`kubectl -n ${workload.namespace} describe pod ${newest.record.pod.name}` : null,
      command`kubectl describe node ${newest.record.pod.spec.nodeName}`,
    ]),
  };
}
