import { LIST } from '../../model/causes/index.ts';
import type { ClusterState } from '../../timeline/state.ts';
import type { Entry } from '../entry.ts';
import { causeWithout, type Evidence } from '../problems.ts';
import type { ReportedCause } from './acknowledgement.ts';

/** All evidence that can arrive late. */
export const EVIDENCE: readonly Evidence[] = ['logs', 'pod events', 'node'];

/** The cause to report now for a container in trouble. */
export function reportedCauseOf(entry: Entry, state: ClusterState): ReportedCause {
  return { cause: containerCauseId(entry), without: missingEvidence(entry, state), runs: runOf(entry) };
}

/** Its cause ID; without a cause, the kind of trouble; '' without trouble. */
export function containerCauseId({ cause, trouble }: Entry): string {
  return cause?.id ?? trouble?.kind ?? '';
}

/**
 * True if the container still has the reported cause, even if more or less is known about it now. A
 * run ends only once, so another cause for the same run comes from late evidence. For another run,
 * causes are compared using only evidence that was available both times.
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

/**
 * Picks the more precise of two reports of the same cause: the second if it lost no evidence and
 * adds something.
 */
export function refineCause(told: ReportedCause, again: ReportedCause): ReportedCause {
  const lost = again.without.some((e) => !told.without.includes(e));
  const isNews = again.cause !== told.cause || again.without.length < told.without.length;
  return !lost && isNews ? again : told;
}

// The causes that remain when this evidence is missing. A node only adds detail to a known end.
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

/** True if `told` comes down to `cause` when some of its evidence is missing. */
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

// Causes are decided from the times that the node gave.
function causeIdWithout(evidence: readonly Evidence[], entry: Entry, state: ClusterState, now: number): string {
  const { record, container } = entry;
  const recorded = record.containers.find((c) => c.name === container.name) ?? container;
  return containerCauseId({ ...entry, cause: causeWithout(evidence, state, record, recorded, now) });
}

// Enough of an ID to tell runs apart; full IDs would clutter the acknowledgements file.
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
