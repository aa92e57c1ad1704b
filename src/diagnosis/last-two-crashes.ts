import { type Crash, type CrashComparison, compareCrashes } from '../model/crash-comparison.ts';
import { errorLine } from '../model/evidence/error-line.ts';
import type { Run } from '../model/ledger.ts';
import { isCrash } from '../model/trouble.ts';
import { podsOf } from '../timeline/members.ts';
import { containerOnOurClock } from '../timeline/node-clocks.ts';
import type { ClusterState, PodRecord } from '../timeline/state.ts';
import { withoutNoise } from './crash-signature.ts';
import type { Subject } from './subject.ts';

/** The last two crashes, and whether the first was in an earlier pod, now gone. */
export interface LastTwoCrashes extends CrashComparison {
  readonly isOfEarlierPod: boolean;
}

/**
 * A container's last crash and the one before. If its pod had only one, the earlier crash comes
 * from a pod of its workload that is gone. null if fewer than two are known.
 */
export function lastTwoCrashes({ state, entry }: Pick<Subject, 'state' | 'entry'>): LastTwoCrashes | null {
  const { record, container } = entry;
  const own = crashesOf(state, record, container.name, 2);
  const last = own.at(-1);
  if (last === undefined) return null;
  const isOfEarlierPod = own.length < 2;
  // Within one pod the node is always the same.
  const before = isOfEarlierPod ? earlierCrash(state, record, container.name, last) : { ...(own[0] as Crash), node: '' };
  return before === null ? null : { ...compareCrashes(before, last, sayTheSame), isOfEarlierPod };
}

function crashesOf(state: ClusterState, record: PodRecord, name: string, most: number): readonly Crash[] {
  const found = record.containers.find((c) => c.name === name);
  if (found === undefined) return [];
  const { ledger } = containerOnOurClock(state, record, found);
  const { pod } = record;
  const isOwn = (run: Run) => (run.exitCode !== null || run.reason !== '') && isCrash(run);
  return ledger
    .filter(isOwn)
    .slice(-most)
    .map((run) => ({ run, image: run.image, node: pod.spec.nodeName, words: errorLineOf(state, pod.uid, name, run) }));
}

function earlierCrash(state: ClusterState, record: PodRecord, name: string, last: Crash): Crash | null {
  if (record.workload.kind === 'Pod') return null;
  let newest: Crash | null = null;
  for (const other of podsOf(state, record.workload.key)) {
    if (other.goneAt === null || other === record) continue;
    const crash = crashesOf(state, other, name, 1)[0];
    const at = crash?.run.finishedAt ?? null;
    if (crash === undefined || at === null || at > (last.run.finishedAt ?? 0)) continue;
    if (at > (newest?.run.finishedAt ?? 0)) newest = crash;
  }
  return newest;
}

// A termination message is written on purpose, so it wins over the log.
function errorLineOf(state: ClusterState, uid: string, name: string, run: Run): string {
  const log = state.logs.get(uid)?.findLast((l) => l.container === name && l.containerID === run.containerID && l.error === '');
  return errorLine(run.message) || errorLine(log?.text ?? '');
}

function sayTheSame(a: string, b: string): boolean {
  return withoutNoise(a) === withoutNoise(b);
}
