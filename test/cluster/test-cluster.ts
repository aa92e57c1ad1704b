import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BackgroundLines } from './background-lines.ts';
import type { Stretch } from './compare-runs.ts';
import { ContainerdEvents, type ContainerdRun } from './containerd-events.ts';
import type { ClusterSettings, COMPONENTS } from './settings.ts';
import { type ToldRun, ToldRuns } from './told-runs.ts';

const run = promisify(execFile);

/** A component of a cluster that can be killed. */
export type Component = (typeof COMPONENTS)[number];

// kubectl gives up by itself before that; a component that starts waits for its port.
const COMMAND_TIMEOUT_MS = 150_000;

/** The cluster under test: what a person would do to it with kubectl and a shell on its node. */
export class TestCluster {
  readonly #settings: ClusterSettings;
  readonly #events = new ContainerdEvents();
  readonly #dead = new Set<Component>();
  /** All that the API told kubectl. */
  readonly told = new ToldRuns();
  #due: ToldRuns | null = null;
  #truth: BackgroundLines | null = null;
  #witness: BackgroundLines | null = null;

  constructor(settings: ClusterSettings) {
    this.#settings = settings;
  }

  /** Begins to listen: to containerd where there is a tool, and to kubectl. @throws where kubectl does not get through. */
  async listen(): Promise<void> {
    const { tool } = this.#settings;
    const env = this.#env;
    if (tool !== null)
      this.#truth = new BackgroundLines({ command: [tool, 'truth'], env, onLine: (line) => this.#events.add(line) });
    const command = [...this.#kubectl, 'get', 'pods', '-A', '-w', '--output-watch-events', '-o', 'json'];
    this.#witness = new BackgroundLines({ command, env, onLine: (line) => this.#takeTold(line) });
    await this.kubectl(['get', 'namespaces', '-o', 'name']);
  }

  /**
   * Has kubectl list everything once more. From here on a ledger that is kept already has to have what it is told: a pod that was
   * gone before the ledger began is no loss of it.
   */
  beginDue(): void {
    this.#due = new ToldRuns();
    this.#witness?.restart();
  }

  /** What the API told kubectl since {@link beginDue}, by container ID. */
  get due(): ReadonlyMap<string, ToldRun> {
    return this.#due?.runs ?? new Map();
  }

  /** What containerd saw so far, by container ID; null without a tool. */
  get truth(): ReadonlyMap<string, ContainerdRun> | null {
    return this.#truth === null ? null : this.#events.runs();
  }

  /** When nobody listened to containerd. */
  get blind(): readonly Stretch[] {
    return this.#truth?.silences ?? [];
  }

  /** Runs kubectl as an admin. @throws with what it wrote to stderr. */
  async kubectl(args: readonly string[], input?: string): Promise<string> {
    return this.#run([...this.#kubectl, ...args], input);
  }

  async apply(): Promise<void> {
    for (const manifest of this.#settings.scenarios) await this.kubectl(['apply', '-f', '-'], manifest);
  }

  /** Deletes what {@link apply} made, and waits until it is gone. */
  async clear(): Promise<void> {
    for (const manifest of this.#settings.scenarios)
      await this.kubectl(['delete', '-f', '-', '--ignore-not-found', '--wait=true', '--timeout=120s'], manifest);
  }

  /** Kills a component with SIGKILL. */
  async kill(component: Component): Promise<void> {
    this.#dead.add(component);
    await this.#tool('kill', component);
  }

  /** Starts a component that was killed, and waits until the tool says that it is there. */
  async start(component: Component): Promise<void> {
    await this.#tool('start', component);
    this.#dead.delete(component);
  }

  /** Starts what is dead. Does not fail: it is called when something else has failed already. */
  async startAll(): Promise<void> {
    for (const component of ['etcd', 'apiserver', 'containerd', 'kubelet'] as const) {
      if (this.#dead.has(component)) await this.start(component).catch(() => undefined);
    }
  }

  /** Stops listening to kubectl. */
  async dismissWitness(): Promise<void> {
    await this.#witness?.stop();
  }

  async stopListening(): Promise<void> {
    await Promise.all([this.#witness?.stop(), this.#truth?.stop()]);
  }

  #takeTold(line: string): void {
    this.told.add(line);
    this.#due?.add(line);
  }

  get #kubectl(): readonly string[] {
    return this.#settings.tool === null ? ['kubectl'] : [this.#settings.tool, 'kubectl'];
  }

  get #env(): NodeJS.ProcessEnv {
    return { ...process.env, KUBECONFIG: this.#settings.adminKubeconfig };
  }

  #tool(command: 'kill' | 'start', component: Component): Promise<string> {
    const { tool } = this.#settings;
    if (tool === null) throw new Error('CRASHTOP_CLUSTER_TOOL is not set: nothing can be killed');
    return this.#run([tool, command, component]);
  }

  async #run([file = '', ...args]: readonly string[], input?: string): Promise<string> {
    const running = run(file, args, { env: this.#env, timeout: COMMAND_TIMEOUT_MS, maxBuffer: 64 << 20 });
    // Who ends without reading it says why by itself.
    running.child.stdin?.on('error', () => undefined).end(input ?? '');
    const { stdout } = await running;
    return stdout;
  }
}
