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
  /** What the API told a witness who listened for longer than the ledger was kept. */
  readonly told: ReadonlyMap<string, ToldRun>;
  /** What of it was told while the ledger was kept, and has to be in there. */
  readonly due: ReadonlyMap<string, ToldRun>;
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
  /** Start, end or exit code are not containerd's, or, where it did not run all the while, the exit code is not the API's. */
  readonly wrong: readonly string[];
  /** containerd saw them, and the API told nobody: a status that was overwritten before it was sent. */
  readonly untold: readonly ContainerdRun[];
}

// The API cuts times to whole seconds, and the kubelet reads them from the runtime: they differ by less than that.
const TOLERANCE_MS = 1000;
// A start that failed: the runtime made a container and could not run it (docs/kubernetes-facts.md, 3.3).
const START_FAILED = 128;

/** Holds a ledger against what containerd saw and what the API told. */
export function compareRuns({ ledger, told, due, truth, blind }: Accounts): Comparison {
  const named = ledger.filter((run) => run.containerID !== '');
  const known = new Set(named.map((run) => run.containerID));
  const counts = Map.groupBy(named, (run) => run.containerID);
  const isFailedStart = (run: LedgerRun) => run.exitCode === START_FAILED && truth?.has(run.containerID) !== true;
  return {
    found: [...known].filter((id) => truth?.has(id)).length,
    failedStarts: named.filter(isFailedStart).length,
    lost: [...due.values()].filter((run) => !known.has(run.containerID)).map((run) => `${run.of} ${run.containerID}`),
    invented: named.filter((run) => !isFailedStart(run) && !isBacked(run, { told, truth, blind })).map(words),
    twice: [...counts.values()].filter((runs) => runs.length > 1).map((runs) => `${words(runs[0] as LedgerRun)}: ${runs.length}`),
    wrong: named.flatMap((run) =>
      truth === null || livedIn(run, blind)
        ? differencesToApi(run, told.get(run.containerID))
        : differences(run, truth.get(run.containerID)),
    ),
    untold: [...(truth?.values() ?? [])].filter((run) => !told.has(run.containerID) && !known.has(run.containerID)),
  };
}

// What began while nobody listened to containerd is vouched for by the API alone; so is everything where nobody ever listened.
function isBacked(run: LedgerRun, { told, truth, blind }: Omit<Accounts, 'ledger' | 'due'>): boolean {
  if (truth?.has(run.containerID)) return true;
  if (!told.has(run.containerID)) return false;
  if (truth === null || run.startedAt === null) return true;
  const startedAt = Date.parse(run.startedAt);
  return blind.some(({ from, to }) => startedAt >= from - TOLERANCE_MS && startedAt <= to + TOLERANCE_MS);
}

// A containerd that comes back says of a container of before what it makes of it, and not when it died: the kubelet believes it.
function livedIn({ startedAt, finishedAt }: LedgerRun, stretches: readonly Stretch[]): boolean {
  const from = startedAt === null ? Number.NEGATIVE_INFINITY : Date.parse(startedAt);
  const to = finishedAt === null ? Number.POSITIVE_INFINITY : Date.parse(finishedAt);
  return stretches.some((blind) => from <= blind.to + TOLERANCE_MS && to >= blind.from - TOLERANCE_MS);
}

function differencesToApi(run: LedgerRun, told: ToldRun | undefined): string[] {
  const ended = told?.exitCode ?? null;
  if (run.exitCode === null || ended === null || run.exitCode === ended) return [];
  return [`${words(run)}: exit ${run.exitCode}, and the API says ${ended}`];
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
