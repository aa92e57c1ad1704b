import { learnBackoff, learnLateness } from '../../model/backoff.ts';
import { EMPTY_LEDGER, type Ledger, type Run } from '../../model/ledger.ts';
import { policyRestarts } from '../../model/pod.ts';
import { isCrash } from '../../model/trouble.ts';
import { backoffOf, type ClusterState, type ContainerRecord, kubeletVersionOf, NO_EVENTS, type PodRecord } from '../state.ts';

/**
 * Learns from newly known runs: how many crashes there were, and how the node's kubelet backs off.
 */
export function withLearnedBackoff(state: ClusterState, before: PodRecord | undefined, record: PodRecord): ClusterState {
  if (before !== undefined && record.containers.every((c, i) => c.ledger === before.containers[i]?.ledger)) return state;
  const name = record.pod.spec.nodeName;
  const node = backoffOf(state, name);
  const kubeletVersion = kubeletVersionOf(state, name);
  const events = state.events.get(record.pod.uid) ?? NO_EVENTS;
  const learned = record.containers.reduce((known, c) => {
    const isNewRun = before !== undefined && newestAttempt(before, c.name) !== c.ledger.at(-1)?.attempt;
    const lateness = isNewRun ? learnLateness(known, c.ledger, { events, container: c.name, kubeletVersion }) : known;
    return learnBackoff(lateness, c.ledger);
  }, node);
  return {
    ...state,
    backoffs: learned === node ? state.backoffs : state.backoffs.set(name, learned),
    crashes: state.crashes + newCrashes(before, record),
  };
}

function newestAttempt({ containers }: PodRecord, name: string): number | undefined {
  return containers.find((c) => c.name === name)?.ledger.at(-1)?.attempt;
}

function newCrashes(before: PodRecord | undefined, record: PodRecord): number {
  let count = 0;
  for (const [index, container] of record.containers.entries()) {
    if (container.type === 'ephemeral') continue;
    const known = before?.containers[index];
    const from = alikeUntil(known?.ledger ?? EMPTY_LEDGER, container.ledger);
    count += countCrashes(record, container, from);
    if (before !== undefined && known !== undefined) count -= countCrashes(before, known, from);
  }
  return count;
}

// Counts of unchanged runs stay: an arrival changes the end of a long ledger only.
function alikeUntil(before: Ledger, after: Ledger): number {
  let index = 0;
  while (index < before.length && before[index] === after[index]) index++;
  return Math.max(0, index - 1);
}

function countCrashes({ pod }: PodRecord, { name, ledger }: ContainerRecord, from: number): number {
  let count = 0;
  for (let index = from; index < ledger.length; index++) {
    const run = ledger[index] as Run;
    const isCleanEnd = run.exitCode === 0 && !policyRestarts(pod, name, 0);
    if (isCrash(run) && !isCleanEnd) count++;
  }
  return count;
}
