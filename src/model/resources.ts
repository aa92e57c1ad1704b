import { arrayOf, type Json, numberOf, objectOf, stringOf, timeOf } from '../text/json.ts';
import { safeLine, safeText } from '../text/safe-text.ts';
import type { Config } from './config.ts';
import { type Condition, type ControllerRef, controllerOf, identityOf, metadataOf, type Pod, toConditions } from './pod.ts';
import { type PodTemplate, toPodTemplate } from './pod-template.ts';

/**
 * The object of an Event. `container` comes from its fieldPath, `spec.containers{name}`; '' if it
 * names none.
 */
export interface InvolvedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly container: string;
}

/**
 * A core/v1 Event with safe strings. Times in epoch ms. Events are hints, never restart history.
 */
export interface KubeEvent {
  readonly kind: 'Event';
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly involved: InvolvedObject;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** How often it happened; at least 1. */
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** The component that wrote it: `kubelet`, `default-scheduler`, ... */
  readonly component: string;
  readonly host: string;
}

/**
 * The kinds of object that own pods, directly or through each other, and the revisions of a
 * StatefulSet or DaemonSet.
 */
export const OWNER_KINDS = [
  'ReplicaSet',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
  'ControllerRevision',
] as const;
export type OwnerKind = (typeof OWNER_KINDS)[number];

/** Is it a kind of which owners are kept? */
export function isOwnerKind(kind: string): kind is OwnerKind {
  return (OWNER_KINDS as readonly string[]).includes(kind);
}

/** A Job's spec and status. Counts are 0 if its status has none yet. */
export interface JobFacts {
  readonly active: number;
  readonly succeeded: number;
  readonly failed: number;
  /** How many pods may fail before the Job does; null if the spec does not say. */
  readonly backoffLimit: number | null;
  /** How many pods must succeed; null if any one is enough. */
  readonly completions: number | null;
  readonly isSuspended: boolean;
  /** `status.completionTime`, epoch ms: set once the whole Job succeeded. */
  readonly completedAt: number | null;
}

/** A CronJob's spec and status. Times in epoch ms. */
export interface CronFacts {
  readonly schedule: string;
  readonly isSuspended: boolean;
  readonly lastScheduledAt: number | null;
  readonly lastSucceededAt: number | null;
}

/** How a StatefulSet or a DaemonSet replaces its pods, and from which revision. */
export interface SetRollout {
  /**
   * Does its controller replace pods by itself (`RollingUpdate`, from 1.37 on `Recreate`: all at
   * once)? With `OnDelete` it waits until they are deleted.
   */
  readonly isAutomatic: boolean;
  /** StatefulSet: pods with a lower ordinal stay at the earlier revision; else 0. */
  readonly partition: number;
  /** StatefulSet: must every pod be ready before the next is touched (`OrderedReady`)? */
  readonly isOrdered: boolean;
  /**
   * `status.currentRevision` and `status.updateRevision`, names of ControllerRevisions; '' for a
   * DaemonSet.
   */
  readonly currentRevision: string;
  readonly updateRevision: string;
}

/** A workload object that owns pods. Counts are null if its kind has none. */
export interface Owner {
  readonly kind: OwnerKind;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly createdAt: number | null;
  readonly controller: ControllerRef | null;
  /**
   * `spec.replicas` (a DaemonSet's desiredNumberScheduled); null if the kind has none, or its
   * controller has not reported yet.
   */
  readonly desired: number | null;
  /** `status.availableReplicas` (a DaemonSet's numberAvailable). */
  readonly available: number | null;
  /** Its existing pods: `status.replicas` (a DaemonSet's currentNumberScheduled). */
  readonly created: number | null;
  /** Those with the newest template. */
  readonly updated: number | null;
  readonly ready: number | null;
  readonly unavailable: number | null;
  /** Has its controller seen its newest spec (observedGeneration)? */
  readonly isObserved: boolean;
  /** How long a pod must be ready to count as available, ms. */
  readonly minReadyMs: number;
  readonly isPaused: boolean;
  readonly conditions: readonly Condition[];
  /** null for other kinds. */
  readonly job: JobFacts | null;
  /** null for other kinds. */
  readonly cron: CronFacts | null;
  /**
   * null for other kinds, and if its update strategy is unknown (older recordings did not keep it).
   */
  readonly rollout: SetRollout | null;
  /**
   * Annotation `deployment.kubernetes.io/revision`, or a ControllerRevision's `revision`; ''
   * without either.
   */
  readonly revision: string;
  /**
   * The earlier revision numbers of a ReplicaSet that an undo reused (annotation
   * `revision-history`, deployment_util.go).
   */
  readonly earlierRevisions: readonly number[];
  /**
   * When a ControllerRevision got its number, epoch ms: an undo raises that of an old one. null if
   * unknown.
   */
  readonly numberedAt: number | null;
  /**
   * When a Deployment's rollout last progressed, epoch ms: unchanged once it is complete
   * (deployment/progress.go). null for other kinds.
   */
  readonly progressedAt: number | null;
  /** Images of the pod template's containers, in order. */
  readonly images: readonly string[];
  readonly template: PodTemplate;
}

export interface Node {
  readonly kind: 'Node';
  readonly uid: string;
  readonly name: string;
  /** `v1.35.4`; '' if unknown. */
  readonly kubeletVersion: string;
  /** The status of its Ready condition: True, False, Unknown; '' if it has none. */
  readonly ready: string;
  readonly readySince: number | null;
  /** Those of its conditions MemoryPressure, DiskPressure and PIDPressure that are true. */
  readonly pressures: readonly Condition[];
  /** `amd64`, `arm64`; '' if unknown. */
  readonly architecture: string;
}

const PRESSURES: readonly string[] = ['MemoryPressure', 'DiskPressure', 'PIDPressure'];

export type Resource = Pod | KubeEvent | Owner | Node | Config;
export type ResourceKind = Resource['kind'];

const FIELD_PATH = /^spec\.(?:initC|ephemeralC|c)ontainers\{(.*)\}$/;

/**
 * Projects an Event. Writers of events.k8s.io leave count 0 and first and last times null: then the
 * series, eventTime or creation time is used (docs/kubernetes-facts.md, 7).
 * @throws NotAKubernetesObject without a name or UID.
 */
export function toKubeEvent(raw: Json): KubeEvent {
  const metadata = metadataOf(raw, 'Event');
  const involved = objectOf(raw.involvedObject);
  const series = objectOf(raw.series);
  const source = objectOf(raw.source);
  const created = timeOf(metadata.creationTimestamp) ?? 0;
  const first = timeOf(raw.firstTimestamp) ?? timeOf(raw.eventTime) ?? created;
  return {
    kind: 'Event',
    ...identityOf(metadata),
    involved: {
      kind: safeLine(stringOf(involved.kind)),
      namespace: safeLine(stringOf(involved.namespace)),
      name: safeLine(stringOf(involved.name)),
      uid: safeLine(stringOf(involved.uid)),
      container: safeLine(FIELD_PATH.exec(stringOf(involved.fieldPath))?.[1] ?? ''),
    },
    type: safeLine(stringOf(raw.type)),
    reason: safeLine(stringOf(raw.reason)),
    message: safeText(stringOf(raw.message)),
    count: Math.max(1, numberOf(series.count, 0), numberOf(raw.count, 0)),
    firstAt: first,
    lastAt: timeOf(series.lastObservedTime) ?? timeOf(raw.lastTimestamp) ?? first,
    component: safeLine(stringOf(source.component) || stringOf(raw.reportingComponent)),
    host: safeLine(stringOf(source.host)),
  };
}

function optionalNumber(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** Projects a workload object. @throws NotAKubernetesObject without a name or UID. */
export function toOwner(raw: Json, kind: OwnerKind): Owner {
  const metadata = metadataOf(raw, kind);
  const spec = objectOf(raw.spec);
  const status = objectOf(raw.status);
  const template = objectOf(templateIn(raw, kind));
  const revision = revisionOf(raw, kind);
  return {
    kind,
    ...identityOf(metadata),
    createdAt: timeOf(metadata.creationTimestamp),
    controller: controllerOf(metadata),
    ...(kind === 'DaemonSet' ? daemonCounts(status) : replicaCounts(spec, status)),
    isObserved: numberOf(status.observedGeneration, 0) >= numberOf(metadata.generation, 0),
    minReadyMs: numberOf(spec.minReadySeconds, 0) * 1000,
    isPaused: spec.paused === true,
    conditions: toConditions(status.conditions, undefined),
    job: kind === 'Job' ? toJobFacts(spec, status) : null,
    cron: kind === 'CronJob' ? toCronFacts(spec, status) : null,
    rollout: kind === 'StatefulSet' || kind === 'DaemonSet' ? toSetRollout(spec, status, kind) : null,
    revision,
    earlierRevisions: earlierRevisionsOf(metadata).filter((number) => String(number) !== revision),
    numberedAt: kind === 'ControllerRevision' ? numberedAtOf(metadata) : null,
    progressedAt: kind === 'Deployment' ? progressedAtOf(status) : null,
    images: arrayOf(objectOf(template.spec).containers).map((c) => safeLine(stringOf(objectOf(c).image))),
    template: toPodTemplate(template),
  };
}

function templateIn({ spec, data }: Json, kind: OwnerKind): unknown {
  // A ControllerRevision holds a patch that replaces the whole template (stateful_set_utils.go,
  // daemon/update.go).
  if (kind === 'ControllerRevision') return objectOf(objectOf(data).spec).template;
  return objectOf(kind === 'CronJob' ? objectOf(objectOf(spec).jobTemplate).spec : spec).template;
}

function revisionOf({ metadata, revision }: Json, kind: OwnerKind): string {
  if (kind === 'ControllerRevision') return typeof revision === 'number' ? String(revision) : '';
  return safeLine(stringOf(objectOf(objectOf(metadata).annotations)['deployment.kubernetes.io/revision']));
}

// `1,3`. Older controllers also recorded the current number whenever another annotation changed.
function earlierRevisionsOf(metadata: Json): readonly number[] {
  const history = stringOf(objectOf(metadata.annotations)['deployment.kubernetes.io/revision-history']);
  return history.split(',').flatMap((number) => (/^\d+$/.test(number) ? Number(number) : []));
}

function numberedAtOf(metadata: Json): number | null {
  const writer = arrayOf(metadata.managedFields).find((by) => objectOf(objectOf(by).fieldsV1)['f:revision'] !== undefined);
  return timeOf(objectOf(writer).time);
}

function progressedAtOf(status: Json): number | null {
  return timeOf(objectOf(arrayOf(status.conditions).find((c) => objectOf(c).type === 'Progressing')).lastUpdateTime);
}

type Counts = Pick<Owner, 'desired' | 'available' | 'created' | 'updated' | 'ready' | 'unavailable'>;

const NO_COUNTS: Counts = Object.freeze({
  desired: null,
  available: null,
  created: null,
  updated: null,
  ready: null,
  unavailable: null,
});

// The API omits zeros. But before the controller has looked at the object, nothing is known.
function replicaCounts(spec: Json, status: Json): Counts {
  if (typeof spec.replicas !== 'number') return NO_COUNTS;
  if (status.observedGeneration === undefined) return { ...NO_COUNTS, desired: spec.replicas };
  return {
    desired: spec.replicas,
    available: numberOf(status.availableReplicas, 0),
    created: numberOf(status.replicas, 0),
    updated: numberOf(status.updatedReplicas, 0),
    ready: numberOf(status.readyReplicas, 0),
    unavailable: numberOf(status.unavailableReplicas, 0),
  };
}

function daemonCounts(status: Json): Counts {
  if (status.observedGeneration === undefined) return NO_COUNTS;
  return {
    desired: optionalNumber(status.desiredNumberScheduled),
    available: numberOf(status.numberAvailable, 0),
    created: numberOf(status.currentNumberScheduled, 0),
    updated: numberOf(status.updatedNumberScheduled, 0),
    ready: numberOf(status.numberReady, 0),
    unavailable: numberOf(status.numberUnavailable, 0),
  };
}

function toJobFacts(spec: Json, status: Json): JobFacts {
  return {
    active: numberOf(status.active, 0),
    succeeded: numberOf(status.succeeded, 0),
    failed: numberOf(status.failed, 0),
    backoffLimit: optionalNumber(spec.backoffLimit),
    completions: optionalNumber(spec.completions),
    isSuspended: spec.suspend === true,
    completedAt: timeOf(status.completionTime),
  };
}

function toSetRollout(spec: Json, status: Json, kind: 'StatefulSet' | 'DaemonSet'): SetRollout | null {
  const { type, rollingUpdate } = objectOf(spec.updateStrategy);
  if (typeof type !== 'string') return null;
  return {
    isAutomatic: type === 'RollingUpdate' || type === 'Recreate',
    partition: numberOf(objectOf(rollingUpdate).partition, 0),
    isOrdered: kind === 'StatefulSet' && spec.podManagementPolicy !== 'Parallel' && type !== 'Recreate',
    currentRevision: safeLine(stringOf(status.currentRevision)),
    updateRevision: safeLine(stringOf(status.updateRevision)),
  };
}

function toCronFacts(spec: Json, status: Json): CronFacts {
  return {
    schedule: safeLine(stringOf(spec.schedule)),
    isSuspended: spec.suspend === true,
    lastScheduledAt: timeOf(status.lastScheduleTime),
    lastSucceededAt: timeOf(status.lastSuccessfulTime),
  };
}

/** The true condition of that type; undefined if there is none. */
export function trueConditionOf(owner: Owner, type: string): Condition | undefined {
  return owner.conditions.find((c) => c.type === type && c.status === 'True');
}

/**
 * The Deployment's `Progressing` condition if its rollout exceeded `progressDeadlineSeconds`.
 * undefined if it did not, or if the controller has not seen the newest spec yet
 * (deployment/progress.go).
 */
export function exceededDeadlineOf(owner: Owner): Condition | undefined {
  if (!owner.isObserved) return undefined;
  return owner.conditions.find(
    (c) => c.type === 'Progressing' && c.status === 'False' && c.reason === 'ProgressDeadlineExceeded',
  );
}

/** Does its own status report that pods cannot be created, or that its rollout is stuck? */
export function saysTrouble(owner: Owner): boolean {
  return trueConditionOf(owner, 'ReplicaFailure') !== undefined || exceededDeadlineOf(owner) !== undefined;
}

/** Projects a Node. @throws NotAKubernetesObject without a name or UID. */
export function toNode(raw: Json): Node {
  const metadata = metadataOf(raw, 'Node');
  const status = objectOf(raw.status);
  const ready = objectOf(arrayOf(status.conditions).find((c) => objectOf(c).type === 'Ready'));
  const nodeInfo = objectOf(status.nodeInfo);
  return {
    kind: 'Node',
    uid: safeLine(metadata.uid as string),
    name: safeLine(metadata.name as string),
    kubeletVersion: safeLine(stringOf(nodeInfo.kubeletVersion)),
    ready: safeLine(stringOf(ready.status)),
    readySince: timeOf(ready.lastTransitionTime),
    pressures: toConditions(status.conditions, undefined).filter((c) => PRESSURES.includes(c.type) && c.status === 'True'),
    architecture: safeLine(stringOf(nodeInfo.architecture)),
  };
}
