import type { ContainerdRun } from './containerd-events.ts';
import type { ToldRun } from './told-runs.ts';

/** A line of `crashtop replay --runs -o ndjson`, as far as it is compared. Times in RFC 3339, whole seconds. */
export interface LedgerRun {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly containerID: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly exitCode: number | null;
  readonly reason: string;
}

/** A stretch of time, epoch ms. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What is compared. */
export interface Accounts {
  readonly ledger: readonly LedgerRun[];
  readonly told: ReadonlyMap<string, ToldRun>;
  /** null where nobody asked containerd. */
  readonly truth: ReadonlyMap<string, ContainerdRun> | null;
  /** When nobody listened to containerd: before the first event, and while it was dead. */
  readonly blind: readonly Stretch[];
}

/** The outcome: each list must be empty, but for `untold`. An entry is a line of words. */
export interface Comparison {
  /** Runs that the ledger and containerd both know. */
  readonly found: number;
  /** Starts that failed, which containerd does not count as starts. */
  readonly failedStarts: number;
  /** The API told of them, and the ledger does not have them. */
  readonly lost: readonly string[];
  /** In the ledger, and nowhere else. */
  readonly invented: readonly string[];
  /** In the ledger more than once. */
  readonly twice: readonly string[];
  /** Start, end or exit code are not containerd's. */
  readonly wrong: readonly string[];
  /** containerd saw them, and the API told nobody: a status that was overwritten before it was sent. */
  readonly untold: readonly ContainerdRun[];
}

// The API cuts times to whole seconds, and the kubelet reads them from the runtime: they differ by less than that.
const TOLERANCE_MS = 1000;
// A start that failed: the runtime made a container and could not run it (kubernetes-facts 3.3).
const START_FAILED = 128;

/** Holds a ledger against what containerd saw and what the API told. */
export function compareRuns({ ledger, told, truth, blind }: Accounts): Comparison {
  const named = ledger.filter((run) => run.containerID !== '');
  const known = new Set(named.map((run) => run.containerID));
  const counts = Map.groupBy(named, (run) => run.containerID);
  const isFailedStart = (run: LedgerRun) => run.exitCode === START_FAILED && truth?.has(run.containerID) !== true;
  return {
    found: [...known].filter((id) => truth?.has(id)).length,
    failedStarts: named.filter(isFailedStart).length,
    lost: [...told.values()].filter((run) => !known.has(run.containerID)).map((run) => `${run.of} ${run.containerID}`),
    invented: named.filter((run) => !isFailedStart(run) && !isBacked(run, { told, truth, blind })).map(words),
    twice: [...counts.values()].filter((runs) => runs.length > 1).map((runs) => `${words(runs[0] as LedgerRun)}: ${runs.length}`),
    wrong: named.flatMap((run) => differences(run, truth?.get(run.containerID))),
    untold: [...(truth?.values() ?? [])].filter((run) => !told.has(run.containerID) && !known.has(run.containerID)),
  };
}

// What began while nobody listened to containerd is vouched for by the API alone; so is everything where nobody ever listened.
function isBacked(run: LedgerRun, { told, truth, blind }: Omit<Accounts, 'ledger'>): boolean {
  if (truth?.has(run.containerID)) return true;
  if (!told.has(run.containerID)) return false;
  if (truth === null || run.startedAt === null) return true;
  const startedAt = Date.parse(run.startedAt);
  return blind.some(({ from, to }) => startedAt >= from - TOLERANCE_MS && startedAt <= to + TOLERANCE_MS);
}

function differences(run: LedgerRun, truth: ContainerdRun | undefined): string[] {
  if (truth === undefined) return [];
  const found: string[] = [];
  const compare = (what: string, said: string | null, at: number | null) => {
    if (said === null || at === null || Math.abs(Date.parse(said) - at) <= TOLERANCE_MS) return;
    found.push(`${words(run)}: ${what} at ${said}, and containerd says ${new Date(at).toISOString()}`);
  };
  compare('started', run.startedAt, truth.startedAt);
  compare('ended', run.finishedAt, truth.exitedAt);
  if (run.exitCode !== null && truth.exitCode !== null && run.exitCode !== truth.exitCode)
    found.push(`${words(run)}: exit ${run.exitCode}, and containerd says ${truth.exitCode}`);
  return found;
}

function words({ namespace, pod, container, containerID }: LedgerRun): string {
  return `${namespace}/${pod}/${container} ${containerID}`;
}
