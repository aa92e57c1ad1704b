import type { Clock } from '../../model/clock.ts';
import type { Pod } from '../../model/pod.ts';
import type { KubeEvent } from '../../model/resources.ts';
import type { RecordingLine } from '../../recording/line.ts';
import { Projector } from '../../recording/project.ts';
import { arrayOf, type Json, objectOf, stringOf } from '../../text/json.ts';
import { safeLine } from '../../text/safe-text.ts';
import type { Envelope, MissingPermission, ObjectEnvelope, SnapshotEnvelope, SourceInfo } from '../../timeline/envelope.ts';
import { scopeOf } from '../../timeline/scope.ts';
import { ArrivalQueue } from './arrival-queue.ts';
import { BOUNDS, type Bounds } from './bounds.ts';
import { type Connection, collectionPath } from './http/connection.ts';
import { ConnectionError } from './http/connection-error.ts';
import type { Requests } from './http/request-counter.ts';
import { systemTimers, type Timers } from './http/timers.ts';
import { hasIdentity, withoutManagedFields } from './kube-object.ts';
import { type AskedScope, canListPods, chooseScope, describeForbidden, Permissions, type Scope } from './permissions.ts';
import { ArgsDigests } from './reads/args-digests.ts';
import { ConfigReads } from './reads/config-reads.ts';
import { CrashLogs } from './reads/crash-logs.ts';
import { EventFilter, NOT_ROUTINE } from './reads/event-filter.ts';
import { OwnersAndNodes } from './reads/owners-and-nodes.ts';
import { type RateLimitedRead, RateLimitedReads } from './reads/rate-limited-reads.ts';
import { TroubledPods } from './troubled-pods.ts';
import { NO_RETRY_YET, nextRetry } from './watch/backoff.ts';
import { type CollectionStatus, Reflector, type ReflectorStep } from './watch/reflector.ts';
import type { Report } from './watch/reflector-state.ts';

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
  /** What a server may send at most; a test gives smaller ones. */
  readonly bounds?: Bounds;
  /** As `onStep` of each reflector. */
  readonly onStep?: ((step: ReflectorStep) => void) | undefined;
}

/** One arrival, both as a recording holds it and as the timeline folds it. */
export interface Arrival {
  /** Not redacted: secrets in texts are not masked. Its `t`, and `from` of a gap, are epoch ms. */
  readonly line: RecordingLine;
  readonly envelope: Envelope;
}

/** How the connection does, as of now. */
export interface ConnectionStatus {
  /** One for each kind and namespace that is watched; none before the first contact. */
  readonly collections: readonly CollectionStatus[];
  /** What rights hide. */
  readonly hidden: readonly MissingPermission[];
  /** Why the first contact has not been made yet; null where nothing is wrong. */
  readonly error: string | null;
  /** Arrivals that nobody has read yet. */
  readonly queued: number;
  /** What was sent to the API server. */
  readonly requests: Requests;
  /** Owners, nodes and events that are being read for the pods in trouble, or are due to be. */
  readonly reading: number;
  /** Logs of runs that ended that are being read, or wait for their turn. */
  readonly readingLogs: number;
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
  /** The container that somebody looks at: of the logs, owners and nodes that wait to be read, its own come first. */
  prefer(podUid: string, container: string): void;
  /**
   * Has all events about a pod read that are there, the routine of its starts included, which is not watched: they arrive like
   * others. For somebody who looks at them; more often than every half minute it does nothing.
   */
  readEvents(namespace: string, podUid: string): void;
  /** The whole Pod as the API has it now. @throws ConnectionError. */
  getPod(namespace: string, name: string): Promise<Json>;
}

interface OpenGap {
  readonly kind: string;
  readonly namespace: string | null;
  readonly from: number;
  readonly reason: string;
}

/** For so long, where the person says no other, a server that says that it is busy is asked again at first contact. */
const CONTACT_WITHIN_MS = 60_000;

/** Only a hint to commands that are printed: it keeps nobody waiting. */
const VERSION_WITHIN_MS = 2000;
const VERSION_LENGTH = 100;

// As often as a forbidden collection is asked for again.
const CLUSTER_SCOPE_RECHECK_MS = 60_000;

/** Events that do not change are kept by the API server for an hour: one who looks again soon sees no other. */
const MIN_EVENTS_INTERVAL_MS = 30_000;

/** Objects that may wait before streams are held back: each takes some 10 kB until it is projected and written. */
const QUEUE_LIMIT = 1_000;

/** While the first list comes, it has the connection and the processor for itself; for so long at most. */
const LIST_FIRST_MS = 3000;

/** Watches the pods of a cluster, their events, and reads the log of each run that ends. Only reads. */
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
  readonly #logs: CrashLogs | null;
  readonly #filter = new EventFilter<Arrival>();
  readonly #pods: TroubledPods;
  readonly #reads: RateLimitedReads;
  readonly #surroundings: OwnersAndNodes;
  readonly #configs: ConfigReads;
  readonly #args = new ArgsDigests();
  readonly #eventsReadAt = new Map<string, number>();
  /** Why reads are refused, by their right, by what a person would miss. */
  readonly #refusals = new Map<string, Map<string, string>>();
  readonly #cancel = new AbortController();
  #reflectors: readonly Reflector[] = [];
  #widening: unknown = null;
  /** What ends the time in which logs, owners and nodes wait for the first list; null where they do not. */
  #listingFirst: unknown = null;
  #isNarrowing = false;
  /** The gaps that are open, by kind and namespace. */
  readonly #gaps = new Map<string, OpenGap>();
  #contactError: string | null = null;
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
    this.#reads = new RateLimitedReads({
      ...timing,
      api: connection,
      random: this.#random,
      onRight: (right, why) => this.#noteRight(right, why),
    });
    this.#pods = new TroubledPods({
      ...timing,
      onTrouble: (pod) => this.#takeTroubled(pod),
      onMove: (pod) => this.#surroundings.observeMove(pod),
    });
    const around = {
      clock,
      ask: (read: RateLimitedRead, at: number) => this.#reads.ask(read, at),
      isInTrouble: (uid: string) => this.#pods.has(uid),
    };
    this.#surroundings = new OwnersAndNodes({
      ...around,
      emit: (verb, kind, object) => this.#takeSurrounding(verb, kind, object),
    });
    this.#configs = new ConfigReads({
      ...around,
      emit: (verb, kind, object) => this.#take({ t: this.#now(), type: verb, kind, object }),
    });
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
      requests: this.#options.connection.requests,
      reading: this.#reads.due,
      readingLogs: this.#logs?.due ?? 0,
    };
  }

  async stop(): Promise<void> {
    this.#cancel.abort();
    for (const reflector of this.#reflectors) reflector.stop();
    for (const timer of [this.#widening, this.#listingFirst]) if (timer !== null) this.#timers.stop(timer);
    this.#logs?.stop();
    this.#pods.stop();
    this.#reads.stop();
    this.#queue.end();
    await this.#options.connection.close();
  }

  prefer(podUid: string, container: string): void {
    this.#logs?.prefer(podUid, container);
    this.#surroundings.prefer(podUid);
    this.#configs.prefer(podUid);
  }

  readEvents(namespace: string, podUid: string): void {
    const now = this.#now();
    if (now - (this.#eventsReadAt.get(podUid) ?? Number.NEGATIVE_INFINITY) < MIN_EVENTS_INTERVAL_MS) return;
    this.#eventsReadAt.set(podUid, now);
    this.#admit(podUid);
    this.#reads.ask(
      {
        key: `events ${podUid}`,
        right: `events ${namespace}`,
        path: collectionPath('events', namespace),
        query: { fieldSelector: `involvedObject.uid=${podUid}` },
        rank: () => 0,
        // Whoever still looks asks again.
        isWanted: () => false,
        take: (list) => this.#takeReadEvents(arrayOf(list.items).map(objectOf)),
        missing: () => undefined,
      },
      now,
    );
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
        if (why === null) this.#access.allow('logs', namespace);
        else this.#access.deny('logs', namespace, why);
      },
    });
  }

  async #begin(): Promise<SourceInfo> {
    const version = this.#version();
    const { scope, hidden } = await this.#firstContact();
    this.#info = { ...this.#info, namespaces: scope };
    this.#listFirst();
    this.#follow(scope);
    for (const { what, namespace, why } of hidden) this.#access.deny(what, namespace, why);
    if (hidden.some((h) => h.what === 'pods' && h.namespace === null)) this.#widenLater();
    await this.#soon(version, VERSION_WITHIN_MS);
    return this.#info;
  }

  #listFirst(): void {
    this.#logs?.hold();
    this.#reads.hold();
    this.#listingFirst = this.#timers.start(() => this.#goOn(), LIST_FIRST_MS);
  }

  #goOn(): void {
    if (this.#listingFirst === null) return;
    this.#timers.stop(this.#listingFirst);
    this.#listingFirst = null;
    this.#logs?.release();
    this.#reads.release();
  }

  // The right to all namespaces may come while only the context's own is watched.
  #widenLater(): void {
    this.#widening = this.#timers.start(() => void this.#widen(), CLUSTER_SCOPE_RECHECK_MS);
  }

  // The right to all namespaces has gone, and the own one can still be watched: as if it had been so at first contact.
  async #narrow(): Promise<void> {
    const { connection, scope } = this.#options;
    const { signal } = this.#cancel;
    if (scope !== 'default' || this.#isNarrowing) return;
    this.#isNarrowing = true;
    const isAllowed = await canListPods(connection, connection.namespace, { signal });
    this.#isNarrowing = false;
    const isStillSo = this.#reflectors.some(({ status }) => status.kind === 'Pod' && status.errorKind === 'forbidden');
    if (signal.aborted || !isAllowed || !isStillSo) return;
    for (const reflector of this.#reflectors) reflector.stop();
    this.#loseSightBut(connection.namespace);
    this.#access.allow('events', null);
    this.#info = { ...this.#info, namespaces: [connection.namespace] };
    this.#follow([connection.namespace]);
    this.#widenLater();
    this.#options.onStatus?.();
  }

  // Nothing is known to be gone of what can only not be seen any more: each such namespace has a gap, until a list tells.
  #loseSightBut(namespace: string): void {
    const { namespaces } = this.#pods;
    this.#pods.keepOnly([namespace]);
    for (const gap of [...this.#gaps.values()]) {
      this.#closeGap(gap);
      if (gap.kind !== 'Pod') continue;
      for (const other of namespaces) {
        if (other === namespace) continue;
        this.#takeReport('Pod', other, { ...gap, type: 'gap', open: true, resumed: false }, this.#now());
      }
    }
  }

  #closeGap({ kind, namespace, from, reason }: OpenGap): void {
    this.#takeReport(kind, namespace, { type: 'gap', from, reason, open: false, resumed: false }, this.#now());
  }

  async #widen(): Promise<void> {
    const { signal } = this.#cancel;
    const isAllowed = await canListPods(this.#options.connection, null, { signal });
    if (signal.aborted) return;
    if (!isAllowed) return this.#widenLater();
    for (const reflector of this.#reflectors) reflector.stop();
    this.#info = { ...this.#info, namespaces: null };
    this.#access.allowAll();
    this.#follow(null);
    this.#options.onStatus?.();
  }

  // A server that is busy, or says when to come back, is there: it is asked again, while somebody waits. Anything else is for a
  // person to mend.
  async #firstContact() {
    const { connection, scope, selector } = this.#options;
    const until = this.#now() + (connection.listTimeoutMs || CONTACT_WITHIN_MS);
    for (let delay = NO_RETRY_YET; ; ) {
      try {
        const chosen = await chooseScope(connection, scope, connection.namespace, { signal: this.#cancel.signal }, selector);
        this.#contactError = null;
        return chosen;
      } catch (error) {
        if (!(error instanceof ConnectionError) || (error.kind !== 'busy' && error.retryAfterMs === null)) throw error;
        const retry = nextRetry(delay, this.#now(), this.#random());
        const waitMs = Math.max(retry.waitMs, error.retryAfterMs ?? 0);
        if (this.#now() + waitMs > until) throw error;
        this.#contactError = error.detail;
        this.#options.onStatus?.();
        delay = retry.delay;
        await this.#wait(waitMs);
      }
    }
  }

  async #soon(promise: Promise<void>, ms: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = this.#timers.start(late.resolve, ms);
    await Promise.race([promise, late.promise]);
    this.#timers.stop(timer);
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
  async #version(): Promise<void> {
    try {
      const version = await this.#options.connection.get('/version', {}, { signal: this.#cancel.signal });
      this.#info = { ...this.#info, serverVersion: safeLine(stringOf(version.gitVersion).slice(0, VERSION_LENGTH)) || null };
    } catch {
      // It is not known then.
    }
  }

  #follow(scope: Scope): void {
    const { selector } = this.#options;
    const reflectors: Reflector[] = [];
    const pods: Reflector[] = [];
    for (const namespace of scope ?? [null]) {
      const events = this.#reflector('Event', 'events', namespace, { fieldSelector: NOT_ROUTINE });
      // Only who knows the pods can tell which events are of interest.
      const onChange = ({ phase, errorKind }: CollectionStatus) => {
        if (phase === 'live' || phase === 'retrying') events.start();
        if (namespace === null && errorKind === 'forbidden') void this.#narrow();
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
      room: () => this.#queue.room(),
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

  #noteRights(resource: string, namespace: string | null, { phase, error, errorKind }: CollectionStatus): void {
    if (errorKind === 'forbidden') this.#access.deny(resource, namespace, describeForbidden(error ?? ''));
    // Of pods the connection itself says what is wrong.
    else if (errorKind === 'excessive' && resource !== 'pods') this.#access.deny(resource, namespace, error ?? '');
    else if (phase === 'live') this.#access.allow(resource, namespace);
  }

  #takeReport(kind: string, namespace: string | null, report: Report, at: number): void {
    const where = namespace === null ? {} : { namespace };
    if (report.type === 'gap') {
      const { from, reason, open, resumed } = report;
      const key = scopeOf(kind, namespace);
      if (open) this.#gaps.set(key, { kind, namespace, from, reason });
      else this.#gaps.delete(key);
      this.#take({ t: at, type: 'gap', kind, ...where, from, reason, ...(open ? { open } : { resumed }) });
    } else if (report.type === 'snapshot') {
      if (namespace === null)
        for (const gap of [...this.#gaps.values()]) if (gap.kind === kind && gap.namespace !== null) this.#closeGap(gap);
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
    if (object.kind === 'Event') {
      this.#surroundings.observeEvent(object);
      if (!this.#filter.passes(object, arrival)) return;
    }
    this.#queue.push(arrival);
    if (object.kind !== 'Pod') return;
    if (verb === 'DELETED') this.#forgetPod(object.uid);
    else this.#takePod(object);
  }

  #takeSnapshot(arrival: Arrival, envelope: SnapshotEnvelope): void {
    if (envelope.kind === 'Event') this.#takeEvents(arrival, envelope);
    else this.#queue.push(arrival);
    if (envelope.kind !== 'Pod') return;
    for (const pod of envelope.items as readonly Pod[]) this.#takePod(pod);
    for (const uid of envelope.absent ?? []) this.#forgetPod(uid);
  }

  #takePod(pod: Pod): void {
    this.#logs?.observe(pod);
    this.#pods.observe(pod);
  }

  #forgetPod(uid: string): void {
    this.#logs?.forget(uid);
    this.#pods.forget(uid);
    this.#eventsReadAt.delete(uid);
  }

  #takeTroubled(pod: Pod): void {
    this.#admit(pod.uid);
    this.#surroundings.observe(pod);
    this.#configs.observe(pod);
  }

  #admit(uid: string): void {
    const now = this.#newest;
    for (const { line, envelope } of this.#filter.admit(uid))
      this.#queue.push({ line: { ...line, t: now }, envelope: { ...envelope, at: now } });
  }

  #takeSurrounding(verb: 'ADDED' | 'MODIFIED' | 'DELETED', kind: string, object: Json): void {
    // Only these tell when a ControllerRevision was given its number.
    const kept = kind === 'ControllerRevision' ? object : withoutManagedFields(object);
    const isRevision = verb !== 'DELETED' && (kind === 'ReplicaSet' || kind === 'ControllerRevision');
    this.#take({ t: this.#now(), type: verb, kind, object: isRevision ? this.#args.mark(kept) : kept });
    this.#admit(stringOf(objectOf(object.metadata).uid));
  }

  #takeReadEvents(items: readonly Json[]): void {
    for (const item of items.filter(hasIdentity))
      this.#take({ t: this.#now(), type: 'ADDED', kind: 'Event', object: withoutManagedFields(item) });
  }

  // The rights of single reads: `nodes`, `owners shop deployments`, `events shop`, `secrets shop`.
  #noteRight(right: string, why: string | null): void {
    const [what = '', namespace = null] = right.split(' ', 2);
    const refusals = this.#refusals.get(`${what} ${namespace}`) ?? new Map<string, string>();
    this.#refusals.set(`${what} ${namespace}`, refusals);
    if (why === null) refusals.delete(right);
    else if (!refusals.has(right)) refusals.set(right, why);
    // Several kinds may be refused: the first says why, as long as it is.
    const first = refusals.values().next().value;
    if (first === undefined) this.#access.allow(what, namespace);
    else this.#access.deny(what, namespace, first);
  }

  // Of a list of events, those that pass stay in it; each of the others waits for its pod by itself.
  #takeEvents({ line }: Arrival, envelope: SnapshotEnvelope): void {
    if (line.type !== 'snapshot') return;
    const { at, line: number } = envelope;
    const passes = (envelope.items as readonly KubeEvent[]).map((event, i) => {
      this.#surroundings.observeEvent(event);
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
