import { LIST } from '../../model/causes/index.ts';
import type { ClusterState } from '../../timeline/state.ts';
import type { Entry } from '../entry.ts';
import { causeWithout, type Evidence } from '../problems.ts';
import type { ReportedCause } from './acknowledgement.ts';

/** All evidence that can come late. */
export const EVIDENCE: readonly Evidence[] = ['logs', 'pod events', 'node'];

/** The cause of a container in trouble as it is told now. */
export function reportedCauseOf(entry: Entry, state: ClusterState): ReportedCause {
  return { cause: containerCauseId(entry), without: missingEvidence(entry, state), runs: runOf(entry) };
}

/** The id of its cause; the kind of its trouble where it has none; '' without trouble. */
export function containerCauseId({ cause, trouble }: Entry): string {
  return cause?.id ?? trouble?.kind ?? '';
}

/**
 * Is the cause of this container still the one that was told? It is where only what is known of it changed: a run dies once, so that
 * another word about the same run comes of evidence that came late; and of another run, a cause is compared by the evidence that was
 * there both times.
 * @param now epoch ms.
 */
export function isSameCause(told: ReportedCause, entry: Entry, state: ClusterState, now: number): boolean {
  const cause = containerCauseId(entry);
  if (cause === told.cause) return true;
  const without = (evidence: readonly Evidence[]) => causeIdWithout(evidence, entry, state, now);
  if (runOf(entry).some((run) => told.runs.includes(run)) && without(EVIDENCE) !== cause) return true;
  const missing = missingEvidence(entry, state);
  if (told.without.some((e) => !missing.includes(e)) && without(told.without) === told.cause) return true;
  return missing.some((e) => !told.without.includes(e) && needsOf(told.cause).includes(e) && isLeftOf(told.cause, cause, e));
}

/** The same cause told twice, as it is known better: the second time, where no evidence was lost and something is known that was not. */
export function refineCause(told: ReportedCause, again: ReportedCause): ReportedCause {
  const lost = again.without.some((e) => !told.without.includes(e));
  const isNews = again.cause !== told.cause || again.without.length < told.without.length;
  return !lost && isNews ? again : told;
}

// What a cause that evidence tells comes to where that is not there (any more). A node only adds to what is known of an end.
const LEFT_WITHOUT: Readonly<Record<Evidence, ReadonlySet<string>>> = {
  logs: new Set(['app-error', 'abort', 'init-failed', 'sidecar-failed', 'unknown']),
  'pod events': new Set([
    'sigterm-self',
    'oom-suspected',
    'completed-loop',
    'app-error',
    'init-failed',
    'sidecar-failed',
    'unknown',
  ]),
  node: new Set(),
};

/** Is that what a cause comes to where some evidence of it is not there? */
export function isLessOf(told: string, cause: string): boolean {
  return EVIDENCE.some((e) => needsOf(told).includes(e) && isLeftOf(told, cause, e));
}

function isLeftOf(told: string, cause: string, evidence: Evidence): boolean {
  return LEFT_WITHOUT[evidence].has(cause) && !LEFT_WITHOUT[evidence].has(told);
}

const NEEDS = new Map<string, readonly Evidence[]>(LIST.map((c) => [c.id, EVIDENCE.filter((e) => c.needs.includes(e))]));

function needsOf(cause: string): readonly Evidence[] {
  return NEEDS.get(cause) ?? [];
}

// Causes are told from the times that the node gave.
function causeIdWithout(evidence: readonly Evidence[], entry: Entry, state: ClusterState, now: number): string {
  const { record, container } = entry;
  const recorded = record.containers.find((c) => c.name === container.name) ?? container;
  return containerCauseId({ ...entry, cause: causeWithout(evidence, state, record, recorded, now) });
}

// As much of an ID as tells runs apart; whole ones would bury the file of acknowledgements.
const RUN_ID_LENGTH = 12;

function runOf({ container }: Entry): readonly string[] {
  const dead = container.failure === null ? container.ledger.findLast((r) => r.ended) : undefined;
  return dead === undefined || dead.containerID === '' ? [] : [dead.containerID.slice(-RUN_ID_LENGTH)];
}

function missingEvidence({ record, container }: Entry, state: ClusterState): readonly Evidence[] {
  const { uid, spec } = record.pod;
  const dead = container.ledger.findLast((r) => r.ended);
  const hasLog = state.logs
    .get(uid)
    ?.some((l) => l.error === '' && l.container === container.name && l.containerID === dead?.containerID);
  const has: Readonly<Record<Evidence, boolean>> = {
    logs: hasLog === true,
    'pod events': (state.events.get(uid)?.length ?? 0) > 0,
    node: state.nodes.has(spec.nodeName),
  };
  return EVIDENCE.filter((e) => !has[e]);
}
