import type { Connection } from '../diagnosis/connection.ts';
import type { ConnectionStatus } from '../sources/kubernetes/cluster-watch.ts';
import type { SourceInfo } from '../timeline/envelope.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { SourceActivity } from '../wording/source-activity.ts';

/**
 * What is read and how often, in the words of the help. @param startedAt the start of the session,
 * epoch ms.
 */
export function activityOf({ collections, requests }: ConnectionStatus, startedAt: number): SourceActivity {
  return {
    collections: collections.map(({ kind, namespace, phase, since, lastByteAt, error, nextTryAt }) => ({
      ...{ kind, namespace, phase, since, error },
      heardAt: lastByteAt,
      retryAt: nextTryAt,
    })),
    requests,
    startedAt,
  };
}

/**
 * The state of the pods' streams, in the words of the screen: the worst of them counts. Times in
 * epoch ms.
 */
export function connectionOf(status: ConnectionStatus, source: SourceInfo, timeline: Timeline, startedAt: number): Connection {
  const all = status.collections.filter((c) => c.kind === 'Pod');
  // A forbidden namespace is hidden; the others are still watched.
  const allowed = all.filter((c) => c.errorKind !== 'forbidden');
  const pods = allowed.length > 0 ? allowed : all;
  if (pods.length === 0) return { phase: 'connecting', since: startedAt, to: source.name };
  const heard = pods.map((c) => c.lastByteAt).filter((at) => at !== null);
  const heardAt = heard.length === 0 ? null : Math.min(...heard);
  const refused = pods.find((c) => c.errorKind === 'forbidden' || c.errorKind === 'unauthorized');
  if (refused !== undefined) return { phase: 'refused', since: refused.since, reason: refused.error ?? '' };
  const lost = pods.find((c) => c.phase === 'retrying' || c.phase === 'stopped' || c.error !== null);
  if (lost !== undefined) {
    return { phase: 'lost', since: lost.since, heardAt, reason: lost.error ?? 'the stream was closed', retryAt: lost.nextTryAt };
  }
  // Arrivals may still wait to be folded: a list counts only when it is visible.
  const unlisted = pods.find((c) => !c.listed) ?? (timeline.head.podsListedAt === null ? pods[0] : undefined);
  if (unlisted !== undefined) return { phase: 'listing', since: unlisted.since, listed: timeline.head.names.size };
  return { phase: 'live', heardAt: heardAt ?? startedAt };
}
