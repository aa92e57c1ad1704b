import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../../model/clock.ts';
import type { Timers } from '../../../model/timers.ts';
import { arrayOf, objectOf, stringOf } from '../../../text/json.ts';
import { BOUNDS, type Bounds } from '../bounds.ts';
import { foreignText } from '../foreign-words.ts';
import type { ApiReader, CollectionRequest, Query, WatchBody } from '../http/api-reader.ts';
import { ConnectionError, type FailureKind, timeoutText } from '../http/connection-error.ts';
import {
  type Action,
  type CollectionReport,
  type Failure,
  IDLE,
  type ReflectorEvent,
  type ReflectorState,
  type Verb,
} from './reflector-state.ts';
import { step } from './reflector-step.ts';
import { type WatchEvent, watchDecoder } from './watch-decoder.ts';

/** The state of one collection, as shown to the user. Times in epoch ms. */
export interface CollectionStatus {
  readonly kind: string;
  /** null for all namespaces. */
  readonly namespace: string | null;
  readonly phase: 'connecting' | 'listing' | 'live' | 'retrying' | 'stopped';
  /** The start of this phase. */
  readonly since: number;
  /** Has its whole first list arrived? */
  readonly listed: boolean;
  /** The last failure that is not overcome; null if there is none. */
  readonly error: string | null;
  readonly errorKind: FailureKind | null;
  /** The time of the next try; null if none waits. */
  readonly nextTryAt: number | null;
  /** When the server last sent something, bookmarks included; null before the first. */
  readonly lastByteAt: number | null;
}

export interface ReflectorOptions {
  readonly kind: string;
  readonly namespace: string | null;
  /** The collection's path, and its selectors. */
  readonly path: string;
  readonly query: Query;
  readonly api: ApiReader;
  readonly clock: Clock;
  readonly timers: Timers;
  /** In [0, 1). */
  readonly random: () => number;
  /** Takes each report, with its time of arrival. */
  readonly emit: (report: CollectionReport, at: number) => void;
  /** Resolves when there is room for more: the stream is not read meanwhile. */
  readonly drained: () => Promise<void>;
  readonly onStatus: () => void;
  /** A request succeeded. */
  readonly onAnswer?: () => void;
  /** Bounds on what a server may send; tests give smaller ones. */
  readonly bounds?: Bounds;
  /** Receives each step of the state machine, before its actions are done. */
  readonly onStep?: ((step: ReflectorStep) => void) | undefined;
}

/** One step of the state machine of a collection, for a debug log. */
export interface ReflectorStep {
  readonly kind: string;
  /** null for all namespaces. */
  readonly namespace: string | null;
  readonly event: ReflectorEvent;
  readonly from: ReflectorState;
  readonly to: ReflectorState;
  readonly actions: readonly Action[];
}

/** Bookmarks come about every minute: a stream silent for longer is dead, even if TCP is not. */
export const WATCH_SILENCE_MS = 90_000;

/** A watch is asked to end after some minutes. One that does not is left so long after. */
const ENDS_LATE_MS = 60_000;

/**
 * About a millisecond of parsing and projecting: then keys and timers get their turn, however much
 * arrived at once.
 */
const SLICE_BYTES = 64 * 1024;

/**
 * All existing objects, then changes. Without a resourceVersion: not older than the request
 * (KEP-3157).
 */
const INITIAL_EVENTS: Query = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' };

const VERBS: readonly string[] = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'];

/**
 * Follows one collection: does what the state machine in reflector-state.ts says, and reports the
 * results to it.
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  #state: ReflectorState = IDLE;
  #cancel = new AbortController();
  #timer: unknown = null;
  #watchdog: unknown = null;
  /** The limit for a list that comes as a stream. */
  #listDeadline: unknown = null;
  #lastByteAt: number | null = null;
  /** Until unreadable protobuf arrives: then asks for JSON, which every server sends. */
  #readsProtobuf = true;

  constructor(options: ReflectorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#tell({ type: 'start', at: this.#now() });
  }

  /** Requests and emits nothing after this. */
  stop(): void {
    this.#tell({ type: 'stop', at: this.#now() });
  }

  /**
   * Takes note that the server answered another request: an unreachable collection is requested
   * again at once.
   */
  wake(): void {
    this.#tell({ type: 'woken', at: this.#now() });
  }

  get status(): CollectionStatus {
    const { phase, failure, since, listed } = this.#state;
    return {
      kind: this.#options.kind,
      namespace: this.#options.namespace,
      phase: phaseOf(this.#state),
      since,
      listed,
      error: failure?.detail ?? null,
      errorKind: failure?.kind ?? null,
      nextTryAt: phase.type === 'waiting' ? phase.until : null,
      lastByteAt: this.#lastByteAt,
    };
  }

  get #bounds(): Bounds {
    return this.#options.bounds ?? BOUNDS;
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #tell(event: ReflectorEvent): void {
    const before = this.#state;
    const { state, actions } = step(before, event, this.#options.random(), this.#bounds);
    this.#state = state;
    const { kind, namespace, onStep } = this.#options;
    onStep?.({ kind, namespace, event, from: before, to: state, actions });
    for (const action of actions) this.#do(action, event.at);
    if (state.phase.type !== before.phase.type || state.failure !== before.failure || state.since !== before.since)
      this.#options.onStatus();
  }

  #do(action: Action, at: number): void {
    const { timers } = this.#options;
    switch (action.type) {
      case 'emit':
        this.#options.emit(action.report, at);
        return;
      case 'abandon':
        this.#abandon();
        return;
      case 'wait':
        this.#later('waited', action.generation, action.ms);
        return;
      case 'settle':
        this.#later('settled', action.generation, action.ms);
        return;
      case 'list':
        timers.stop(this.#timer);
        void this.#list(action.generation, action.continue, action.limit);
        return;
      case 'stream':
        timers.stop(this.#timer);
        void this.#watch(action.generation, action.timeoutSeconds, INITIAL_EVENTS);
        return;
      case 'watch':
        timers.stop(this.#timer);
        void this.#watch(action.generation, action.timeoutSeconds, { resourceVersion: action.resourceVersion || undefined });
    }
  }

  #later(type: 'waited' | 'settled', generation: number, ms: number): void {
    const { timers } = this.#options;
    timers.stop(this.#timer);
    this.#timer = timers.start(() => this.#tell({ type, generation, at: this.#now() }), ms);
  }

  #abandon(): void {
    const { timers } = this.#options;
    timers.stop(this.#timer);
    this.#stopWatching();
    this.#cancel.abort();
    this.#cancel = new AbortController();
  }

  #stopWatching(): void {
    const { timers } = this.#options;
    for (const timer of [this.#watchdog, this.#listDeadline]) timers.stop(timer);
  }

  async #list(generation: number, token: string, limit: number | null): Promise<void> {
    const { api, path, query } = this.#options;
    const paging = { limit: limit ?? undefined, continue: token || undefined };
    try {
      const list = await api.list(path, { ...query, ...paging }, this.#request());
      this.#lastByteAt = this.#now();
      const metadata = objectOf(list.metadata);
      const page = {
        items: arrayOf(list.items),
        resourceVersion: stringOf(metadata.resourceVersion),
        continue: stringOf(metadata.continue),
      };
      this.#options.onAnswer?.();
      this.#tell({ type: 'page', generation, page, at: this.#now() });
    } catch (error) {
      this.#fail(generation, error);
    }
  }

  async #watch(generation: number, timeoutSeconds: number, from: Query): Promise<void> {
    const { api, path, query } = this.#options;
    const watching = { watch: true, allowWatchBookmarks: true, timeoutSeconds };
    if (from === INITIAL_EVENTS) this.#expectList(generation);
    try {
      const body = await api.stream(path, { ...query, ...watching, ...from }, this.#request());
      this.#options.onAnswer?.();
      this.#heard(generation);
      this.#tell({ type: 'opened', generation, at: this.#now() });
      await this.#read(body, generation, this.#now() + timeoutSeconds * 1000 + ENDS_LATE_MS);
    } catch (error) {
      this.#fail(generation, error);
    }
  }

  // A list is a list, however it comes: the user's limit for lists holds here, too.
  #expectList(generation: number): void {
    const { api, timers } = this.#options;
    const ms = api.listTimeoutMs;
    timers.stop(this.#listDeadline);
    if (!ms) return;
    const giveUp = () => {
      if (this.#state.phase.type !== 'streaming') return;
      const failure: Failure = { kind: 'network', detail: timeoutText(ms), retryAfterMs: null, silentSince: null };
      this.#tell({ type: 'failed', generation, failure, at: this.#now() });
    };
    this.#listDeadline = timers.start(giveUp, ms);
  }

  #request(): CollectionRequest {
    return { protobuf: this.#readsProtobuf, signal: this.#cancel.signal };
  }

  #fail(generation: number, error: unknown): void {
    const failure = failureOf(error);
    if (failure.kind === 'unreadable') this.#readsProtobuf = false;
    this.#tell({ type: 'failed', generation, failure, at: this.#now() });
  }

  async #read({ isProtobuf, bytes }: WatchBody, generation: number, endsAt: number): Promise<void> {
    const { timers, drained } = this.#options;
    const decoder = watchDecoder(isProtobuf, this.#bounds.answerBytes);
    let decoded = 0;
    let pending = 0;
    for await (const chunk of bytes) {
      if (generation !== this.#state.generation) return;
      if (this.#now() > endsAt) break;
      let isNews = false;
      for (const event of decoder.push(chunk)) {
        isNews = this.#take(event, generation) || isNews;
        decoded += event.size;
        if (decoded < SLICE_BYTES) continue;
        decoded = 0;
        await nextTurn();
      }
      // A byte now and then is silence, and so are empty lines; a large event is progress before it
      // is complete.
      if (!isNews && decoder.pendingBytes - pending < this.#bounds.progressBytes) continue;
      pending = decoder.pendingBytes;
      // Silence while we do not read is our own.
      timers.stop(this.#watchdog);
      await drained();
      this.#heard(generation);
    }
    // Half an event at the end is dropped: the watch resumes from the version before it, so that it
    // comes again, complete.
    if (generation === this.#state.generation) this.#stopWatching();
    this.#tell({ type: 'closed', generation, at: this.#now() });
  }

  /** @returns did it say anything? */
  #take({ type, object }: WatchEvent, generation: number): boolean {
    if (generation !== this.#state.generation) return false;
    if (type === 'ERROR') throw this.#options.api.errorOf(object);
    // Types of later versions are skipped.
    if (!VERBS.includes(type)) return false;
    this.#tell({ type: 'arrived', generation, verb: type as Verb, object, at: this.#now() });
    return true;
  }

  #heard(generation: number): void {
    if (generation !== this.#state.generation) return;
    const { timers } = this.#options;
    const at = this.#now();
    this.#lastByteAt = at;
    timers.stop(this.#watchdog);
    this.#watchdog = timers.start(() => this.#silent(generation, at), WATCH_SILENCE_MS);
  }

  #silent(generation: number, since: number): void {
    const detail = `nothing came for ${WATCH_SILENCE_MS / 1000} s, not even a bookmark`;
    const failure: Failure = { kind: 'silent', detail, retryAfterMs: null, silentSince: since };
    this.#tell({ type: 'failed', generation, failure, at: this.#now() });
  }
}

function phaseOf({ phase, failure, listed, lists, gap }: ReflectorState): CollectionStatus['phase'] {
  if (phase.type === 'stopped') return 'stopped';
  if (phase.type === 'waiting' || gap !== null || failure !== null) return 'retrying';
  if (phase.type === 'idle') return 'connecting';
  if (phase.type === 'listing' || phase.type === 'streaming') return listed || lists.named.length > 0 ? 'listing' : 'connecting';
  return 'live';
}

function failureOf(error: unknown): Failure {
  if (error instanceof ConnectionError) {
    return { kind: error.kind, detail: error.detail, retryAfterMs: error.retryAfterMs, silentSince: null };
  }
  return {
    kind: 'network',
    detail: foreignText(error instanceof Error ? error.message : String(error)),
    retryAfterMs: null,
    silentSince: null,
  };
}
