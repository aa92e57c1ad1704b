import { causeAt, containerKey, troublesAt } from '../../diagnosis/problems.ts';
import type { WorkloadProblem } from '../../diagnosis/workload/workload-problem.ts';
import { workloadProblemsAt } from '../../diagnosis/workload/workload-problems.ts';
import type { Cause, CauseId } from '../../model/cause.ts';
import type { Run } from '../../model/ledger.ts';
import { policyRestarts } from '../../model/pod.ts';
import { restartedAllUnseen } from '../../model/restart-stand-in.ts';
import { isLost } from '../../model/stopped-runs.ts';
import { isCrash, type Trouble, type TroubleKind } from '../../model/trouble.ts';
import type { Envelope } from '../../timeline/envelope.ts';
import { type ClusterState, type ContainerRecord, kubeletVersionOf, type PodRecord } from '../../timeline/state.ts';
import { isMirror } from '../../timeline/workload.ts';

/** What `crashtop check` tolerates. */
export interface CheckSettings {
  /** The number of crashes of a container, each followed by a restart, that is no failure. */
  readonly maxRestarts: number;
  /** Causes that are no failure. */
  readonly ignored: ReadonlySet<CauseId>;
  /** The namespaces to judge; null: all visible ones. */
  readonly namespaces: ReadonlySet<string> | null;
  /** True if pods were selected by label. */
  readonly isSelection: boolean;
}

/**
 * Why a container fails the check: it loops at the end, crashed too often, or could not start for a
 * while.
 */
export type FindingReason = 'looping' | 'crashes' | 'failing-start';

/**
 * One container that fails the check, or would if its cause were not ignored. Times in epoch ms.
 */
export interface Finding {
  readonly record: PodRecord;
  readonly container: ContainerRecord;
  readonly reason: FindingReason;
  readonly kind: TroubleKind;
  /** When it started; for a loop, possibly before the window. */
  readonly since: number;
  /** True if it started earlier than that, unseen. */
  readonly sinceIsBound: boolean;
  /**
   * Crashes in the window that count, and those whose cause is ignored. Only crashes that the
   * policy follows with a restart.
   */
  readonly crashes: number;
  readonly ignoredCrashes: number;
  readonly cause: Cause | null;
  /** The cause IDs of the crashes that count, and its own; each once. */
  readonly causes: readonly CauseId[];
  /** Its trouble at the end; null if it is over. */
  readonly trouble: Trouble | null;
}

/** The findings of a window. Times in epoch ms. */
export interface CheckResult {
  readonly from: number;
  readonly to: number;
  /** Ordered by namespace, pod and container. */
  readonly failures: readonly Finding[];
  /**
   * Workloads with a problem of their own at the end: their pods cannot be created, or failed for
   * good in the window.
   */
  readonly workloads: readonly WorkloadProblem[];
  /** Workloads whose pods failed for good before the window only: no failures. */
  readonly earlierWorkloads: readonly WorkloadProblem[];
  /** Failures whose cause is ignored. */
  readonly ignored: readonly Finding[];
  /** Containers that looped before the window and are recovering: no failures. */
  readonly recovering: readonly { readonly record: PodRecord; readonly container: ContainerRecord; readonly trouble: Trouble }[];
  /** Every pod seen in the window, including those that are gone. */
  readonly pods: readonly PodRecord[];
}

// Node clocks differ from ours: an end that its own time puts earlier than this was there before
// the window.
const CLOCKS_DIFFER_MS = 60_000;

/** What was known about a container when the window started, or when it was first seen in it. */
interface Before {
  readonly ends: ReadonlySet<string>;
  readonly restartCount: number;
}

/** What happened to one container in the window so far. */
interface Course {
  readonly before: Before;
  record: PodRecord;
  container: ContainerRecord;
  /** The latest known cause of each end in the window: logs arrive after the end. */
  readonly causes: Map<string, Cause | null>;
  failing: { readonly kind: TroubleKind; readonly since: number; cause: Cause | null } | null;
}

/**
 * Judges the containers of a window as updates arrive: call `begin` with the state after the first
 * complete list, `observe` after each arrival, `result` at the end. Keeps its findings even if the
 * timeline drops the data.
 */
export class Examination {
  readonly #settings: CheckSettings;
  readonly #courses = new Map<string, Course>();
  readonly #pods = new Map<string, PodRecord>();
  #from = 0;

  constructor(settings: CheckSettings) {
    this.#settings = settings;
  }

  /** Starts the window at `now` (epoch ms): earlier ends do not count. */
  begin(state: ClusterState, now: number): void {
    this.#from = now;
    for (const record of state.pods.values()) if (record.goneAt === null) this.#note(state, record, now, true);
  }

  /** Records what an arrival changed. @param state the state after it. */
  observe(state: ClusterState, envelope: Envelope): void {
    for (const uid of touchedBy(envelope)) {
      const record = state.pods.get(uid);
      if (record !== undefined) this.#note(state, record, envelope.at, false);
    }
  }

  /** The findings from the start of the window to `now` (epoch ms). */
  result(state: ClusterState, now: number): CheckResult {
    const troubles = new Map(
      troublesAt(state, now)
        .filter((t) => this.#isInScope(t.record))
        .map((t) => [containerKey(t.record, t.container), t]),
    );
    this.#refresh(state);
    for (const { record } of troubles.values()) if (record.goneAt === null) this.#note(state, record, now, false);
    const failures: Finding[] = [];
    const ignored: Finding[] = [];
    const found = new Set<string>();
    for (const [key, course] of this.#courses) {
      const judgement = this.#judge(state, course, troubles.get(key)?.trouble ?? null, now);
      if (judgement === null) continue;
      found.add(key);
      (judgement.isIgnored ? ignored : failures).push(judgement.finding);
    }
    const recovering = [...troubles.entries()]
      .filter(([key, t]) => !found.has(key) && t.trouble.state !== 'deleted')
      .map(([, t]) => t);
    const workloads = this.#workloads(state, now);
    const isEarlier = ({ kind, lastFailureAt, since }: WorkloadProblem) =>
      (kind === 'failing-jobs' || kind === 'failing-pods') && (lastFailureAt ?? since) < this.#from;
    return {
      from: this.#from,
      to: now,
      failures: failures.toSorted(byName),
      workloads: workloads.filter((w) => !isEarlier(w)),
      earlierWorkloads: workloads.filter(isEarlier),
      ignored: ignored.toSorted(byName),
      recovering: recovering.toSorted(byName),
      pods: [...this.#pods.values()],
    };
  }

  // Another object can change what is known about a pod (a node rebooted), and a mirror pod's runs
  // continue under the next one.
  #refresh(state: ClusterState): void {
    for (const [key, course] of this.#courses) {
      const record = state.pods.get(course.record.pod.uid);
      const container = record?.containers.find(({ name }) => name === course.container.name);
      if (record !== undefined && container !== undefined) Object.assign(course, { record, container });
      else if (isMirror(course.record.pod)) this.#courses.delete(key);
    }
  }

  #isInScope({ pod }: PodRecord): boolean {
    return this.#settings.namespaces?.has(pod.namespace) ?? true;
  }

  // Labels select pods: a workload without a selected pod may not be meant.
  #workloads(state: ClusterState, now: number): WorkloadProblem[] {
    const { namespaces, isSelection } = this.#settings;
    const seen = new Set([...this.#pods.values()].map((record) => record.workload.key));
    return workloadProblemsAt(state, now)
      .filter(({ workload }) => (namespaces?.has(workload.namespace) ?? true) && (!isSelection || seen.has(workload.key)))
      .toSorted((a, b) => (a.workload.key < b.workload.key ? -1 : 1));
  }

  #note(state: ClusterState, record: PodRecord, now: number, isBeginning: boolean): void {
    if (!this.#isInScope(record)) return;
    this.#pods.set(record.pod.uid, record);
    for (const container of record.containers) {
      const key = containerKey(record, container);
      const course = this.#courses.get(key) ?? this.#firstSeen(record, container, isBeginning);
      this.#courses.set(key, course);
      course.record = record;
      course.container = container;
      const newest = container.ledger.findLast((run) => run.ended);
      if (container.failure === null && (newest === undefined || course.before.ends.has(idOf(newest)))) continue;
      const cause = causeAt(state, record, container, now);
      if (newest !== undefined && !course.before.ends.has(idOf(newest))) course.causes.set(idOf(newest), cause);
      const failing = container.failure;
      if (failing !== null)
        course.failing = {
          kind: failing.kind,
          since: course.failing?.since ?? failing.since,
          cause: cause ?? course.failing?.cause ?? null,
        };
    }
  }

  #firstSeen(record: PodRecord, container: ContainerRecord, isBeginning: boolean): Course {
    const old = (at: number | null) => at !== null && at < this.#from - CLOCKS_DIFFER_MS;
    const isOldPod = isBeginning || old(record.pod.createdAt);
    const ended = container.ledger.filter((run) => run.ended && (isBeginning || old(run.finishedAt)));
    const before = { ends: new Set(ended.map(idOf)), restartCount: isOldPod ? (container.status?.restartCount ?? 0) : 0 };
    return { before, record, container, causes: new Map(), failing: null };
  }

  #judge(state: ClusterState, course: Course, trouble: Trouble | null, now: number): Judgement | null {
    const { record, container, failing } = course;
    const crashes = crashesOf(course, state);
    const unseen = restartsUnseen(course);
    const isLooping = trouble?.state === 'looping';
    if (!isLooping && crashes.length + unseen === 0 && failing === null) return null;
    const cause = causeAt(state, record, container, now) ?? course.causes.get(idOf(crashes.at(-1) ?? NO_RUN)) ?? null;
    const all = crashes.length + unseen;
    const ignoredCrashes =
      crashes.filter((run) => this.#isIgnored(course.causes.get(idOf(run)) ?? cause)).length +
      (this.#isIgnored(cause) ? unseen : 0);
    const failed = this.#reasonOf({
      isLooping: isLooping && !this.#isIgnored(cause),
      crashes: all - ignoredCrashes,
      isFailing: failing !== null && !this.#isIgnored(failing.cause),
    });
    const reason = failed ?? this.#reasonOf({ isLooping, crashes: all, isFailing: failing !== null });
    if (reason === null) return null;
    const failingCause = reason === 'failing-start' ? failing : null;
    const since = { looping: trouble?.since, crashes: crashes[0]?.finishedAt, 'failing-start': failing?.since }[reason];
    const finding: Finding = {
      record,
      container,
      reason,
      kind: trouble?.kind ?? failingCause?.kind ?? 'crash',
      since: since ?? this.#from,
      sinceIsBound: reason === 'looping' && trouble?.sinceIsBound === true,
      crashes: all - ignoredCrashes,
      ignoredCrashes,
      cause: failingCause === null ? cause : failingCause.cause,
      causes: idsOf([cause, failing?.cause ?? null, ...crashes.map((run) => course.causes.get(idOf(run)) ?? cause)]).filter(
        (id) => failed === null || !this.#settings.ignored.has(id),
      ),
      trouble,
    };
    return { finding, isIgnored: failed === null };
  }

  #reasonOf(facts: { isLooping: boolean; crashes: number; isFailing: boolean }): FindingReason | null {
    if (facts.isLooping) return 'looping';
    if (facts.isFailing) return 'failing-start';
    return facts.crashes > this.#settings.maxRestarts ? 'crashes' : null;
  }

  #isIgnored(cause: Cause | null): boolean {
    return cause !== null && this.#settings.ignored.has(cause.id);
  }
}

interface Judgement {
  readonly finding: Finding;
  readonly isIgnored: boolean;
}

const NO_RUN: Pick<Run, 'containerID' | 'attempt'> = { containerID: '', attempt: -1 };

function idOf({ containerID, attempt }: Pick<Run, 'containerID' | 'attempt'>): string {
  return containerID === '' ? `#${attempt}` : containerID;
}

function idsOf(causes: readonly (Cause | null)[]): CauseId[] {
  return [...new Set(causes.filter((cause) => cause !== null).map((cause) => cause.id))];
}

function touchedBy(envelope: Envelope): string[] {
  switch (envelope.type) {
    case 'object':
      return [envelope.object.kind === 'Event' ? envelope.object.involved.uid : envelope.object.uid];
    case 'snapshot':
      return envelope.items.map((item) => (item.kind === 'Event' ? item.involved.uid : item.uid));
    case 'log':
      return [envelope.uid];
    default:
      return [];
  }
}

// The crashes in the window that the policy follows with a restart, oldest first. A lost run is
// known not to be one.
function crashesOf({ record, container, before }: Course, state: ClusterState): Run[] {
  const { pod } = record;
  const kubelet = kubeletVersionOf(state, pod.spec.nodeName);
  return container.ledger.filter((run) => {
    if (before.ends.has(idOf(run)) || !isCrash(run) || isLost(run)) return false;
    return restartedAllUnseen(run) || policyRestarts(pod, container.name, run.exitCode ?? 1, kubelet);
  });
}

// Restarts in restartCount whose runs were not observed.
function restartsUnseen({ container, before }: Course): number {
  const ends = container.ledger.filter((run) => run.ended && !before.ends.has(idOf(run))).length;
  return Math.max(0, (container.status?.restartCount ?? 0) - before.restartCount - ends);
}

function byName(
  a: { readonly record: PodRecord; readonly container: ContainerRecord },
  b: { readonly record: PodRecord; readonly container: ContainerRecord },
): number {
  const path = (f: typeof a) => `${f.record.pod.namespace}\n${f.record.pod.name}\n${f.container.name}`;
  return path(a) < path(b) ? -1 : path(a) > path(b) ? 1 : 0;
}
