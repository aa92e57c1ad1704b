import type { CauseFacts } from '../cause.ts';
import type { KubeEvent } from '../resources.ts';
import type { Run } from '../run.ts';
import { editToldBy } from '../stopped-runs.ts';
import { wordsOfEvent } from './event-words.ts';

/** How a run ended, as far as a status or the ledger states it. Times in epoch ms. */
export type End = Pick<Run, 'containerID' | 'exitCode' | 'reason' | 'message' | 'startedAt' | 'finishedAt'>;

/** That the kubelet itself killed a run, and the event that says why. */
export interface Kill {
  readonly why: 'liveness probe' | 'startup probe' | 'postStart hook' | 'spec change';
  readonly event: KubeEvent;
  /** Is it known of this run (its own event, or a probe that failed up to its end), or taken of it as of those before? */
  readonly isOfThisRun: boolean;
}

const FAILED_PROBE = /failed (liveness|startup) probe/;

function whyKilled({ reason, message }: KubeEvent): Kill['why'] | null {
  if (reason === 'FailedPostStartHook' || (reason === 'Killing' && message === 'FailedPostStartHook')) return 'postStart hook';
  if (reason !== 'Killing') return null;
  const probe = FAILED_PROBE.exec(message)?.[1];
  if (probe !== undefined) return `${probe} probe` as Kill['why'];
  return editToldBy({ reason, message }) === null ? null : 'spec change';
}

// Times in statuses and events are whole seconds, and an event may be written just after what it tells of.
const EARLY_MS = 1000;
const LATE_MS = 2000;
/** What a process ends with that is told to stop or made to, and does nothing about it. */
const KILLED_CODES: readonly (number | null)[] = [137, 143];

/**
 * Did the kubelet kill this run, and why? null where no event says so. Equal events are one object with a first and a last time,
 * and the kubelet writes fewer of them as they repeat (kubernetes-facts 7), so the kill of a later run may leave no trace of its
 * own: then a run that ended as a killed one does is taken for one, where earlier ones were.
 */
export function killOf(facts: CauseFacts, end: End): Kill | null {
  const kills: Kill[] = [];
  for (const event of facts.events) {
    const why = event.involved.container === facts.container ? whyKilled(event) : null;
    if (why !== null) kills.push({ why, event, isOfThisRun: false });
  }
  const ofThisRun = kills.findLast((kill) => happenedIn(kill.event, end) && !isOfRunBefore(kill, end, facts));
  if (ofThisRun !== undefined) return { ...ofThisRun, isOfThisRun: true };
  const repeated = kills.filter(
    (kill) => kill.why !== 'spec change' && kill.event.firstAt <= (end.finishedAt ?? Number.POSITIVE_INFINITY),
  );
  const alike = repeated.findLast((kill) => endsLikeThoseOf(kill, end, facts));
  return alike === undefined ? null : { ...alike, isOfThisRun: failedUntilTheEnd(facts, alike, end) };
}

// The longest that a probe's last failure may lie before the end that it brought: a grace period, most often 30 s.
const LAST_FAILURE_MS = 60_000;

// The kubelet tells of failing probes more often than of kills. A probe that failed up to the end of this run is why it ended.
function failedUntilTheEnd({ events, container }: CauseFacts, { why }: Kill, { startedAt, finishedAt }: End): boolean {
  if (finishedAt === null) return false;
  const from = Math.max(startedAt ?? 0, finishedAt - LAST_FAILURE_MS);
  return events.some(
    (e) =>
      e.reason === 'Unhealthy' &&
      e.involved.container === container &&
      wordsOfEvent(e).toLowerCase().startsWith(`${why} failed`) &&
      e.lastAt >= from &&
      e.lastAt <= finishedAt + LATE_MS,
  );
}

// An edit stops one run: this one may crash on its own within the same second.
function isOfRunBefore({ why }: Kill, { containerID }: End, { ledger }: CauseFacts): boolean {
  const index = ledger.findIndex((run) => run.containerID === containerID);
  const before = ledger[index - 1]?.stop;
  return why === 'spec change' && ledger[index]?.stop === null && (before === 'resize' || before === 'edit');
}

function happenedIn(event: KubeEvent, { startedAt, finishedAt }: End): boolean {
  const from = (startedAt ?? finishedAt ?? Number.POSITIVE_INFINITY) - EARLY_MS;
  const to = (finishedAt ?? Number.NEGATIVE_INFINITY) + LATE_MS;
  return [event.firstAt, event.lastAt].some((at) => at >= from && at <= to);
}

function endsLikeThoseOf(kill: Kill, end: End, facts: CauseFacts): boolean {
  if (KILLED_CODES.includes(end.exitCode)) return true;
  const killed = facts.ledger.filter((run) => run.ended && happenedIn(kill.event, run));
  if (killed.length > 0) return killed.some((run) => run.exitCode === end.exitCode);
  // crashtop came after the kills, and how those runs ended is not known: a process that handles TERM ends with 0.
  const isLately = end.finishedAt !== null && end.finishedAt - kill.event.lastAt <= LATELY_MS;
  return end.exitCode === 0 && isLately && kill.event.count >= OFTEN;
}

const LATELY_MS = 30 * 60_000;
const OFTEN = 3;
