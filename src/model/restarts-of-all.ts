import type { Ledger, Run } from './ledger.ts';
import { type ContainerSpec, type ContainerStatus, containerSpecOf, matchingRule, type Pod, policyRestarts } from './pod.ts';
import { followsRestartOfAll, isRestartedWithAll, RESTARTING_ALL } from './restart-stand-in.ts';

const ACTION = 'RestartAllContainers';

/**
 * Does the spec of this container restart all containers of its pod when it ends with this exit
 * code?
 */
export function restartsAll(spec: ContainerSpec | undefined, exitCode: number | null): boolean {
  return spec !== undefined && exitCode !== null && matchingRule(spec, exitCode)?.action === ACTION;
}

/** Does the container's status show an end after which its rule restarts the whole pod? */
export function endRestartsAll(pod: Pod, { name, state }: ContainerStatus): boolean {
  const isOver = pod.phase === 'Succeeded' || pod.phase === 'Failed';
  return !isOver && state.type === 'terminated' && restartsAll(containerSpecOf(pod, name), state.exitCode);
}

/** The containers of a pod with a rule that restarts all of them, in the order of the spec. */
export function restartersOf(pod: Pod): readonly ContainerSpec[] {
  return pod.spec.containers.filter(({ restartRules }) => restartRules.some(({ action }) => action === ACTION));
}

/** What is needed to detect a restart of all containers: one container of a pod. */
interface Restarted {
  readonly name: string;
  readonly ledger: Ledger;
  readonly status: ContainerStatus | undefined;
}

/**
 * One restart of all containers, as seen in one of them: the run before it, and the run after it
 * once that has begun.
 */
interface Turn<C> {
  readonly container: C;
  readonly index: number;
  readonly run: Run;
  readonly after: Run | undefined;
}

/**
 * Applies a pod's newest restart of all containers (KEP-5532) to their runs. Statuses state no end
 * of the runs that it ended: they ended before the first container started again, the latest
 * possible time, and not by their own fault. The container whose rule it was keeps its own end.
 * Returns the same array if nothing new is known.
 * @param at when the newest status arrived, epoch ms on the clock of the ledgers.
 */
export function withRestartsOfAll<C extends Restarted>(pod: Pod, containers: readonly C[], at: number): readonly C[] {
  if (!pod.containers.some((status) => followsRestartOfAll(status))) return containers;
  const turns = containers.flatMap(turnOf);
  const source = sourceOf(pod, turns);
  const endedBy = startOfNext(turns, at);
  const next = containers.map((container) => {
    const turn = turns.find((t) => t.container === container);
    const known = turn === undefined ? container.ledger : withTurn(pod, turn, turn === source, endedBy);
    const ledger = withOverlookedEnds(pod, container.name, known);
    return ledger === container.ledger ? container : { ...container, ledger };
  });
  return next.every((container, index) => container === containers[index]) ? containers : next;
}

function withTurn<C extends Restarted>(pod: Pod, turn: Turn<C>, isSource: boolean, endedBy: number): Ledger {
  const run = judged(pod, turn, isSource, endedBy);
  return run === turn.run ? turn.container.ledger : turn.container.ledger.with(turn.index, run);
}

// Arrivals may be missed or late: a run followed by one that began like this has ended as well.
function withOverlookedEnds(pod: Pod, name: string, ledger: Ledger): Ledger {
  const isOverlooked = (run: Run, after: Run | undefined) => isOpen(run) && after?.followsRestartOfAll === true;
  if (!ledger.some((run, index) => isOverlooked(run, ledger[index + 1]))) return ledger;
  const isSource = restartersOf(pod).some((spec) => spec.name === name);
  return ledger.map((run, index) => {
    const after = ledger[index + 1];
    return isOverlooked(run, after) ? unseenEnd(run, isSource, after?.startedAt ?? null) : run;
  });
}

function isOpen(run: Run): boolean {
  return run.startedAt === null ? !run.ended : run.finishedAt === null;
}

// A run known only by its ID needs no time of its end: with one it would look like a failed start.
function unseenEnd(run: Run, isSource: boolean, endedBy: number | null): Run {
  const isTimed = run.startedAt !== null && endedBy !== null;
  const finishedAt = isTimed ? Math.max(run.startedAt ?? 0, endedBy) : null;
  const isSame = run.ended && run.finishedAt === finishedAt;
  const over = isSame ? run : { ...run, ended: true, finishedAt, endIsInferred: isTimed };
  if (!isSource) return stopped(over);
  return over.reason === RESTARTING_ALL ? over : { ...over, reason: RESTARTING_ALL };
}

function turnOf<C extends Restarted>(container: C): Turn<C>[] {
  const { ledger, status } = container;
  const newest = ledger.at(-1);
  if (status === undefined || newest === undefined) return [];
  const isOver = isRestartedWithAll(status) && newest.attempt < status.restartCount;
  const index = ledger.length - (isOver ? 1 : 2);
  const run = ledger[index];
  if (run === undefined || !(isOver || newest.followsRestartOfAll)) return [];
  return [{ container, index, run, after: isOver ? undefined : newest }];
}

function isStated(run: Run): boolean {
  return run.exitCode !== null && run.finishedAt !== null && !run.endIsInferred;
}

// The API may have held its own end for a moment only, or not at all. Then it is the container with
// such a rule; if several have one, the one that the kubelet reported as ended before it removed
// all.
function sourceOf<C extends Restarted>(pod: Pod, turns: readonly Turn<C>[]): Turn<C> | undefined {
  const specOf = ({ container }: Turn<C>) => containerSpecOf(pod, container.name);
  const told = turns.filter((turn) => isStated(turn.run) && restartsAll(specOf(turn), turn.run.exitCode));
  const [first] = told.toSorted((a, b) => (a.run.finishedAt as number) - (b.run.finishedAt as number));
  if (first !== undefined) return first;
  const able = turns.filter((turn) => !isStated(turn.run) && restartersOf(pod).some(({ name }) => name === turn.container.name));
  return able.find(({ run }) => run.reason === RESTARTING_ALL) ?? able[0];
}

// All runs that it ended had begun before any run after it did.
function startOfNext<C>(turns: readonly Turn<C>[], at: number): number {
  const lastStart = Math.max(0, ...turns.map(({ run }) => run.startedAt ?? 0));
  const starts = turns.flatMap(({ after }) => (after?.startedAt == null ? [] : [after.startedAt]));
  return Math.max(lastStart, Math.min(at, ...starts));
}

function judged<C extends Restarted>(pod: Pod, { container, run }: Turn<C>, isSource: boolean, endedBy: number): Run {
  if (isStated(run)) return isSource || !isNoCrash(pod, container.name, run) ? run : stopped(run);
  return unseenEnd(run, isSource, run.endIsInferred ? Math.min(run.finishedAt ?? endedBy, endedBy) : endedBy);
}

// A clean end that would not have run again was no crash; nor is a second end by the rule after the
// first had been followed.
function isNoCrash(pod: Pod, name: string, { exitCode }: Run): boolean {
  const code = exitCode ?? 0;
  return restartsAll(containerSpecOf(pod, name), code) || (code === 0 && !policyRestarts(pod, name, 0));
}

function stopped(run: Run): Run {
  return run.stop === null ? { ...run, stop: 'restart-all' } : run;
}

/**
 * The maximum number of a container's unseen restarts caused by another container's rule: each time
 * that one restarted, all did.
 */
export function restartsWithOthers(pod: Pod, name: string): number {
  const [source] = restartersOf(pod);
  if (source === undefined || source.name === name) return 0;
  return pod.containers.find((status) => status.name === source.name)?.restartCount ?? 0;
}
