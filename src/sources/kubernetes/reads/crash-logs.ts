import type { Read } from '../../../diagnosis/wanted-reads.ts';
import type { Clock } from '../../../model/clock.ts';
import type { Pod } from '../../../model/pod.ts';
import type { Timers } from '../../../model/timers.ts';
import type { LogLine } from '../../../recording/line.ts';
import type { ApiReader } from '../http/api-reader.ts';
import { ConnectionError, type FailureKind } from '../http/connection-error.ts';
import { describeForbidden } from '../permissions.ts';
import { fetchLog, LOG_BYTES, type LoggedRun, type LogTail, placeOf, whoseLog } from './run-log.ts';

/** The log of one run, or why it could not be read: a recording's `log` line, without its time. */
export type LogReport = Omit<LogLine, 't'>;

export interface CrashLogsOptions {
  readonly api: ApiReader;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly emit: (log: LogReport) => void;
  /**
   * The server refuses logs of that namespace, or of all (null); or allows them again (`why` null).
   */
  readonly onRights: (namespace: string | null, why: string | null) => void;
}

/** One run whose log is to be read. */
interface Job extends LoggedRun {
  /** The newest arrival of its pod while the log is being read. */
  pod: Pod;
  previous: boolean;
  /** Was the other place tried already? */
  isSecondTry: boolean;
  /** Did a server fail at it before? */
  hasFailed: boolean;
}

/** Concurrent requests: few enough for a kubelet in a brown-out with ten people watching. */
export const MAX_CONCURRENT_LOGS = 4;
/** Concurrent requests to one kubelet: a node whose pods all crash is busy enough. */
export const MAX_LOGS_PER_NODE = 2;
/** Waiting runs; the newest go first, and the oldest beyond this number are given up. */
export const MAX_QUEUED_LOGS = 64;
/** Logs held until their run is certain: with {@link LOG_BYTES} each, this bounds the memory. */
const MAX_HELD_LOGS = 64;
/** Remembered pods; beyond this number, the oldest may be asked for the same log again. */
const MAX_KNOWN_PODS = 20_000;
/** How often to ask for forbidden logs again: not for every crash. */
const FORBIDDEN_MS = 10 * 60_000;
/** A status arrives sooner than this while the API server is well. */
const SETTLE_MS = 1000;
/** An unreachable kubelet is asked once more after this time, unless the server says when. */
const RETRY_MS = 2000;
/**
 * A server that has just started has not loaded all roles yet: where logs were allowed before, a
 * refusal is not believed at once.
 */
const FORBIDDEN_GRACE_MS = 10_000;

const NO_RUNS: ReadonlyMap<string, string> = new Map();

// Temporary failures: the next arrival of the pod asks for the log again. Forbidden and missing
// logs are not among them.
const PASSING: ReadonlySet<FailureKind> = new Set(['network', 'tls', 'credentials', 'unauthorized', 'busy', 'server']);

/**
 * Reads the log of each run as soon as its end is seen: the next death replaces it
 * (docs/kubernetes-facts.md, 8). Bounded in number and size; a refusal stops the requests for a
 * while.
 */
export class CrashLogs {
  readonly #options: CrashLogsOptions;
  /** The newest ended run that was dealt with, by pod UID, then by container. */
  readonly #known = new Map<string, ReadonlyMap<string, string>>();
  /** Sorted by the time of their ends, the newest last. */
  readonly #waiting: Job[] = [];
  /** All jobs from arrival to report. */
  readonly #tracked = new Set<Job>();
  readonly #settling = new Set<unknown>();
  readonly #retrying = new Set<unknown>();
  /** Concurrent requests by node. */
  readonly #onNode = new Map<string, number>();
  #preferred: { readonly uid: string; readonly container: string } | null = null;
  readonly #forbiddenUntil = new Map<string, number>();
  /** Namespaces that allowed a log, and refused none since. */
  readonly #granted = new Set<string>();
  /** Did the server reject the credentials when last asked? */
  #isUnauthorized = false;
  readonly #cancel = new AbortController();
  #requests = 0;
  #isHeld = false;

  constructor(options: CrashLogsOptions) {
    this.#options = options;
  }

  /** Takes an arrival of a pod: it decides where the log of a run is found. */
  observe(pod: Pod): void {
    for (const job of this.#tracked) if (job.pod.uid === pod.uid) job.pod = pod;
  }

  /** Queues the log of an ended run, once. */
  want({ container, run }: Read & { readonly type: 'log' }, pod: Pod): void {
    if (!this.#isNew(pod.uid, container, run.containerID)) return;
    if ((this.#forbiddenUntil.get(pod.namespace) ?? 0) > this.#options.clock.now()) return;
    this.#enqueue({ pod, container, run, previous: false, isSecondTry: false, hasFailed: false });
  }

  /** Runs whose log is being read or waits; without retries that wait for a failed server. */
  get due(): number {
    return this.#tracked.size - this.#retrying.size;
  }

  /** Reads the log of the container on the screen before all others. */
  prefer(podUid: string, container: string): void {
    this.#preferred = { uid: podUid, container };
    if (this.#isHeld) this.#startNext();
  }

  /** Until {@link release}, reads nothing but the log on the screen. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#startNext();
  }

  /** Takes the deletion of a pod. */
  forget(uid: string): void {
    this.#known.delete(uid);
  }

  /** Cancels all reads. */
  stop(): void {
    this.#waiting.length = 0;
    this.#cancel.abort();
    for (const timer of [...this.#settling, ...this.#retrying]) this.#options.timers.stop(timer);
  }

  #isNew(uid: string, container: string, containerID: string): boolean {
    const known = this.#known.get(uid) ?? NO_RUNS;
    if (known.get(container) === containerID) return false;
    this.#remember(uid, new Map(known).set(container, containerID));
    return true;
  }

  #remember(uid: string, runs: ReadonlyMap<string, string>): void {
    this.#known.set(uid, runs);
    // Deletions can be missed while the connection is lost.
    if (this.#known.size > MAX_KNOWN_PODS) this.#known.delete(this.#known.keys().next().value as string);
  }

  #enqueue(job: Job): void {
    const behind = this.#waiting.findLastIndex((w) => endOf(w) <= endOf(job));
    this.#waiting.splice(behind + 1, 0, job);
    this.#tracked.add(job);
    if (this.#waiting.length > MAX_QUEUED_LOGS) {
      const oldest = this.#waiting.findIndex((w) => !this.#isPreferred(w));
      this.#report(this.#waiting.splice(Math.max(0, oldest), 1)[0] as Job, {
        error: `not read: more than ${MAX_QUEUED_LOGS} runs ended at once`,
      });
    }
    this.#startNext();
  }

  #startNext(): void {
    while (this.#requests < MAX_CONCURRENT_LOGS && this.#settling.size < MAX_HELD_LOGS) {
      const job = this.#takeNext();
      if (job === null) return;
      if (!job.isSecondTry) job.previous = placeOf(job) ?? true;
      const { nodeName } = job.pod.spec;
      this.#count(nodeName, 1);
      void this.#read(job).finally(() => {
        this.#count(nodeName, -1);
        this.#startNext();
      });
    }
  }

  // Prefers the log on the screen, else (unless held) the newest one, among nodes with capacity
  // left.
  #takeNext(): Job | null {
    const isFree = ({ pod }: Job) => pod.spec.nodeName === '' || (this.#onNode.get(pod.spec.nodeName) ?? 0) < MAX_LOGS_PER_NODE;
    const preferred = this.#waiting.findLastIndex((job) => this.#isPreferred(job) && isFree(job));
    const index = preferred >= 0 || this.#isHeld ? preferred : this.#waiting.findLastIndex(isFree);
    return index < 0 ? null : (this.#waiting.splice(index, 1)[0] as Job);
  }

  #isPreferred({ pod, container }: Job): boolean {
    return pod.uid === this.#preferred?.uid && container === this.#preferred.container;
  }

  #count(node: string, change: 1 | -1): void {
    this.#requests += change;
    const now = (this.#onNode.get(node) ?? 0) + change;
    if (now === 0) this.#onNode.delete(node);
    else this.#onNode.set(node, now);
  }

  async #read(job: Job): Promise<void> {
    try {
      const log = await fetchLog(this.#options.api, job, this.#cancel.signal);
      this.#allow(job.pod.namespace);
      const verdict = whoseLog(log.text, job.run);
      if (verdict === 'of the run') this.#report(job, log);
      else if (verdict === 'of another') this.#tryOtherPlace(job);
      else this.#settle(job, log);
    } catch (error) {
      this.#fail(job, error);
    }
  }

  // If the lines do not tell, the status does: but the known status may be older than the kubelet's
  // answer.
  #settle(job: Job, log: LogTail): void {
    const timer = this.#options.timers.start(() => {
      this.#settling.delete(timer);
      if (placeOf(job) === job.previous) this.#report(job, log);
      else this.#tryOtherPlace(job);
      this.#startNext();
    }, SETTLE_MS);
    this.#settling.add(timer);
  }

  // The container restarted during the request: the run is now at the other place.
  #tryOtherPlace(job: Job): void {
    if (job.isSecondTry) {
      this.#report(job, { error: 'the container restarted before its log was read' });
      return;
    }
    job.previous = !job.previous;
    job.isSecondTry = true;
    this.#enqueue(job);
  }

  #fail(job: Job, error: unknown): void {
    const failure = error instanceof ConnectionError ? error : null;
    if (failure?.kind === 'forbidden') {
      if (this.#granted.has(job.pod.namespace) && !job.hasFailed) {
        this.#retry(job, failure, FORBIDDEN_GRACE_MS);
        return;
      }
      this.#tracked.delete(job);
      this.#forbid(job.pod.namespace, failure);
      return;
    }
    if ((failure?.kind === 'server' || failure?.kind === 'busy') && !job.hasFailed) {
      this.#retry(job, failure, RETRY_MS);
      return;
    }
    if (failure?.kind === 'unauthorized') this.#becomeUnauthorized(failure);
    if (failure !== null && PASSING.has(failure.kind)) this.#askAgainLater(job);
    this.#report(job, { error: failure?.detail ?? String(error) });
  }

  #askAgainLater({ pod, container, run }: Job): void {
    const known = this.#known.get(pod.uid);
    if (known?.get(container) !== run.containerID) return;
    this.#remember(pod.uid, new Map([...known].filter(([name]) => name !== container)));
  }

  #becomeUnauthorized({ detail }: ConnectionError): void {
    if (this.#isUnauthorized) return;
    this.#isUnauthorized = true;
    this.#options.onRights(null, `the API server refuses the credentials: ${detail}`);
  }

  #retry(job: Job, { retryAfterMs }: ConnectionError, ms: number): void {
    if (this.#cancel.signal.aborted) return;
    job.hasFailed = true;
    const again = () => {
      this.#retrying.delete(timer);
      this.#enqueue(job);
    };
    const timer = this.#options.timers.start(again, Math.max(ms, retryAfterMs ?? 0));
    this.#retrying.add(timer);
  }

  #forbid(namespace: string, failure: ConnectionError): void {
    this.#granted.delete(namespace);
    this.#forbiddenUntil.set(namespace, this.#options.clock.now() + FORBIDDEN_MS);
    for (let i = this.#waiting.length - 1; i >= 0; i--) {
      const job = this.#waiting[i] as Job;
      if (job.pod.namespace !== namespace) continue;
      this.#waiting.splice(i, 1);
      this.#tracked.delete(job);
    }
    this.#options.onRights(namespace, describeForbidden(failure.detail));
  }

  #allow(namespace: string): void {
    this.#granted.add(namespace);
    if (this.#forbiddenUntil.delete(namespace)) this.#options.onRights(namespace, null);
    if (this.#isUnauthorized) this.#options.onRights(null, null);
    this.#isUnauthorized = false;
  }

  #report(job: Job, log: Pick<LogReport, 'text' | 'truncated' | 'error'>): void {
    this.#tracked.delete(job);
    if (this.#cancel.signal.aborted) return;
    const { pod, container, run, previous } = job;
    const { namespace, name, uid } = pod;
    this.#options.emit({ type: 'log', namespace, pod: name, uid, container, containerID: run.containerID, previous, ...log });
  }
}

function endOf(job: Job): number {
  return job.run.finishedAt ?? 0;
}
