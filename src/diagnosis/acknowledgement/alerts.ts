import type { Cause } from '../../model/cause.ts';
import type { TroubleState } from '../../model/trouble.ts';
import { countsOf } from '../../timeline/availability.ts';
import type { ClusterState, Workload } from '../../timeline/state.ts';
import type { Problem } from '../problems.ts';
import type { ReportedCause } from './acknowledgement.ts';
import { containerCauseId, isSameCause, refineCause, reportedCauseOf } from './reported-cause.ts';

/** What somebody is told of: a workload began to loop, loops for another reason, came to rest, or is no longer there. */
export type AlertEvent = 'loop' | 'cause' | 'recovered' | 'gone';

/** One thing to tell. Times in epoch ms. */
export interface Alert {
  readonly event: AlertEvent;
  readonly at: number;
  readonly workload: Workload;
  /** The container that stands for the workload: of those that loop, the one that began last. */
  readonly pod: string;
  readonly container: string;
  /** Why it loops, or looped. */
  readonly cause: Cause | null;
  readonly restarts: number;
  /** When the trouble began. */
  readonly since: number;
  /** Did it begin earlier than that, unseen? */
  readonly sinceIsBound: boolean;
  readonly available: number;
  readonly desired: number;
}

/** What is known of one workload in trouble, and what was told of it. */
interface Known {
  readonly workload: Workload;
  /** Has its loop been told? A loop of before the first look counts as told. */
  readonly isTold: boolean;
  /** The causes that were told of this loop: none is told twice. */
  readonly causes: readonly ReportedCause[];
  /** The cause that it shows now, and since when, epoch ms. */
  readonly cause: string;
  readonly causeSince: number;
  /** Its newest loop. */
  readonly last: Omit<Alert, 'event' | 'at' | 'available' | 'desired'>;
}

/** What has been told so far, by workload key. Immutable. */
export type Told = ReadonlyMap<string, Known>;

// The log that says why comes a moment after the crash: a loop is told with its reason.
const SETTLES_AFTER_MS = 5000;
// Crashes that alternate between two causes must not ring with each.
const CAUSE_LASTS_MS = 30_000;

/** What is known at the first look: nothing of it is news. What pauses then and goes on is no new loop either. */
export function firstTold(problems: readonly Problem[], state: ClusterState, now: number): Told {
  const known = new Map([...standingFor(problems, 'holding'), ...standingFor(problems, 'looping')]);
  return new Map([...known].map(([key, loop]) => [key, alreadyTold(loop, reportedCauseOf(loop, state), now)]));
}

/**
 * What is to be told at `now` (epoch ms), and what is then told. A workload is told of once per state: a loop when it begins,
 * not with each restart; its recovery when none of its containers loops or holds any more (`stable`, ten minutes of running),
 * so that a loop which pauses is none that is over; a new cause when it has lasted for 30 s, and not where only more became known
 * of the old one. What turns out to have failed to start since before the first look is no news either: a volume that cannot be
 * mounted is known by its events, which come after the pods.
 * @param firstLookAt when {@link firstTold} was asked, epoch ms.
 * @param isAcknowledged nothing is told of such a loop, until it is none any more: then it is a loop that begins.
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

// Of the problems in that state, the one that stands for each workload: it began last.
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
