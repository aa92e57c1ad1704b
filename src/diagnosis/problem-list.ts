import type { ClusterState } from '../timeline/state.ts';
import { type Entry, type TableEntry, workloadEntryKey } from './entry.ts';
import { type Problem, problemsAt } from './problems.ts';
import type { WorkloadProblem } from './workload/workload-problem.ts';
import { workloadProblemsAt } from './workload/workload-problems.ts';

/**
 * Everything in trouble at `now` (epoch ms), each problem once: containers, and workloads whose
 * problem no container shows. If a container shows it, that entry carries its workload's problem. A
 * workload listed by itself replaces its deleted pods.
 */
export function problemListAt(state: ClusterState, now: number): readonly TableEntry[] {
  const problems = problemsAt(state, now);
  const ofWorkload = new Map(workloadProblemsAt(state, now).map((p) => [p.workload.key, p]));
  if (ofWorkload.size === 0) return problems;
  const told = toldByContainers(problems);
  const own = [...ofWorkload.values()].filter((p) => !told.has(p.workload.key));
  const isOwn = ({ workload }: Entry) => ofWorkload.has(workload.key) && !told.has(workload.key);
  const containers = problems.filter((p) => !isOwn(p)).map((p) => withWorkload(p, ofWorkload));
  return [...containers, ...own.map(workloadEntry)];
}

/** The keys of workloads with an existing container in trouble. */
function toldByContainers(problems: readonly Problem[]): ReadonlySet<string> {
  return new Set(problems.filter((p) => p.trouble.state !== 'deleted').map((p) => p.workload.key));
}

function withWorkload(problem: Problem, ofWorkload: ReadonlyMap<string, WorkloadProblem>): Entry {
  const found = ofWorkload.get(problem.workload.key);
  return found === undefined ? problem : { ...problem, ofWorkload: found };
}

function workloadEntry(problem: WorkloadProblem): TableEntry {
  const { workload, impact } = problem;
  return { key: workloadEntryKey(workload), workload, impact, problem };
}
