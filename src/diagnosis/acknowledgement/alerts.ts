import type { Cause } from '../../model/cause.ts';
import type { TroubleState } from '../../model/trouble.ts';
import { countsOf } from '../../timeline/availability.ts';
import type { ClusterState, Workload } from '../../timeline/state.ts';
import type { Problem } from '../problems.ts';
import type { ReportedCause } from './acknowledgement.ts';
import { containerCauseId, isSameCause, refineCause, reportedCauseOf } from './reported-cause.ts';

/**
 * What to notify about: a workload starts looping, loops for another reason, recovers, or is gone.
 */
export type AlertEvent = 'loop' | 'cause' | 'recovered' | 'gone';

/** One notification. Times in epoch ms. */
export interface Alert {
  readonly event: AlertEvent;
  readonly at: number;
  readonly workload: Workload;
  /** The container that represents the workload: the most recent of those that loop. */
  readonly pod: string;
  readonly container: string;
  /** Why it loops, or looped. */
  readonly cause: Cause | null;
  readonly restarts: number;
  /** When the trouble started. */
  readonly since: number;
  /** True if it started earlier than that, unseen. */
  readonly sinceIsBound: boolean;
  readonly available: number;
  readonly desired: number;
}

/** What is known about one workload in trouble, and what was notified. */
interface Known {
  readonly workload: Workload;
  /** True if its loop was notified. A loop from before the first look counts as notified. */
  readonly isTold: boolean;
  /** Causes notified for this loop; each is notified once. */
  readonly causes: readonly ReportedCause[];
  /** Its current cause, and since when, epoch ms. */
  readonly cause: string;
  readonly causeSince: number;
  /** Its most recent loop. */
  readonly last: Omit<Alert, 'event' | 'at' | 'available' | 'desired'>;
}

/** What was notified so far, by workload key. Immutable. */
export type Told = ReadonlyMap<string, Known>;

// The log that gives the reason arrives shortly after the crash: wait for it.
const SETTLES_AFTER_MS = 5000;
// Do not notify with every crash when crashes alternate between two causes.
const CAUSE_LASTS_MS = 30_000;

/**
 * The baseline at the first look: none of it is news. A loop that is paused then and continues
 * later is not new either.
 */
export function firstTold(problems: readonly Problem[], state: ClusterState, now: number): Told {
  const known = new Map([...standingFor(problems, 'holding'), ...standingFor(problems, 'looping')]);
  return new Map([...known].map(([key, loop]) => [key, alreadyTold(loop, reportedCauseOf(loop, state), now)]));
}

/**
 * What to notify at `now` (epoch ms), and what has been notified after that. Each state is notified
 * once per workload:
 * - a loop when it starts, not with every restart;
 * - its recovery once no container loops or holds any more (`stable`: ten minutes of running), so a
 *   pause in a loop is no recovery;
 * - a new cause once it has lasted for 30 s, unless it only refines the old one.
 * Start failures that date from before the first look are no news: events arrive after pods, so a
 * volume that cannot be mounted is discovered late.
 * @param firstLookAt when {@link firstTold} was called, epoch ms.
 * @param isAcknowledged an acknowledged loop is not notified. Once it is no longer acknowledged, it
 * counts as a new loop.
 */
export function changesOf(
  before: Told,
  problems: readonly Problem[],
  state: ClusterState,
  now: number,
  firstLookAt: number,
  isAcknowledged: (problem: Problem) => boolean = () => false,
): { readonly told: Told; readonly alerts: readonly Alert[] } {
  const loops = standingFor(
    problems.filter((p) => !isAcknowledged(p)),
    'looping',
  );
  const acknowledged = new Set(problems.filter(isAcknowledged).map((p) => p.workload.key));
  const unsettled = new Set(problems.filter((p) => p.trouble.state !== 'stable').map((p) => p.workload.key));
  const told = new Map<string, Known>();
  const alerts: Alert[] = [];
  const tell = (event: AlertEvent, { last }: Known) => {
    const { available, desired } = countsOf(state, last.workload.key, now);
    alerts.push({ event, at: now, ...last, available, desired });
  };
  for (const [key, loop] of loops) {
    const cause = reportedCauseOf(loop, state);
    const isOld = !before.has(key) && loop.trouble.kind !== 'crash' && loop.trouble.since < firstLookAt;
    const known = isOld ? alreadyTold(loop, cause, now) : withLoop(before.get(key), loop, now);
    const settled = now - known.causeSince;
    const same = known.causes.filter((c) => isSameCause(c, loop, state, now));
    if (!known.isTold && settled >= SETTLES_AFTER_MS) {
      tell('loop', known);
      told.set(key, { ...known, isTold: true, causes: [cause] });
    } else if (known.isTold && same.length === 0 && settled >= CAUSE_LASTS_MS) {
      tell('cause', known);
      told.set(key, { ...known, causes: [...known.causes, cause] });
    } else {
      const causes = known.causes.map((c) => (same.includes(c) ? refineCause(c, cause) : c));
      told.set(key, { ...known, causes });
    }
  }
  for (const [key, known] of before) {
    if (loops.has(key)) continue;
    if (acknowledged.has(key)) told.set(key, { ...known, isTold: false, causes: [] });
    else if (unsettled.has(key)) told.set(key, known);
    else if (known.isTold) tell(countsOf(state, key, now).desired === 0 ? 'gone' : 'recovered', known);
  }
  return { told, alerts };
}

// The most recent problem in that state for each workload.
function standingFor(problems: readonly Problem[], state: TroubleState): Map<string, Problem> {
  const loops = new Map<string, Problem>();
  for (const problem of problems) {
    if (problem.trouble.state !== state) continue;
    const other = loops.get(problem.workload.key);
    if (other === undefined || isBefore(other, problem)) loops.set(problem.workload.key, problem);
  }
  return loops;
}

function isBefore(a: Problem, b: Problem): boolean {
  return a.trouble.since === b.trouble.since ? a.key < b.key : a.trouble.since < b.trouble.since;
}

function knownOf(loop: Problem, now: number): Known {
  const { workload, record, container, cause, trouble } = loop;
  const last = {
    workload,
    pod: record.pod.name,
    container: container.name,
    cause,
    restarts: container.status?.restartCount ?? 0,
    since: trouble.since,
    sinceIsBound: trouble.sinceIsBound,
  };
  return { workload, isTold: false, causes: [], cause: containerCauseId(loop), causeSince: now, last };
}

function alreadyTold(loop: Problem, cause: ReportedCause, now: number): Known {
  return { ...knownOf(loop, now), isTold: true, causes: [cause] };
}

function withLoop(known: Known | undefined, loop: Problem, now: number): Known {
  const fresh = knownOf(loop, now);
  if (known === undefined) return fresh;
  const { isTold, causes, cause, causeSince } = known;
  return { ...fresh, isTold, causes, causeSince: cause === fresh.cause ? causeSince : now };
}
