import { usualRun, waitsForInits } from '../diagnosis/next-start.ts';
import type { Subject } from '../diagnosis/subject.ts';
import { BACKOFF_RESET_MS, type NextStart, type TimedStart } from '../model/backoff.ts';
import type { CauseId } from '../model/cause.ts';
import { containerSpecOf, policyRestarts } from '../model/pod.ts';
import type { TroubleKind } from '../model/trouble.ts';
import { aboutDuration, duration, durationLeft } from '../text/duration.ts';
import { goDuration } from '../text/go-duration.ts';
import { kubeletVersionOf, type PodRecord } from '../timeline/state.ts';
import { clockClause } from './clock.ts';
import { timeAgo, timeNear } from './runs.ts';

type Ahead = Extract<NextStart, { readonly kind: 'published' | 'estimated' }>;
type Overdue = Extract<NextStart, { readonly kind: 'overdue' }>;

/**
 * When the container starts next, how that is known and what may still go wrong, in a sentence. Its
 * times are on our clock.
 */
export function nextStartSentence(subject: Subject): string {
  const { state, entry } = subject;
  const isTimed = entry.nextStart?.at != null || entry.container.status?.state.type === 'running';
  const clock = isTimed && entry.record.goneAt === null ? clockClause(state, entry.record) : '';
  return `${sentence(subject)}${clock === '' ? '' : `; ${clock}`}`;
}

function unseenText({ goneAt, goneAfter }: PodRecord, now: number): string {
  return goneAfter === null || goneAfter === goneAt ? '' : ` at the latest; it was last seen ${timeAgo(goneAfter, now)}`;
}

function sentence(subject: Subject): string {
  const { entry, now } = subject;
  const { record, container, nextStart } = entry;
  if (record.goneAt !== null) return `none: its pod has been gone since ${timeAgo(record.goneAt, now)}${unseenText(record, now)}`;
  if (record.pod.deletionAt !== null) return 'none: its pod is being deleted';
  if (container.status?.state.type === 'running') return runningSentence(subject);
  if (nextStart === null) return noneSentence(subject);
  if (nextStart.at !== null && nextStart.kind !== 'overdue' && nextStart.delayMs > 0 && now >= nextStart.at) {
    return dueSentence(nextStart, now);
  }
  switch (nextStart.kind) {
    case 'published':
      return `starts again at ${timeNear(nextStart.expectedAt, now)}, in ${startsIn(nextStart, durationLeft, now)}: the kubelet published a back-off of ${goDuration(nextStart.delayMs)}${cutShort(nextStart)}`;
    case 'estimated':
      return estimatedSentence(nextStart, subject);
    case 'overdue':
      return overdueSentence(nextStart, subject);
    case 'unknown':
      if (waitsForInits(entry)) return 'unknown: it starts when the init containers of its pod are done';
      return unknownSentence(entry.cause?.id, entry.trouble?.kind);
  }
}

function runningSentence({ entry, now }: Subject): string {
  const { container } = entry;
  const startedAt = container.status?.state.type === 'running' ? container.status.state.startedAt : null;
  const since = startedAt === null ? 'running' : `running since ${timeNear(startedAt, now)}, for ${duration(now - startedAt)}`;
  const usual = usualRun(entry, now);
  return usual === null ? since : `${since}; its runs usually last ${duration(usual)}`;
}

function noneSentence({ entry, state: cluster }: Subject): string {
  const { record, container } = entry;
  const state = container.status?.state;
  if (entry.trouble?.kind === 'scheduling') return 'unknown: it starts when its pod is scheduled';
  if (state?.type === 'terminated') {
    const { phase } = record.pod;
    if (phase === 'Failed' || phase === 'Succeeded') return `none: its pod has ended (${record.pod.reason || phase})`;
    if (container.type === 'ephemeral') return 'none: an ephemeral container is never restarted';
    if (container.type === 'init' && state.exitCode === 0) return 'none: it is done, and an init container runs once';
    const version = kubeletVersionOf(cluster, record.pod.spec.nodeName);
    if (policyRestarts(record.pod, container.name, state.exitCode, version)) return 'unknown';
    const spec = containerSpecOf(record.pod, container.name);
    const policy = spec?.restartPolicy ?? record.pod.spec.restartPolicy;
    return `none: restart policy ${policy} restarts nothing after exit ${state.exitCode}`;
  }
  return state === undefined ? 'unknown: the kubelet has not reported on it yet' : 'unknown';
}

// The kubelet resets a back-off 10 minutes after the last start, even during it
// (docs/kubernetes-facts.md, 1.2).
function cutShort({ at, from, delayMs }: Ahead): string {
  return at < from + delayMs ? `, but resets it ${duration(BACKOFF_RESET_MS)} after the last start` : '';
}

function estimatedSentence(next: Ahead, { entry, now }: Subject): string {
  if (next.byRule) return 'restarts at once: a restart rule restarts all containers of its pod, without back-off';
  if (next.delayMs === 0) return 'starts again at once: it has no back-off';
  const when = `at about ${timeNear(next.expectedAt, now)}, in ${startsIn(next, aboutDuration, now)}`;
  if (entry.trouble?.kind === 'image') {
    return `the image is pulled again ${when}: estimated from its last failed pull, a back-off of ${goDuration(next.delayMs)}; the kubelet publishes none for images`;
  }
  return `starts again ${when}: estimated from its runs, a back-off of ${goDuration(next.delayMs)}${cutShort(next)}; the kubelet has published none yet`;
}

function overdueSentence(next: Overdue, { state, entry, now }: Subject): string {
  const version = kubeletVersionOf(state, entry.record.pod.spec.nodeName);
  const kubelet = version === '' ? 'a kubelet' : `this kubelet (${version})`;
  const due = `overdue ${duration(now - next.lateAfter)}: it has been due since ${timeNear(next.at, now)}`;
  if (next.byRule) return `${due}, by a rule that restarts all containers of its pod; they are stopped first`;
  const known = next.was === 'published' ? 'published' : 'estimated';
  const usual = durationLeft(next.lateAfter - next.at);
  return `${due} (${known} back-off of ${goDuration(next.delayMs)}); ${kubelet} usually starts it within ${usual}`;
}

function dueSentence(next: Ahead, now: number): string {
  const known = next.kind === 'published' ? 'the kubelet published' : 'estimated from its runs,';
  const usual = durationLeft(Math.max(0, next.lateAfter - now));
  return `due now, usually within ${usual}: ${known} a back-off of ${goDuration(next.delayMs)}, which ended at ${timeNear(next.at, now)}`;
}

const UNTIL_REPAIRED: Partial<Record<CauseId, string>> = {
  'missing-configmap': 'the ConfigMap exists',
  'missing-secret': 'the Secret exists',
  'missing-key': 'the key exists',
  'run-as-non-root': 'its user or its security context is changed',
  'image-name': 'the name of its image is changed',
  'image-never-pull': 'the image is on the node, or its pull policy is changed',
};

const UNTIL_MENDED: Partial<Record<TroubleKind, string>> = {
  config: 'its configuration is fixed',
  image: 'its image can be pulled',
  volume: 'its volumes can be mounted',
  sandbox: "its pod's sandbox can be created",
  scheduling: 'its pod is scheduled',
};

function unknownSentence(cause: CauseId | undefined, kind: TroubleKind | undefined): string {
  const until = (cause && UNTIL_REPAIRED[cause]) ?? (kind && UNTIL_MENDED[kind]);
  if (until === undefined) return 'unknown: the end of its last run was not reported';
  const looks = kind === 'config' ? '; the kubelet checks every 10 to 15s' : '';
  return `unknown: it starts when ${until}${looks}`;
}

// A window is wide from this length on, if it is also more than half of the remaining time.
const WIDE_MS = 8000;
const RANGES_BELOW_MS = 100_000;

/**
 * How long until the expected start: `4m19s`, or `18 to 26s` if the kubelet's rhythm leaves much
 * open.
 */
export function startsIn({ at, expectedAt, lateAfter }: TimedStart, inWords: (ms: number) => string, now: number): string {
  const isWide = lateAfter - at > WIDE_MS && lateAfter - at > (expectedAt - now) / 2 && lateAfter - now < RANGES_BELOW_MS;
  if (!isWide) return inWords(expectedAt - now);
  return `${Math.ceil((at - now) / 1000)} to ${Math.ceil((lateAfter - now) / 1000)}s`;
}
