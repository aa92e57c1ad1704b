import type { Acknowledgement } from '../diagnosis/acknowledgement/acknowledgement.ts';
import { isCurrent } from '../diagnosis/connection.ts';
import { systemClock } from '../process/system-clock.ts';
import type { Terminal } from '../process/terminal.ts';
import { withoutAcknowledged } from '../report/check/acknowledged-findings.ts';
import { type CheckSettings, Examination } from '../report/check/examination.ts';
import type { AcknowledgementsText } from '../session/acknowledgements-text.ts';
import { ARRIVALS_KEPT } from '../session/arrivals-kept.ts';
import { connectionOf } from '../session/connection-status.ts';
import { isHopeless } from '../session/connection-words.ts';
import { InitialSync } from '../session/initial-sync.ts';
import { watch } from '../session/watch-cluster.ts';
import type { ClusterWatch } from '../sources/kubernetes/cluster-watch.ts';
import { counted, duration, durationLeft } from '../text/duration.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { CheckOptions, Examined } from './options/check-options.ts';

// A single check still waits for events and logs, which give the reasons.
const LOOK_MS = 2000;
const FIRST_LIST_WITHIN_MS = 60_000;
// The log that explains a final failure arrives a moment later.
const LOG_WITHIN_MS = 3000;
const TICK_MS = 1000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Watches a cluster from its first complete list of pods, for `options.for` ms or a moment, and
 * judges it.
 * @throws ConnectionError if the first contact fails.
 */
export async function checkCluster(
  options: CheckOptions,
  settings: CheckSettings,
  acknowledged: AcknowledgementsText | null,
  terminal: Terminal,
): Promise<Examined> {
  const cluster = watch(options, terminal, true);
  try {
    await cluster.ready;
    const known = acknowledged?.of(cluster.server) ?? null;
    return await new Watching(cluster, options, settings, known, terminal).run();
  } finally {
    await cluster.stop();
  }
}

class Watching {
  readonly #cluster: ClusterWatch;
  readonly #options: CheckOptions;
  readonly #settings: CheckSettings;
  readonly #known: readonly Acknowledgement[] | null;
  readonly #stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly #startedAt = systemClock.now();
  readonly #timeline = new Timeline(this.#startedAt, ARRIVALS_KEPT.check);
  readonly #examination: Examination;
  #begunAt: number | null = null;
  #endsAt = this.#startedAt + FIRST_LIST_WITHIN_MS;
  #signal: string | null = null;

  constructor(
    cluster: ClusterWatch,
    options: CheckOptions,
    settings: CheckSettings,
    known: readonly Acknowledgement[] | null,
    { stderr }: Terminal,
  ) {
    this.#cluster = cluster;
    this.#options = options;
    this.#settings = settings;
    this.#known = known;
    this.#stderr = stderr;
    this.#examination = new Examination(settings);
  }

  /** Resolves at the end of the window. */
  async run(): Promise<Examined> {
    const onSignal = (signal: string) => {
      this.#signal = signal;
      this.#over.resolve();
    };
    for (const signal of SIGNALS) process.once(signal, onSignal);
    const ticking = setInterval(() => this.#tick(), TICK_MS);
    this.#planEnd();
    try {
      // If the source fails for good, its error is the answer.
      await Promise.race([this.#over.promise, this.#follow()]);
    } finally {
      clearInterval(ticking);
      clearTimeout(this.#timer);
      for (const signal of SIGNALS) process.off(signal, onSignal);
      this.#say('');
    }
    return this.#examined();
  }

  readonly #over = Promise.withResolvers<void>();
  #timer: NodeJS.Timeout | undefined;

  #planEnd(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#over.resolve, this.#endsAt - systemClock.now());
  }

  async #follow(): Promise<void> {
    const lists = new InitialSync(this.#cluster.info.namespaces);
    for await (const { envelope } of this.#cluster.arrivals) {
      this.#timeline.append(envelope);
      lists.take(envelope);
      if (this.#begunAt !== null) this.#examination.observe(this.#timeline.head, envelope);
      else if (lists.areWhole) this.#begin();
    }
  }

  #begin(): void {
    const now = systemClock.now();
    this.#begunAt = now;
    this.#examination.begin(this.#timeline.head, now);
    this.#endsAt = now + (this.#options.for ?? LOOK_MS);
    this.#planEnd();
  }

  #tick(): void {
    const now = systemClock.now();
    if (this.#begunAt === null) {
      this.#say('waiting for the first list of pods');
      // Missing permissions may return after minutes, too long to wait here.
      if (this.#connection().phase === 'refused' || isHopeless(this.#cluster.status())) this.#over.resolve();
      return;
    }
    const soon = now + LOG_WITHIN_MS;
    const state = this.#timeline.head;
    const { failures } = withoutAcknowledged(this.#examination.result(state, now), state, this.#known ?? []).result;
    if (this.#options.failFast && this.#endsAt > soon && failures.some((f) => this.#isFinal(f))) {
      this.#endsAt = soon;
      this.#planEnd();
    }
    const pods = counted(this.#timeline.head.names.size, 'pod');
    this.#say(`watching ${pods}, ${durationLeft(this.#endsAt - now)} left, ${counted(failures.length, 'failure')} so far`);
  }

  // If some restarts are allowed, a loop alone may still recover in time.
  #isFinal({ reason, crashes, kind }: ReturnType<Examination['result']>['failures'][number]): boolean {
    const { maxRestarts } = this.#settings;
    return reason !== 'looping' || crashes > maxRestarts || maxRestarts === 0 || (kind !== 'crash' && kind !== 'start');
  }

  // Rewrites one line on a terminal; a build log gets none of it.
  #say(words: string): void {
    if (this.#stderr.isTTY) this.#stderr.write(`\r\u001b[K${words === '' ? '' : `crashtop: ${words}`}`);
  }

  #examined(): Examined {
    const now = systemClock.now();
    const state = this.#timeline.head;
    if (this.#begunAt === null) this.#examination.begin(state, now);
    return {
      result: this.#examination.result(state, now),
      source: this.#cluster.info,
      state: this.#begunAt === null ? { ...state, podsListedAt: null } : state,
      gaps: this.#timeline.gapsAt(now),
      unseen: this.#unseen(now),
      known: this.#known,
    };
  }

  #connection() {
    return connectionOf(this.#cluster.status(), this.#cluster.info, this.#timeline, this.#startedAt);
  }

  #unseen(now: number): string[] {
    const unseen: string[] = [];
    if (this.#signal !== null) unseen.push(`stopped by ${this.#signal} after ${duration(now - this.#startedAt)}`);
    const connection = this.#connection();
    if (isCurrent(connection, now) || this.#timeline.head.gaps.some((g) => g.kind === 'Pod' && g.to === null)) return unseen;
    if (connection.phase === 'lost' || connection.phase === 'refused')
      unseen.push(`${this.#cluster.info.name} cannot be reached: ${connection.reason}`);
    else if (connection.phase === 'live') unseen.push(`the server has sent nothing for ${duration(now - connection.heardAt)}`);
    return unseen;
  }
}
