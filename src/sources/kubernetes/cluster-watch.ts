import type { Clock } from '../../model/clock.ts';
import type { Pod } from '../../model/pod.ts';
import type { KubeEvent } from '../../model/resources.ts';
import type { Timers } from '../../model/timers.ts';
import type { RecordingLine } from '../../recording/line.ts';
import { Projector } from '../../recording/projector.ts';
import { type Json, objectOf, stringOf } from '../../text/json.ts';
import { safeLine } from '../../text/safe-text.ts';
import type { Envelope, MissingPermission, ObjectEnvelope, SnapshotEnvelope, SourceInfo } from '../../timeline/envelope.ts';
import { ArrivalQueue } from './arrival-queue.ts';
import { BOUNDS, type Bounds } from './bounds.ts';
import { collectionPath } from './http/api-reader.ts';
import type { ApiConnection } from './http/connection.ts';
import type { Requests } from './http/request-counter.ts';
import { atMost, systemTimers } from './http/timers.ts';
import { hasIdentity, withoutManagedFields } from './kube-object.ts';
import { NamespaceScope } from './namespace-scope.ts';
import { OpenGaps, type ScopedGap } from './open-gaps.ts';
import { type AskedScope, describeForbidden, Permissions, type Scope } from './permissions.ts';
import { EventFilter, NOT_ROUTINE } from './reads/event-filter.ts';
import { PodReads } from './reads/pod-reads.ts';
import { type CollectionStatus, Reflector, type ReflectorStep } from './watch/reflector.ts';
import type { CollectionReport } from './watch/reflector-state.ts';

export interface WatchOptions {
  readonly connection: ApiConnection;
  readonly scope: AskedScope;
  /** A label selector for pods, as kubectl's -l has it; null for all. */
  readonly selector: string | null;
  readonly clock: Clock;
  /** Should the logs of ended runs be read? */
  readonly logs: boolean;
  /** {@link ClusterWatch.status} has changed. Called often; it should only take note. */
  readonly onStatus?: () => void;
  readonly timers?: Timers;
  /** In [0, 1). */
  readonly random?: () => number;
  /** Bounds on what a server may send; tests give smaller ones. */
  readonly bounds?: Bounds;
  /** As `onStep` of each reflector. */
  readonly onStep?: ((step: ReflectorStep) => void) | undefined;
}

/** One arrival, both as a recording line and as the timeline's envelope. */
export interface Arrival {
  /** Not redacted: secrets in texts are not masked. Its `t`, and `from` of a gap, are epoch ms. */
  readonly line: RecordingLine;
  readonly envelope: Envelope;
}

/** The current state of the connection. */
export interface ConnectionStatus {
  /** One for each watched kind and namespace; none before the first contact. */
  readonly collections: readonly CollectionStatus[];
  /** The permissions that are missing. */
  readonly hidden: readonly MissingPermission[];
  /** Why the first contact has not been made yet; null if nothing is wrong. */
  readonly error: string | null;
  /** Arrivals that are not read yet. */
  readonly queued: number;
  /** Requests sent to the API server. */
  readonly requests: Requests;
  /** Reads of owners, nodes and events of unhealthy pods, in progress or due. */
  readonly reading: number;
  /** Logs of ended runs that are being read or wait for their turn. */
  readonly readingLogs: number;
}

/** A cluster that is being watched. */
export interface ClusterWatch {
  /** The address of the API server. */
  readonly server: string;
  /** As far as known; complete when {@link ready} resolves. */
  readonly info: SourceInfo;
  /**
   * Resolves after the first contact. Rejects with the error that ends {@link arrivals} if that
   * failed, or on {@link stop}.
   */
  readonly ready: Promise<SourceInfo>;
  /**
   * In the order of arrival, for one reader. Ends after {@link stop}; throws ConnectionError if the
   * first contact failed.
   */
  readonly arrivals: AsyncIterable<Arrival>;
  status(): ConnectionStatus;
  /** Cancels everything in progress, and closes the connection. */
  stop(): Promise<void>;
  /** Reads the logs, owners and node of the container on the screen before all others that wait. */
  prefer(podUid: string, container: string): void;
  /**
   * Reads all existing events about a pod, including the routine ones of its starts, which are not
   * watched; they arrive like others. For the pod on the screen, at most every half minute.
   */
  readEvents(namespace: string, podUid: string): void;
  /** The whole Pod as the API has it now. @throws ConnectionError. */
  getPod(namespace: string, name: string): Promise<Json>;
}

/** Only helps to print commands: nothing waits for it. */
const VERSION_WITHIN_MS = 2000;
const VERSION_LENGTH = 100;

/**
 * Waiting objects before streams are held back: each takes some 10 kB until it is projected and
 * written.
 */
const QUEUE_LIMIT = 1_000;

/** How long the first list may have the connection and the processor for itself. */
const LIST_FIRST_MS = 3000;

/**
 * Watches the pods of a cluster and their events, and reads the log of each ended run. Read-only.
 */
export function watchCluster(options: WatchOptions): ClusterWatch {
  return new Watch(options);
}

class Watch implements ClusterWatch {
  readonly #options: WatchOptions;
  readonly #timers: Timers;
  readonly #random: () => number;
  readonly #queue = new ArrivalQueue<Arrival>(QUEUE_LIMIT, objectsIn);
  readonly #projector = new Projector(0);
  readonly #access: Permissions;
  readonly #filter = new EventFilter<Arrival>();
  readonly #reads: PodReads;
  readonly #cancel = new AbortController();
  #reflectors: readonly Reflector[] = [];
  /** Ends the time in which logs, owners and nodes wait for the first list; null if they do not. */
  #listingFirst: unknown = null;
  readonly #gaps = new OpenGaps();
  readonly #scope: NamespaceScope;
  #newest = 0;
  #info: SourceInfo;
  readonly ready: Promise<SourceInfo>;

  constructor(options: WatchOptions) {
    const { connection, clock, selector } = options;
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#random = options.random ?? Math.random;
    this.#access = new Permissions((hidden) => this.#take({ t: this.#now(), type: 'access', hidden }));
    const timing = { clock, timers: this.#timers };
    this.#scope = new NamespaceScope({
      ...{ ...timing, connection, selector, asked: options.scope, random: this.#random, signal: this.#cancel.signal },
      onError: () => options.onStatus?.(),
      onWiden: () => this.#widen(),
      onNarrow: (namespace) => this.#narrow(namespace),
    });
    this.#reads = new PodReads({
      ...{ ...timing, api: connection, random: this.#random, logs: options.logs, permissions: this.#access },
      emit: (line) => this.#take({ t: this.#now(), ...line }),
      onEventsWanted: (uid) => this.#admit(uid),
    });
    const name = safeLine(connection.context);
    this.#info = { kind: 'cluster', name, context: name, serverVersion: null, namespaces: null, selector };
    this.ready = this.#begin();
    // The reader of the arrivals gets the same error there.
    this.ready.catch((error: unknown) => this.#queue.end(error));
  }

  get server(): string {
    return this.#options.connection.server;
  }

  get info(): SourceInfo {
    return this.#info;
  }

  get arrivals(): AsyncIterable<Arrival> {
    return this.#queue;
  }

  status(): ConnectionStatus {
    return {
      collections: this.#reflectors.map((r) => r.status),
      hidden: this.#access.hidden,
      error: this.#scope.error,
      queued: this.#queue.size,
      requests: this.#options.connection.requests,
      reading: this.#reads.due,
      readingLogs: this.#reads.logsDue,
    };
  }

  async stop(): Promise<void> {
    this.#cancel.abort();
    for (const reflector of this.#reflectors) reflector.stop();
    this.#scope.stop();
    if (this.#listingFirst !== null) this.#timers.stop(this.#listingFirst);
    this.#reads.stop();
    this.#queue.end();
    await this.#options.connection.close();
  }

  prefer(podUid: string, container: string): void {
    this.#reads.prefer(podUid, container);
  }

  readEvents(namespace: string, podUid: string): void {
    this.#reads.readEvents(namespace, podUid);
  }

  async getPod(namespace: string, name: string): Promise<Json> {
    const { connection } = this.#options;
    const path = `${collectionPath('pods', namespace)}/${encodeURIComponent(name)}`;
    return withoutManagedFields(await connection.get(path, {}, { signal: this.#cancel.signal }));
  }

  #now(): number {
    return this.#options.clock.now();
  }

  async #begin(): Promise<SourceInfo> {
    const version = this.#version();
    const { scope, hidden } = await this.#scope.firstContact();
    this.#info = { ...this.#info, namespaces: scope };
    this.#listFirst();
    this.#follow(scope);
    for (const { what, namespace, why } of hidden) this.#access.deny(what, namespace, why);
    await atMost(this.#timers, version, VERSION_WITHIN_MS);
    return this.#info;
  }

  #listFirst(): void {
    this.#reads.hold();
    this.#listingFirst = this.#timers.start(() => this.#goOn(), LIST_FIRST_MS);
  }

  #goOn(): void {
    if (this.#listingFirst === null) return;
    this.#timers.stop(this.#listingFirst);
    this.#listingFirst = null;
    this.#reads.release();
  }

  #widen(): void {
    this.#watchOnly(null);
    this.#access.allowAll();
    this.#follow(null);
    this.#options.onStatus?.();
  }

  #narrow(namespace: string): void {
    this.#watchOnly([namespace]);
    const lost = [...this.#reads.namespaces].filter((other) => other !== namespace);
    this.#reads.keepOnly([namespace]);
    for (const gap of this.#gaps.endsByLosing(lost)) this.#takeGap(gap, this.#now());
    this.#access.allow('events', null);
    this.#follow([namespace]);
    this.#options.onStatus?.();
  }

  #watchOnly(namespaces: Scope): void {
    for (const reflector of this.#reflectors) reflector.stop();
    this.#info = { ...this.#info, namespaces };
  }

  // Helps to print commands for kubectl; may be forbidden.
  async #version(): Promise<void> {
    try {
      const version = await this.#options.connection.get('/version', {}, { signal: this.#cancel.signal });
      this.#info = { ...this.#info, serverVersion: safeLine(stringOf(version.gitVersion).slice(0, VERSION_LENGTH)) || null };
    } catch {
      // The version stays unknown.
    }
  }

  #follow(scope: Scope): void {
    const { selector } = this.#options;
    const reflectors: Reflector[] = [];
    const pods: Reflector[] = [];
    for (const namespace of scope ?? [null]) {
      const events = this.#reflector('Event', 'events', namespace, { fieldSelector: NOT_ROUTINE });
      // The known pods decide which events are of interest.
      const onChange = ({ phase, errorKind }: CollectionStatus) => {
        if (phase === 'live' || phase === 'retrying') events.start();
        if (namespace === null && errorKind === 'forbidden') void this.#scope.narrow(() => this.#areForbidden());
      };
      const ofPods = this.#reflector('Pod', 'pods', namespace, { labelSelector: selector ?? undefined }, onChange);
      pods.push(ofPods);
      reflectors.push(ofPods, events);
    }
    this.#reflectors = reflectors;
    for (const reflector of pods) reflector.start();
  }

  #reflector(
    kind: string,
    resource: string,
    namespace: string | null,
    query: Readonly<Record<string, string | undefined>>,
    onChange: (status: CollectionStatus) => void = () => undefined,
  ): Reflector {
    const reflector = new Reflector({
      kind,
      namespace,
      path: collectionPath(resource, namespace),
      query,
      api: this.#options.connection,
      clock: this.#options.clock,
      timers: this.#timers,
      random: this.#random,
      bounds: this.#options.bounds ?? BOUNDS,
      onStep: this.#options.onStep,
      emit: (report, at) => this.#takeReport(kind, namespace, report, at),
      drained: () => this.#queue.drained(),
      onStatus: () => {
        const { status } = reflector;
        this.#noteRights(resource, namespace, status);
        if (this.#reflectors.every((r) => r.status.kind !== 'Pod' || r.status.listed)) this.#goOn();
        onChange(status);
        this.#options.onStatus?.();
      },
      onAnswer: () => {
        for (const other of this.#reflectors) if (other !== reflector) other.wake();
      },
    });
    return reflector;
  }

  #areForbidden(): boolean {
    return this.#reflectors.some(({ status }) => status.kind === 'Pod' && status.errorKind === 'forbidden');
  }

  #noteRights(resource: string, namespace: string | null, { phase, error, errorKind }: CollectionStatus): void {
    if (errorKind === 'forbidden') this.#access.deny(resource, namespace, describeForbidden(error ?? ''));
    // For pods the connection itself says what is wrong.
    else if (errorKind === 'excessive' && resource !== 'pods') this.#access.deny(resource, namespace, error ?? '');
    else if (phase === 'live') this.#access.allow(resource, namespace);
  }

  #takeReport(kind: string, namespace: string | null, report: CollectionReport, at: number): void {
    const where = namespace === null ? {} : { namespace };
    if (report.type === 'gap') this.#takeGap({ kind, namespace, report }, at);
    else if (report.type === 'snapshot') {
      if (namespace === null) for (const gap of this.#gaps.endsByListOf(kind)) this.#takeGap(gap, this.#now());
      const { resourceVersion: version, more } = report;
      const resourceVersion = version === '' ? {} : { resourceVersion: version };
      const items = report.items.map(objectOf).filter(hasIdentity).map(withoutManagedFields);
      this.#take({ t: at, type: 'snapshot', kind, ...where, ...resourceVersion, ...(more ? { more } : {}), items });
    } else if (hasIdentity(report.object)) {
      this.#take({ t: at, type: report.type, kind, object: withoutManagedFields(report.object) });
    }
  }

  #takeGap(gap: ScopedGap, at: number): void {
    this.#gaps.note(gap);
    const { kind, namespace, report } = gap;
    const { from, reason, open, resumed } = report;
    const where = namespace === null ? {} : { namespace };
    this.#take({ t: at, type: 'gap', kind, ...where, from, reason, ...(open ? { open } : { resumed }) });
  }

  // Times never go back, even if the clock does.
  #take(line: RecordingLine): void {
    this.#newest = Math.max(this.#newest, line.t);
    const inOrder: RecordingLine = { ...line, t: this.#newest };
    const envelope = this.#projector.project(inOrder, 0);
    if (envelope === null) return;
    const arrival = { line: inOrder, envelope };
    if (envelope.type === 'object') this.#takeObject(arrival, envelope);
    else if (envelope.type === 'snapshot') this.#takeSnapshot(arrival, envelope);
    else this.#queue.push(arrival);
  }

  #takeObject(arrival: Arrival, { object, verb }: ObjectEnvelope): void {
    if (object.kind === 'Event') {
      this.#reads.observeEvent(object);
      if (!this.#filter.passes(object, arrival)) return;
    }
    this.#queue.push(arrival);
    if (object.kind !== 'Pod') return;
    if (verb === 'DELETED') this.#reads.forget(object.uid);
    else this.#reads.observe(object);
  }

  #takeSnapshot(arrival: Arrival, envelope: SnapshotEnvelope): void {
    if (envelope.kind === 'Event') this.#takeEvents(arrival, envelope);
    else this.#queue.push(arrival);
    if (envelope.kind !== 'Pod') return;
    for (const pod of envelope.items as readonly Pod[]) this.#reads.observe(pod);
    for (const uid of envelope.absent ?? []) this.#reads.forget(uid);
  }

  #admit(uid: string): void {
    const now = this.#newest;
    for (const { line, envelope } of this.#filter.admit(uid))
      this.#queue.push({ line: { ...line, t: now }, envelope: { ...envelope, at: now } });
  }

  // Passing events stay in their list; each of the others waits for its pod by itself.
  #takeEvents({ line }: Arrival, envelope: SnapshotEnvelope): void {
    if (line.type !== 'snapshot') return;
    const { at, line: number } = envelope;
    const passes = (envelope.items as readonly KubeEvent[]).map((event, i) => {
      this.#reads.observeEvent(event);
      const object = line.items[i] as Json;
      const alone: Arrival = {
        line: { t: line.t, type: 'ADDED', kind: 'Event', object },
        envelope: { at, line: number, type: 'object', verb: 'ADDED', object: event },
      };
      return this.#filter.passes(event, alone);
    });
    this.#queue.push({
      line: { ...line, items: line.items.filter((_, i) => passes[i]) },
      envelope: { ...envelope, items: envelope.items.filter((_, i) => passes[i]) },
    });
  }
}

function objectsIn({ line }: Arrival): number {
  return line.type === 'snapshot' ? line.items.length : 1;
}
