import { interestFrom, type Read, type WatchedPod, wantedReads, watched } from '../../../diagnosis/wanted-reads.ts';
import type { Clock } from '../../../model/clock.ts';
import { isPodReady, type Pod } from '../../../model/pod.ts';
import type { Timers } from '../../../model/timers.ts';

export interface PodWatchlistOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Reads are wanted for a pod: called with each of its arrivals, and when time makes it so. */
  readonly onWanted: (pod: Pod, reads: readonly Read[]) => void;
  /**
   * A pod came, went, began to be deleted, or changed its readiness or phase: its workload's pod
   * counts changed.
   */
  readonly onMove: (pod: Pod) => void;
}

/**
 * Tells which reads are wanted for the known pods: asks {@link wantedReads} when a pod arrives, and
 * when time makes one of interest.
 */
export class PodWatchlist {
  readonly #options: PodWatchlistOptions;
  readonly #pods = new Map<string, WatchedPod>();
  /** Pods that become of interest without another arrival: when, epoch ms. */
  readonly #later = new Map<string, number>();
  #timer: { readonly at: number; readonly handle: unknown } | null = null;

  constructor(options: PodWatchlistOptions) {
    this.#options = options;
  }

  observe(pod: Pod): void {
    const before = this.#pods.get(pod.uid);
    this.#pods.set(pod.uid, watched(before, pod, this.#now()));
    if (before === undefined || hasMoved(before.pod, pod)) this.#options.onMove(pod);
    this.#judge(pod.uid);
  }

  /** Takes the deletion of a pod, or its absence from a list. */
  forget(uid: string): void {
    const known = this.#pods.get(uid);
    if (known === undefined) return;
    this.#pods.delete(uid);
    this.#later.delete(uid);
    this.#options.onMove(known.pod);
  }

  /** Forgets the pods of all other namespaces: their deletions will not be reported. */
  keepOnly(namespaces: readonly string[]): void {
    for (const { pod } of this.#pods.values()) {
      if (namespaces.includes(pod.namespace)) continue;
      this.#pods.delete(pod.uid);
      this.#later.delete(pod.uid);
    }
  }

  /** Is the pod of interest now? */
  has(uid: string): boolean {
    const known = this.#pods.get(uid);
    return known !== undefined && (interestFrom(known, this.#now()) ?? Number.POSITIVE_INFINITY) <= this.#now();
  }

  /** The namespaces of all known pods. */
  get namespaces(): ReadonlySet<string> {
    return new Set([...this.#pods.values()].map(({ pod }) => pod.namespace));
  }

  stop(): void {
    if (this.#timer !== null) this.#options.timers.stop(this.#timer.handle);
    this.#timer = null;
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #judge(uid: string): void {
    const known = this.#pods.get(uid) as WatchedPod;
    const now = this.#now();
    const from = interestFrom(known, now);
    const reads = wantedReads(known, now, from);
    if (reads.length > 0) this.#options.onWanted(known.pod, reads);
    if (from === null || from <= now) this.#later.delete(uid);
    else {
      this.#later.set(uid, from);
      this.#wakeAt(from);
    }
  }

  #wakeAt(at: number): void {
    if (this.#timer !== null && this.#timer.at <= at) return;
    const { timers } = this.#options;
    if (this.#timer !== null) timers.stop(this.#timer.handle);
    // Pods of one rollout become due one after the other: looks at them together.
    const ms = Math.max(TOGETHER_MS, at - this.#now());
    this.#timer = { at, handle: timers.start(() => this.#look(), ms) };
  }

  #look(): void {
    this.#timer = null;
    const now = this.#now();
    let next = Number.POSITIVE_INFINITY;
    for (const [uid, at] of this.#later) {
      if (at <= now) this.#judge(uid);
      else next = Math.min(next, at);
    }
    if (next < Number.POSITIVE_INFINITY) this.#wakeAt(next);
  }
}

const TOGETHER_MS = 1000;

function hasMoved(before: Pod, after: Pod): boolean {
  return (
    isPodReady(before) !== isPodReady(after) ||
    before.phase !== after.phase ||
    (before.deletionAt === null) !== (after.deletionAt === null)
  );
}
