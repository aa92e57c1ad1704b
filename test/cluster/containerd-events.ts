/** One life of a container as containerd's own events tell it. Times in epoch ms, with a fraction. */
export interface ContainerdRun {
  /** As the API writes it: `containerd://…`. */
  readonly containerID: string;
  readonly startedAt: number;
  /** null while it runs, and where the end fell into a time in which nobody listened. */
  readonly exitedAt: number | null;
  readonly exitCode: number | null;
}

const LINE = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) \+0000 UTC \S+ (\/\S+) (\{.*\})$/;

interface Life {
  startedAt: number | null;
  exitedAt: number | null;
  exitCode: number | null;
}

/** Collects runs from what `ctr events` prints, line by line. Pod sandboxes are no runs. */
export class ContainerdEvents {
  readonly #lives = new Map<string, Life>();
  readonly #sandboxes = new Set<string>();

  /** Takes a line; one that tells of no start or end changes nothing. */
  add(line: string): void {
    const [, date, time, topic, text] = LINE.exec(line) ?? [];
    if (text === undefined) return;
    const event = JSON.parse(text) as Record<string, unknown>;
    const at = epochMs(`${date}T${time}Z`);
    if (topic === '/containers/update') this.#noteKind(event);
    else if (topic === '/tasks/start') this.#life(event.container_id).startedAt = at;
    // A process that a probe or a person began in the container has an ID of its own, and ends by itself.
    else if (topic === '/tasks/exit' && event.id === event.container_id) this.#end(event);
  }

  /** The runs so far, by container ID. */
  runs(): Map<string, ContainerdRun> {
    const runs = new Map<string, ContainerdRun>();
    for (const [id, { startedAt, exitedAt, exitCode }] of this.#lives) {
      if (startedAt === null || this.#sandboxes.has(id)) continue;
      const containerID = `containerd://${id}`;
      runs.set(containerID, { containerID, startedAt, exitedAt, exitCode });
    }
    return runs;
  }

  #noteKind({ id, labels }: Record<string, unknown>): void {
    const kind = (labels as Record<string, unknown> | undefined)?.['io.cri-containerd.kind'];
    if (kind === 'sandbox') this.#sandboxes.add(String(id));
  }

  #end(event: Record<string, unknown>): void {
    const life = this.#life(event.container_id);
    // Protobuf leaves out what is 0.
    life.exitCode = Number(event.exit_status ?? 0);
    life.exitedAt = epochMs(String(event.exited_at));
  }

  #life(id: unknown): Life {
    const key = String(id);
    const known = this.#lives.get(key) ?? { startedAt: null, exitedAt: null, exitCode: null };
    this.#lives.set(key, known);
    return known;
  }
}

// Date.parse knows no more than milliseconds; the rest of the second counts where a latency is measured.
function epochMs(time: string): number {
  const [, second, fraction = '0'] = /^(.*?)(?:\.(\d+))?Z$/.exec(time) ?? [];
  return Date.parse(`${second}Z`) + Number(`0.${fraction}`) * 1000;
}
