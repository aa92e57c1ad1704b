import type { Clock } from '../../src/model/clock.ts';
import type { Timers } from '../../src/model/timers.ts';

interface Pending {
  readonly at: number;
  readonly run: () => void;
}

/** A clock and timers that stand still until a test moves them. */
export class ManualTime implements Clock, Timers {
  #now: number;
  #pending = new Map<number, Pending>();
  #number = 0;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  start(run: () => void, ms: number): unknown {
    this.#pending.set(++this.#number, { at: this.#now + ms, run });
    return this.#number;
  }

  stop(timer: unknown): void {
    this.#pending.delete(timer as number);
  }

  /** How long until each running timer is due, in ms, the next first. */
  get waits(): number[] {
    return [...this.#pending.values()].map((p) => p.at - this.#now).toSorted((a, b) => a - b);
  }

  /** Moves on, and runs what becomes due meanwhile, each at its time. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let next = this.#due(until); next !== undefined; next = this.#due(until)) {
      const [number, { at, run }] = next;
      this.#pending.delete(number);
      this.#now = at;
      run();
    }
    this.#now = until;
  }

  /** Moves the clock alone: each timer runs as much later. So it is where a machine was asleep. */
  sleep(ms: number): void {
    this.#now += ms;
    for (const [number, { at, run }] of this.#pending) this.#pending.set(number, { at: at + ms, run });
  }

  #due(until: number): [number, Pending] | undefined {
    return [...this.#pending].filter(([, p]) => p.at <= until).toSorted(([, a], [, b]) => a.at - b.at)[0];
  }
}
