import { TRUNCATION_MS } from '../text/json.ts';
import type { NodeBackoff } from './backoff.ts';
import { BACKOFF_RESET_MS } from './backoff.ts';
import { eventMessage } from './evidence/event-message.ts';
import { type Ledger, type Run, ranFor, unseenBefore } from './ledger.ts';
import type { KubeEvent } from './resources.ts';
import { MAX_WAIT_MS, type TroubleKind } from './trouble.ts';

/** When a problem started, as far back as the evidence reaches. */
export interface Onset {
  /** Its earliest known failure, epoch ms. */
  readonly since: number;
  /** Did it fail before that, so that it started earlier? */
  readonly isBound: boolean;
}

/**
 * The evidence of failures before the first one with a run of its own. Times on the clock of the
 * ledger.
 */
export interface OnsetFacts {
  readonly container: string;
  readonly ledger: Ledger;
  /** As stated in its status. */
  readonly restartCount: number;
  /** When its pod was created, epoch ms: it cannot have failed before. null if unknown. */
  readonly createdAt: number | null;
  /** Events about its pod, and the clock of the ledger minus theirs, ms. */
  readonly events: readonly KubeEvent[];
  readonly eventSkewMs: number;
  readonly node: NodeBackoff;
  /** Unseen restarts that were not crashes (CrashFacts). */
  readonly stopsUnseen: number;
}

/**
 * The onset of a crash loop whose first end with a known time is at `first` (epoch ms): the
 * earliest failure in an event of its pod, unless a run of ten minutes or more lies in between, or
 * must lie there by the counts.
 */
export function crashOnset(facts: OnsetFacts, first: number): Onset {
  const index = facts.ledger.findIndex((run) => run.finishedAt !== null && run.finishedAt >= first);
  const unseen = unseenCrashes(facts, index);
  const since = Math.min(first, earliest(facts, 'crash', first, earliestPossible(facts, index, first, unseen)));
  return { since, isBound: unseen > 0 };
}

/**
 * The onset of a start that fails without a run of its own and was first seen to fail at `first`
 * (epoch ms).
 */
export function failedStartOnset(facts: OnsetFacts, kind: TroubleKind, first: number): number {
  return earliest(facts, kind, first, Number.NEGATIVE_INFINITY);
}

// The number of crashes of this loop before its first known one. Crashes of an earlier loop that
// healed do not count.
function unseenCrashes(facts: OnsetFacts, index: number): number {
  const { ledger, restartCount, stopsUnseen } = facts;
  const first = ledger[index];
  // No end has a time.
  if (first === undefined) return Math.max(0, Math.max(restartCount, ledger.at(-1)?.attempt ?? 0) - stopsUnseen);
  if (hasHealed(first)) return 0;
  const unseen = Math.max(0, unseenBefore(ledger, index) - stopsUnseen);
  return Math.min(unseen, crashesByBackOff(facts, index));
}

function hasHealed(run: Run): boolean {
  return run.finishedAt !== null && (ranFor(run, run.finishedAt) ?? 0) >= BACKOFF_RESET_MS;
}

/**
 * The number of earlier crashes that the back-off implies: it doubles with each crash, the first is
 * immediate, and it starts again after a run of ten minutes (kuberuntime_manager.go, doBackOff;
 * client-go flowcontrol.Backoff.Next).
 */
function crashesByBackOff({ ledger, node }: OnsetFacts, index: number): number {
  const at = ledger.findIndex((run, i) => i >= index && run.publishedDelay !== null);
  const told = ledger[at];
  const first = ledger[index] as Run;
  if (told === undefined || ledger.slice(index, at).some(hasHealed)) return Number.POSITIVE_INFINITY;
  const delayMs = told.publishedDelay as number;
  // A restarted kubelet has forgotten it all, and at the cap it doubles no more.
  if (delayMs >= node.capMs || node.kubeletStarts.length > 0) return Number.POSITIVE_INFINITY;
  const doublings = Math.log2(delayMs / node.initialMs);
  if (!Number.isInteger(doublings)) return Number.POSITIVE_INFINITY;
  return Math.max(0, doublings + 1 - (told.attempt - first.attempt));
}

// As many runs as possible, each just too short to have healed, with the longest wait after each.
function earliestPossible({ ledger }: OnsetFacts, index: number, first: number, unseen: number): number {
  const run = ledger[index];
  const isWhole = run !== undefined && unseenBefore(ledger, index) <= 0;
  if (isWhole) return Number.NEGATIVE_INFINITY;
  return (run?.startedAt ?? first) - unseen * (BACKOFF_RESET_MS + MAX_WAIT_MS) - TRUNCATION_MS;
}

function earliest(facts: OnsetFacts, kind: TroubleKind, first: number, from: number): number {
  const lowest = Math.max(from, (facts.createdAt ?? Number.NEGATIVE_INFINITY) + 1);
  const told = facts.events
    .filter((event) => event.involved.container === facts.container && tellsFailure(event, kind))
    .flatMap((event) => [event.firstAt + facts.eventSkewMs, event.lastAt + facts.eventSkewMs])
    .filter((at) => at < first && at >= lowest);
  let since = first;
  for (const at of told.toSorted((a, b) => b - a)) {
    if (ranLongBetween(facts.ledger, at, first)) break;
    since = at;
  }
  return since;
}

function ranLongBetween(ledger: Ledger, from: number, to: number): boolean {
  return ledger.some((run) => {
    if (run.startedAt === null || (run.ended && run.finishedAt === null)) return false;
    return Math.min(run.finishedAt ?? to, to) - Math.max(run.startedAt, from) >= BACKOFF_RESET_MS;
  });
}

// kuberuntime_container.go and prober.go. An intentional stop says "Stopping container", "killing",
// or names an edit.
const KILLED_FOR_FAILURE = /failed (?:liveness|startup) probe|PostStartHook/;
const PROBE_THAT_KILLS = /^(?:Liveness|Startup) probe /;

// images/image_manager.go and kuberuntime_manager.go. "Error: " with a waiting reason repeats
// another message.
const OF_AN_IMAGE =
  /^(?:Error: (?:ErrImage|ImagePull|ImageInspect|InvalidImage|Registry|Signature)|Failed to (?:pull|inspect|apply)|Back-off pulling)/;

function isOfImage(event: KubeEvent): boolean {
  const { reason } = event;
  return reason === 'InspectFailed' || reason === 'ErrImageNeverPull' || OF_AN_IMAGE.test(eventMessage(event));
}

function tellsFailure(event: KubeEvent, kind: TroubleKind): boolean {
  switch (event.reason) {
    case 'BackOff':
      return event.message.includes('restarting failed container') || (kind === 'image' && isOfImage(event));
    case 'Failed':
    case 'InspectFailed':
    case 'ErrImageNeverPull':
      return kind === 'image' || !isOfImage(event);
    case 'Killing':
      return KILLED_FOR_FAILURE.test(event.message);
    case 'Unhealthy':
      return PROBE_THAT_KILLS.test(eventMessage(event));
    default:
      return false;
  }
}
