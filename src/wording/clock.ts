import type { NodeClock } from '../model/clock-skew.ts';
import { duration } from '../text/duration.ts';
import { clockOf } from '../timeline/node-clocks.ts';
import type { ClusterState, PodRecord } from '../timeline/state.ts';

/** A wrong clock of the pod's node, in short: `clock 60m ahead`; '' if it agrees with ours. */
export function shortClockSkew(state: ClusterState, record: PodRecord): string {
  const { skewMs } = clockOf(state, record);
  return skewMs === 0 ? '' : `clock ${amount(skewMs)}`;
}

/** The same in a clause, with its uncertainty; '' if the clocks agree. */
export function clockClause(state: ClusterState, record: PodRecord): string {
  return nodeClockClause(record.pod.spec.nodeName, clockOf(state, record));
}

/** The clause for one node. */
export function nodeClockClause(node: string, { skewMs, uncertaintyMs, isLeast }: NodeClock): string {
  if (skewMs === 0) return '';
  const sure = isLeast ? 'or more' : `give or take ${duration(uncertaintyMs)}`;
  return `the clock of ${node} is ${amount(skewMs)}${skewMs < 0 ? ' of' : ''} ours, ${sure}; times are corrected`;
}

function amount(skewMs: number): string {
  return `${duration(Math.abs(skewMs))} ${skewMs < 0 ? 'ahead' : 'behind'}`;
}
