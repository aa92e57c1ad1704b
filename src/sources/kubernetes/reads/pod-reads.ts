import type { Read } from '../../../diagnosis/wanted-reads.ts';
import type { Clock } from '../../../model/clock.ts';
import type { Pod } from '../../../model/pod.ts';
import type { KubeEvent } from '../../../model/resources.ts';
import type { Timers } from '../../../model/timers.ts';
import type { LogLine, ObjectLine } from '../../../recording/line.ts';
import { arrayOf, type Json, objectOf } from '../../../text/json.ts';
import { type ApiReader, collectionPath } from '../http/api-reader.ts';
import { hasIdentity, withoutManagedFields } from '../kube-object.ts';
import type { Permissions } from '../permissions.ts';
import { ArgsDigests } from './args-digests.ts';
import { ConfigReads } from './config-reads.ts';
import { CrashLogs } from './crash-logs.ts';
import { OwnersAndNodes } from './owners-and-nodes.ts';
import { PodWatchlist } from './pod-watchlist.ts';
import { type RateLimitedRead, RateLimitedReads } from './rate-limited-reads.ts';

export interface PodReadsOptions {
  readonly api: ApiReader;
  readonly clock: Clock;
  readonly timers: Timers;
  /** In [0, 1). */
  readonly random: () => number;
  /** Should the logs of ended runs be read? */
  readonly logs: boolean;
  readonly permissions: Permissions;
  /** Takes a read object or log, as an arrival of now. */
  readonly emit: (line: Omit<LogLine, 't'> | Omit<ObjectLine, 't'>) => void;
  /** The events about an object are of interest from now on. */
  readonly onEventsWanted: (uid: string) => void;
}

/** The API server keeps unchanged events for an hour: reading again soon shows no others. */
const MIN_EVENTS_INTERVAL_MS = 30_000;

/**
 * Reads everything wanted for arriving pods ({@link wantedReads}): logs, owners, nodes,
 * configuration; and, on request, events.
 */
export class PodReads {
  readonly #options: PodReadsOptions;
  readonly #watchlist: PodWatchlist;
  readonly #reads: RateLimitedReads;
  readonly #logs: CrashLogs | null;
  readonly #ownersAndNodes: OwnersAndNodes;
  readonly #configs: ConfigReads;
  readonly #args = new ArgsDigests();
  readonly #eventsReadAt = new Map<string, number>();

  constructor(options: PodReadsOptions) {
    const { api, clock, timers, random, permissions, emit } = options;
    this.#options = options;
    this.#reads = new RateLimitedReads({
      ...{ api, clock, timers, random },
      onRight: (right, why) => permissions.noteRead(right, why),
    });
    this.#watchlist = new PodWatchlist({
      ...{ clock, timers },
      onWanted: (pod, reads) => this.#read(pod, reads),
      onMove: (pod) => this.#ownersAndNodes.observeMove(pod),
    });
    const around = {
      clock,
      ask: (read: RateLimitedRead, at: number) => this.#reads.ask(read, at),
      isInTrouble: (uid: string) => this.#watchlist.has(uid),
    };
    this.#ownersAndNodes = new OwnersAndNodes({
      ...around,
      emit: (verb, kind, object) => this.#takeAround(verb, kind, object),
    });
    this.#configs = new ConfigReads({ ...around, emit: (type, kind, object) => emit({ type, kind, object }) });
    this.#logs = options.logs ? new CrashLogs({ api, clock, timers, emit, onRights: permissions.noteLogs }) : null;
  }

  /** Reads of owners, nodes, configuration and events in progress or due. */
  get due(): number {
    return this.#reads.due;
  }

  /** Logs of ended runs that are being read or wait for their turn. */
  get logsDue(): number {
    return this.#logs?.due ?? 0;
  }

  /** The namespaces of all known pods. */
  get namespaces(): ReadonlySet<string> {
    return this.#watchlist.namespaces;
  }

  /** Takes an arrival of a pod. */
  observe(pod: Pod): void {
    this.#logs?.observe(pod);
    this.#watchlist.observe(pod);
  }

  /** Takes the deletion of a pod, or its absence from a list. */
  forget(uid: string): void {
    this.#logs?.forget(uid);
    this.#watchlist.forget(uid);
    this.#eventsReadAt.delete(uid);
  }

  /** Forgets the pods of all other namespaces: their deletions will not be reported. */
  keepOnly(namespaces: readonly string[]): void {
    this.#watchlist.keepOnly(namespaces);
  }

  /** Takes any event: one about an owner that cannot create pods is a reason to read the owner. */
  observeEvent(event: KubeEvent): void {
    this.#ownersAndNodes.observeEvent(event);
  }

  /** Reads the logs, owners and node of the container on the screen first. */
  prefer(podUid: string, container: string): void {
    this.#logs?.prefer(podUid, container);
    this.#ownersAndNodes.prefer(podUid);
    this.#configs.prefer(podUid);
  }

  /** Until {@link release}, reads nothing but the logs on the screen. */
  hold(): void {
    this.#logs?.hold();
    this.#reads.hold();
  }

  release(): void {
    this.#logs?.release();
    this.#reads.release();
  }

  /** Cancels all reads. */
  stop(): void {
    this.#logs?.stop();
    this.#watchlist.stop();
    this.#reads.stop();
  }

  /** Reads all existing events about a pod, at most every half minute. */
  readEvents(namespace: string, podUid: string): void {
    const now = this.#options.clock.now();
    if (now - (this.#eventsReadAt.get(podUid) ?? Number.NEGATIVE_INFINITY) < MIN_EVENTS_INTERVAL_MS) return;
    this.#eventsReadAt.set(podUid, now);
    this.#options.onEventsWanted(podUid);
    this.#reads.ask(
      {
        key: `events ${podUid}`,
        right: `events ${namespace}`,
        path: collectionPath('events', namespace),
        query: { fieldSelector: `involvedObject.uid=${podUid}` },
        rank: () => 0,
        // An open screen asks again by itself.
        isWanted: () => false,
        take: (list) => this.#takeEvents(arrayOf(list.items).map(objectOf)),
        missing: () => undefined,
      },
      now,
    );
  }

  #read(pod: Pod, reads: readonly Read[]): void {
    for (const read of reads) {
      if (read.type === 'events') this.#options.onEventsWanted(pod.uid);
      else if (read.type === 'log') this.#logs?.want(read, pod);
      else if (read.type === 'config') this.#configs.want(read, pod);
      else this.#ownersAndNodes.want(read, pod);
    }
  }

  #takeAround(type: ObjectLine['type'], kind: string, object: Json): void {
    // Only the managedFields tell when a ControllerRevision got its number.
    const kept = kind === 'ControllerRevision' ? object : withoutManagedFields(object);
    const isRevision = type !== 'DELETED' && (kind === 'ReplicaSet' || kind === 'ControllerRevision');
    this.#options.emit({ type, kind, object: isRevision ? this.#args.mark(kept) : kept });
    const { uid } = objectOf(object.metadata);
    if (typeof uid === 'string') this.#options.onEventsWanted(uid);
  }

  #takeEvents(items: readonly Json[]): void {
    for (const item of items.filter(hasIdentity))
      this.#options.emit({ type: 'ADDED', kind: 'Event', object: withoutManagedFields(item) });
  }
}
