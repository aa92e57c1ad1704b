import type { Clock } from '../../model/clock.ts';
import { type Json, objectOf, stringOf } from '../../model/json.ts';
import type { Pod } from '../../model/pod.ts';
import type { KubeEvent } from '../../model/resources.ts';
import { safeLine } from '../../model/safe-text.ts';
import type { RecordingLine } from '../../recording/line.ts';
import { EnvelopeProjector } from '../../recording/to-envelope.ts';
import type { Envelope, Hidden, ObjectEnvelope, SnapshotEnvelope, SourceInfo } from '../../timeline/envelope.ts';
import { Access, type AskedScope, chooseScope, mayReadAll, type Scope, shortRefusal } from './access.ts';
import { ArrivalQueue } from './arrival-queue.ts';
import { type Connection, collectionPath } from './connection.ts';
import { ConnectionError } from './connection-error.ts';
import { CrashLogs } from './crash-logs.ts';
import { EventFilter } from './event-filter.ts';
import { type CollectionStatus, Reflector } from './reflector.ts';
import type { Report } from './reflector-state.ts';
import { NO_RETRY_YET, nextRetry } from './retry-delay.ts';
import { systemTimers, type Timers } from './timers.ts';

export interface WatchOptions {
  readonly connection: Connection;
  readonly scope: AskedScope;
  /** A label selector for pods, as kubectl's -l has it; null for all. */
  readonly selector: string | null;
  readonly clock: Clock;
  /** Are the logs of runs that ended to be read? */
  readonly logs: boolean;
  /** Something in {@link ClusterWatch.status} has changed. Called often; it should only take note. */
  readonly onStatus?: () => void;
  readonly timers?: Timers;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** One arrival, both as a recording holds it and as the timeline folds it. */
export interface Arrival {
  /** Not redacted. Its `t`, and `from` of a gap, are epoch ms. */
  readonly line: RecordingLine;
  readonly envelope: Envelope;
}

/** How the connection does, as of now. */
export interface ConnectionStatus {
  /** One for each kind and namespace that is watched; none before the first contact. */
  readonly collections: readonly CollectionStatus[];
  /** What rights hide. */
  readonly hidden: readonly Hidden[];
  /** Why the first contact has not been made yet; null where nothing is wrong. */
  readonly error: string | null;
  /** Arrivals that nobody has read yet. */
  readonly queued: number;
}

/** A cluster that is being watched. */
export interface ClusterWatch {
  /** The address of the API server. */
  readonly server: string;
  /** As far as it is known; complete when {@link ready} resolves. */
  readonly info: SourceInfo;
  /** Resolves after the first contact. Rejects with what {@link arrivals} ends with where that failed, or on {@link stop}. */
  readonly ready: Promise<SourceInfo>;
  /** In the order of arrival, for one reader. Ends after {@link stop}; throws ConnectionError where the first contact failed. */
  readonly arrivals: AsyncIterable<Arrival>;
  status(): ConnectionStatus;
  /** Breaks off whatever is under way, and closes the connection. */
  stop(): Promise<void>;
  /** The container that somebody looks at: of the logs that wait to be read, its own come first. */
  prefer(podUid: string, container: string): void;
  /** The whole Pod as the API has it now. @throws ConnectionError. */
  getPod(namespace: string, name: string): Promise<Json>;
}

// As often as a forbidden collection is asked for again.
const WIDEN_MS = 60_000;

/** Arrivals that may wait before streams are held back. */
const QUEUE_LIMIT = 5_000;

/** Watches the pods of a cluster, their events, and reads the log of each run that ends. Only reads. */
export function watchCluster(options: WatchOptions): ClusterWatch {
  return new Watch(options);
}

class Watch implements ClusterWatch {
  readonly #options: WatchOptions;
  readonly #timers: Timers;
  readonly #random: () => number;
  readonly #queue = new ArrivalQueue<Arrival>(QUEUE_LIMIT);
  readonly #projector = new EnvelopeProjector(0);
  readonly #access: Access;
  readonly #logs: CrashLogs | null;
  readonly #filter: EventFilter<Arrival> | null;
  readonly #cancel = new AbortController();
  #reflectors: readonly Reflector[] = [];
  #widening: unknown = null;
  #contactError: string | null = null;
  #newest = 0;
  #info: SourceInfo;
  readonly ready: Promise<SourceInfo>;

  constructor(options: WatchOptions) {
    const { connection, clock, selector } = options;
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#random = options.random ?? Math.random;
    this.#access = new Access((hidden) => this.#take({ t: this.#now(), type: 'access', hidden }));
    this.#filter = selector === null ? null : new EventFilter();
    this.#logs = options.logs ? this.#crashLogs(connection, clock) : null;
    const name = safeLine(connection.context);
    this.#info = { kind: 'cluster', name, context: name, serverVersion: null, namespaces: null, selector };
    this.ready = this.#begin();
    // Whoever only reads the arrivals learns of it there.
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
      error: this.#contactError,
      queued: this.#queue.size,
    };
  }

  async stop(): Promise<void> {
    this.#cancel.abort();
    for (const reflector of this.#reflectors) reflector.stop();
    if (this.#widening !== null) this.#timers.stop(this.#widening);
    this.#logs?.stop();
    this.#queue.end();
    await this.#options.connection.close();
  }

  prefer(podUid: string, container: string): void {
    this.#logs?.prefer(podUid, container);
  }

  async getPod(namespace: string, name: string): Promise<Json> {
    const { connection } = this.#options;
    const path = `${collectionPath('pods', namespace)}/${encodeURIComponent(name)}`;
    return withoutManagedFields(await connection.get(path, {}, { signal: this.#cancel.signal }));
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #crashLogs(api: Connection, clock: Clock): CrashLogs {
    return new CrashLogs({
      api,
      clock,
      timers: this.#timers,
      emit: (log) => this.#take({ t: this.#now(), ...log }),
      onRights: (namespace, why) => {
        if (why === null) this.#access.reveal('logs', namespace);
        else this.#access.hide('logs', namespace, why);
      },
    });
  }

  async #begin(): Promise<SourceInfo> {
    const version = this.#version();
    const { scope, hidden } = await this.#firstContact();
    this.#info = { ...this.#info, namespaces: scope };
    this.#follow(scope);
    for (const { what, namespace, why } of hidden) this.#access.hide(what, namespace, why);
    if (hidden.some((h) => h.what === 'pods' && h.namespace === null)) this.#widenLater();
    this.#info = { ...this.#info, serverVersion: await version };
    return this.#info;
  }

  // The right to all namespaces may come while only the context's own is watched.
  #widenLater(): void {
    this.#widening = this.#timers.start(() => void this.#widen(), WIDEN_MS);
  }

  async #widen(): Promise<void> {
    const { signal } = this.#cancel;
    const isAllowed = await mayReadAll(this.#options.connection, { signal });
    if (signal.aborted) return;
    if (!isAllowed) return this.#widenLater();
    for (const reflector of this.#reflectors) reflector.stop();
    this.#info = { ...this.#info, namespaces: null };
    this.#access.revealAll();
    this.#follow(null);
    this.#options.onStatus?.();
  }

  // A server that is busy, or says when to come back, is there: it is asked again. Anything else is for a person to mend.
  async #firstContact() {
    const { connection, scope, selector } = this.#options;
    for (let delay = NO_RETRY_YET; ; ) {
      try {
        const chosen = await chooseScope(connection, scope, connection.namespace, { signal: this.#cancel.signal }, selector);
        this.#contactError = null;
        return chosen;
      } catch (error) {
        if (!(error instanceof ConnectionError) || (error.kind !== 'busy' && error.retryAfterMs === null)) throw error;
        this.#contactError = error.detail;
        this.#options.onStatus?.();
        const retry = nextRetry(delay, this.#now(), this.#random());
        delay = retry.delay;
        await this.#wait(Math.max(retry.waitMs, error.retryAfterMs ?? 0));
      }
    }
  }

  #wait(ms: number): Promise<void> {
    const { signal } = this.#cancel;
    return new Promise((resolve, reject) => {
      const timer = this.#timers.start(resolve, ms);
      const stop = () => {
        this.#timers.stop(timer);
        reject(signal.reason);
      };
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
  }

  // Helps to print what kubectl would; it may be forbidden.
  async #version(): Promise<string | null> {
    try {
      const version = await this.#options.connection.get('/version', {}, { signal: this.#cancel.signal });
      return safeLine(stringOf(version.gitVersion)) || null;
    } catch {
      return null;
    }
  }

  #follow(scope: Scope): void {
    const { selector } = this.#options;
    const reflectors: Reflector[] = [];
    for (const namespace of scope ?? [null]) {
      reflectors.push(this.#reflector('Pod', 'pods', namespace, { labelSelector: selector ?? undefined }));
      reflectors.push(this.#reflector('Event', 'events', namespace, {}));
    }
    this.#reflectors = reflectors;
    for (const reflector of reflectors) reflector.start();
  }

  #reflector(
    kind: string,
    resource: string,
    namespace: string | null,
    query: Readonly<Record<string, string | undefined>>,
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
      emit: (report, at) => this.#takeReport(kind, namespace, report, at),
      room: () => this.#queue.room(),
      onStatus: () => {
        this.#noteRights(resource, namespace, reflector.status);
        this.#options.onStatus?.();
      },
    });
    return reflector;
  }

  #noteRights(resource: string, namespace: string | null, { phase, error, errorKind }: CollectionStatus): void {
    if (errorKind === 'forbidden') this.#access.hide(resource, namespace, shortRefusal(error ?? ''));
    else if (phase === 'live') this.#access.reveal(resource, namespace);
  }

  #takeReport(kind: string, namespace: string | null, report: Report, at: number): void {
    const where = namespace === null ? {} : { namespace };
    if (report.type === 'gap') {
      const { from, reason, open, resumed } = report;
      this.#take({ t: at, type: 'gap', kind, ...where, from, reason, ...(open ? { open } : { resumed }) });
    } else if (report.type === 'snapshot') {
      const { resourceVersion: version, more } = report;
      const resourceVersion = version === '' ? {} : { resourceVersion: version };
      const items = report.items.map(objectOf).filter(hasIdentity).map(withoutManagedFields);
      this.#take({ t: at, type: 'snapshot', kind, ...where, ...resourceVersion, ...(more ? { more } : {}), items });
    } else if (hasIdentity(report.object)) {
      this.#take({ t: at, type: report.type, kind, object: withoutManagedFields(report.object) });
    }
  }

  // Times never go back, whatever the clock does.
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
    if (object.kind === 'Event' && this.#filter?.passes(object.involved, arrival) === false) return;
    this.#queue.push(arrival);
    if (object.kind !== 'Pod') return;
    if (verb === 'DELETED') this.#logs?.forget(object.uid);
    else this.#takePod(object);
  }

  #takeSnapshot(arrival: Arrival, envelope: SnapshotEnvelope): void {
    const filter = this.#filter;
    if (envelope.kind === 'Event' && filter !== null) this.#takeEvents(arrival, envelope, filter);
    else this.#queue.push(arrival);
    if (envelope.kind === 'Pod') for (const pod of envelope.items as readonly Pod[]) this.#takePod(pod);
  }

  #takePod(pod: Pod): void {
    this.#logs?.observe(pod);
    const now = this.#newest;
    for (const { line, envelope } of this.#filter?.addPod(pod.uid) ?? []) {
      this.#queue.push({ line: { ...line, t: now }, envelope: { ...envelope, at: now } });
    }
  }

  // Of a list of events, those that pass stay in it; each of the others waits for its pod by itself.
  #takeEvents({ line }: Arrival, envelope: SnapshotEnvelope, filter: EventFilter<Arrival>): void {
    if (line.type !== 'snapshot') return;
    const { at, line: number } = envelope;
    const passes = (envelope.items as readonly KubeEvent[]).map((event, i) => {
      const object = line.items[i] as Json;
      const alone: Arrival = {
        line: { t: line.t, type: 'ADDED', kind: 'Event', object },
        envelope: { at, line: number, type: 'object', verb: 'ADDED', object: event },
      };
      return filter.passes(event.involved, alone);
    });
    this.#queue.push({
      line: { ...line, items: line.items.filter((_, i) => passes[i]) },
      envelope: { ...envelope, items: envelope.items.filter((_, i) => passes[i]) },
    });
  }
}

// Every object that is stored has both: one without them is none that could be followed.
function hasIdentity(object: Json): boolean {
  const { uid, name } = objectOf(object.metadata);
  return typeof uid === 'string' && typeof name === 'string';
}

// Half of a Pod's bytes say who last wrote which field: no server leaves them out, and nobody here reads them.
function withoutManagedFields(object: Json): Json {
  const metadata = objectOf(object.metadata);
  if (metadata.managedFields === undefined) return object;
  const { managedFields: _, ...kept } = metadata;
  return { ...object, metadata: kept };
}
