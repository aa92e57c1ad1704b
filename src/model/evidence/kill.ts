import { TRUNCATION_MS } from '../../text/json.ts';
import type { CauseFacts } from '../cause.ts';
import { containerSpecOf } from '../pod.ts';
import type { KubeEvent } from '../resources.ts';
import { editReportedBy } from '../stopped-runs.ts';
import type { End } from './end.ts';
import { eventMessage } from './event-message.ts';
import { finalError } from './final-output.ts';

/** The kubelet's kill of a run, and the event that explains it. */
export interface Kill {
  /**
   * `stop`: the kubelet stopped it without saying why, as it does with all containers of a pod
   * whose sandbox is gone.
   */
  readonly why: 'liveness probe' | 'startup probe' | 'postStart hook' | 'spec change' | 'stop';
  readonly event: KubeEvent;
  /**
   * Is it known of this run (its own event, or a probe that failed up to its end), or inferred from
   * earlier runs?
   */
  readonly isOfThisRun: boolean;
}

/**
 * The kubelet's words when it kills a container for a probe (kuberuntime_manager.go,
 * prober/worker.go).
 */
export const FAILED_PROBE = /failed (liveness|startup) probe/;

function whyKilled({ reason, message }: KubeEvent): Kill['why'] | null {
  if (reason === 'FailedPostStartHook' || (reason === 'Killing' && message === 'FailedPostStartHook')) return 'postStart hook';
  if (reason !== 'Killing') return null;
  const probe = FAILED_PROBE.exec(message)?.[1];
  if (probe !== undefined) return `${probe} probe` as Kill['why'];
  if (editReportedBy({ reason, message }) !== null) return 'spec change';
  return message.startsWith('Stopping container ') ? 'stop' : null;
}

// Times in statuses and events are whole seconds, and an event may be written just after the fact.
const EARLY_MS = TRUNCATION_MS;
const LATE_MS = 2000;
/** Exit codes of a process that does not handle the signal to stop, or is killed. */
const KILLED_CODES: readonly (number | null)[] = [137, 143];

/**
 * Did the kubelet kill this run, and why? null if no event says so. Equal events are merged into
 * one with a first and a last time, and the kubelet writes fewer of them as they repeat
 * (docs/kubernetes-facts.md, 7): the kill of a later run may leave no trace of its own. After
 * earlier kills, a run that ended like the killed ones counts as killed.
 */
export function killOf(facts: CauseFacts, end: End): Kill | null {
  const kills: Kill[] = [];
  for (const event of facts.events) {
    const why = event.involved.container === facts.container ? whyKilled(event) : null;
    if (why !== null) kills.push({ why, event, isOfThisRun: false });
  }
  const ofThisRun = kills.findLast(
    (kill) => kill.why !== 'stop' && happenedIn(kill.event, end) && !isForEarlierRun(kill, end, facts),
  );
  if (ofThisRun !== undefined && !foundDead(facts, ofThisRun, end)) return { ...ofThisRun, isOfThisRun: true };
  const alike = killLikeBefore(facts, kills, end);
  if (alike !== null) return alike;
  const stop = kills.findLast((kill) => kill.why === 'stop' && wasStoppedIn(kill.event, end));
  return stop === undefined ? null : { ...stop, isOfThisRun: true };
}

function killLikeBefore(facts: CauseFacts, kills: readonly Kill[], end: End): Kill | null {
  const repeated = kills.filter(
    (kill) =>
      kill.why !== 'spec change' &&
      kill.why !== 'stop' &&
      !foundDead(facts, kill, end) &&
      kill.event.firstAt <= (end.finishedAt ?? Number.POSITIVE_INFINITY),
  );
  const alike = repeated.findLast((kill) => endsLikeThoseOf(kill, end, facts));
  if (alike !== undefined) return { ...alike, isOfThisRun: failedUntilTheEnd(facts, alike, end) };
  const byProbe = repeated.findLast((kill) => failedUntilTheEnd(facts, kill, end) && fitsItsProbe(facts, kill, end));
  return byProbe ?? null;
}

/**
 * The hook ran in a container whose program was gone: in the words of each runtime, and by the
 * signal that ended the hook, too.
 */
const FOUND_DEAD =
  /exited with 137|not running|no running task|stopped (?:state|container)|container .{0,200}(?:is stopped|has exited)|process already finished|task .{0,200}not found|cannot exec in a/i;

/**
 * Did the program end by itself, and the postStart hook fail for that reason? A failing hook makes
 * the kubelet stop the program, which then ends like any stopped one.
 */
export function hookFoundItDead(facts: CauseFacts, message: string, end: End): boolean {
  if (end.exitCode === null || KILLED_CODES.includes(end.exitCode)) return false;
  const messages = facts.events
    .filter((e) => e.reason === 'FailedPostStartHook' && e.involved.container === facts.container)
    .map((e) => e.message);
  const all = [message, ...messages];
  if (all.some((words) => FOUND_DEAD.test(words))) return true;
  const saidNothing = all.every((words) => !words.includes(', message: "') || words.endsWith('message: ""'));
  return end.exitCode !== 0 && saidNothing && endedInError(facts, end);
}

function foundDead(facts: CauseFacts, { why, event }: Kill, end: End): boolean {
  return why === 'postStart hook' && hookFoundItDead(facts, event.message, end);
}

/** Are the run's last words an error of its own from which it had not recovered? */
export function endedInError(facts: CauseFacts, end: End): boolean {
  const said = finalError(facts, end);
  return said !== undefined && said.weight === 2 && !said.isPassing;
}

// With any exit code: Go as process 1 ends with 2 when told to stop, and others have their own
// codes. A crashing program fails its probe, too, but not for as long, and it says why.
function fitsItsProbe(facts: CauseFacts, { why }: Kill, end: End): boolean {
  const spec = containerSpecOf(facts.pod, facts.container);
  const timing = why === 'startup probe' ? spec?.startupTiming : spec?.livenessTiming;
  if (timing === undefined || end.startedAt === null || end.finishedAt === null || endedInError(facts, end)) return false;
  const least = timing.initialDelayMs + timing.periodMs * (timing.failureThreshold - 1) - LATE_MS;
  return end.finishedAt - end.startedAt >= least;
}

// The default grace period of a pod.
const GRACE_MS = 30_000;

// Reported when the program is told to stop, which may use all of its grace period.
function wasStoppedIn({ firstAt, lastAt }: KubeEvent, { startedAt, finishedAt }: End): boolean {
  if (finishedAt === null) return false;
  const from = Math.max((startedAt ?? 0) - EARLY_MS, finishedAt - GRACE_MS - LATE_MS);
  return [firstAt, lastAt].some((at) => at >= from && at <= finishedAt + LATE_MS);
}

// The maximum time between a probe's last failure and the end that it caused: a grace period,
// usually 30 s.
const LAST_FAILURE_MS = 60_000;

// The kubelet reports failing probes more often than kills. A probe that failed up to the end of
// this run ended it.
function failedUntilTheEnd({ events, container }: CauseFacts, { why }: Kill, { startedAt, finishedAt }: End): boolean {
  if (finishedAt === null) return false;
  const from = Math.max(startedAt ?? 0, finishedAt - LAST_FAILURE_MS);
  return events.some(
    (e) =>
      e.reason === 'Unhealthy' &&
      e.involved.container === container &&
      eventMessage(e).toLowerCase().startsWith(`${why} failed`) &&
      e.lastAt >= from &&
      e.lastAt <= finishedAt + LATE_MS,
  );
}

// An edit stops one run; the next may crash on its own within the same second.
function isForEarlierRun({ why }: Kill, { containerID }: End, { ledger }: CauseFacts): boolean {
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
  // crashtop started after the kills, and does not know how those runs ended: a process that
  // handles TERM ends with 0.
  const isRecent = end.finishedAt !== null && end.finishedAt - kill.event.lastAt <= RECENT_MS;
  return end.exitCode === 0 && isRecent && kill.event.count >= OFTEN;
}

const RECENT_MS = 30 * 60_000;
const OFTEN = 3;
