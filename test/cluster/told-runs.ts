/** What the API told of one run, to whoever listened. */
export interface ToldRun {
  readonly containerID: string;
  /** `namespace/pod/container`. */
  readonly of: string;
  /** Did the API state its end, and how it ended? null where it did not. */
  readonly exitCode: number | null;
  readonly reason: string;
}

type Json = Readonly<Record<string, unknown>>;

const STATUSES = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'] as const;

/**
 * A witness beside crashtop: collects the container IDs in every Pod that kubectl received. It shares no code with crashtop's own
 * model, on purpose.
 */
export class ToldRuns {
  readonly #runs = new Map<string, ToldRun>();
  #received = 0;

  /** How many Pods came. */
  get received(): number {
    return this.#received;
  }

  /** Takes a line of `kubectl get pods -A -w --output-watch-events -o json`; one that is cut or no Pod changes nothing. */
  add(line: string): void {
    const pod = podOf(line);
    if (pod === null) return;
    this.#received++;
    const { namespace, name } = pod.metadata as Json;
    const status = (pod.status ?? {}) as Json;
    for (const field of STATUSES) {
      for (const container of (status[field] ?? []) as Json[]) this.#take(`${namespace}/${name}/${container.name}`, container);
    }
  }

  /** By container ID. */
  get runs(): ReadonlyMap<string, ToldRun> {
    return this.#runs;
  }

  #take(of: string, status: Json): void {
    const { containerID, state, lastState } = status;
    if (typeof containerID === 'string' && containerID !== '') this.#add({ containerID, of, exitCode: null, reason: '' });
    for (const ended of [state, lastState]) {
      const end = (ended as Json | undefined)?.terminated as Json | undefined;
      if (typeof end?.containerID !== 'string' || end.containerID === '') continue;
      this.#add({ containerID: end.containerID, of, exitCode: Number(end.exitCode), reason: String(end.reason ?? '') });
    }
  }

  #add(run: ToldRun): void {
    if (run.exitCode !== null || !this.#runs.has(run.containerID)) this.#runs.set(run.containerID, run);
  }
}

function podOf(line: string): Json | null {
  try {
    const event = JSON.parse(line) as Json;
    const object = event.object as Json | undefined;
    return object?.kind === 'Pod' ? object : null;
  } catch {
    return null;
  }
}
