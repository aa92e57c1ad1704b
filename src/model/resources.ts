import { arrayOf, type Json, numberOf, objectOf, stringOf, timeOf } from './json.ts';
import { type ControllerRef, controllerOf, metadataOf, type Pod } from './pod.ts';
import { safeLine, safeText } from './safe-text.ts';

/** What an Event is about. `container` comes from its fieldPath, `spec.containers{name}`; '' where it names none. */
export interface InvolvedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly container: string;
}

/** A core/v1 Event, its strings made safe. Times in epoch ms. Events are hints, never restart history. */
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

/** The kinds of object that own pods, directly or through each other. */
export const OWNER_KINDS = [
  'ReplicaSet',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
] as const;
export type OwnerKind = (typeof OWNER_KINDS)[number];

/** A workload object that owns pods. */
export interface Owner {
  readonly kind: OwnerKind;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly createdAt: number | null;
  readonly controller: ControllerRef | null;
  /** `spec.replicas` (a DaemonSet's desiredNumberScheduled); null where the kind has none. */
  readonly desired: number | null;
  /** `status.availableReplicas` (a DaemonSet's numberAvailable); null where the kind has none. */
  readonly available: number | null;
  /** Annotation `deployment.kubernetes.io/revision`; '' without it. */
  readonly revision: string;
  /** Images of the pod template's containers, in its order. */
  readonly images: readonly string[];
}

export interface Node {
  readonly kind: 'Node';
  readonly uid: string;
  readonly name: string;
  /** `v1.35.4`; '' where it is not known. */
  readonly kubeletVersion: string;
  /** Status of the Ready condition: True, False, Unknown; '' where there is none. */
  readonly ready: string;
  readonly readySince: number | null;
}

export type Resource = Pod | KubeEvent | Owner | Node;
export type ResourceKind = Resource['kind'];

const FIELD_PATH = /^spec\.(?:initC|ephemeralC|c)ontainers\{(.*)\}$/;

/**
 * Projects an Event. Writers of events.k8s.io leave count 0 and first and last times null: their series, eventTime or
 * creation time say it then (kubernetes-facts 7).
 * @throws NotAKubernetesObject where name or UID are missing.
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
    uid: safeLine(metadata.uid as string),
    namespace: safeLine(stringOf(metadata.namespace)),
    name: safeLine(metadata.name as string),
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

/** Projects a workload object. @throws NotAKubernetesObject where name or UID are missing. */
export function toOwner(raw: Json, kind: OwnerKind): Owner {
  const metadata = metadataOf(raw, kind);
  const spec = objectOf(raw.spec);
  const status = objectOf(raw.status);
  const template = objectOf(objectOf(spec.template).spec);
  const daemon = kind === 'DaemonSet';
  return {
    kind,
    uid: safeLine(metadata.uid as string),
    namespace: safeLine(stringOf(metadata.namespace)),
    name: safeLine(metadata.name as string),
    createdAt: timeOf(metadata.creationTimestamp),
    controller: controllerOf(metadata),
    desired: optionalNumber(daemon ? status.desiredNumberScheduled : spec.replicas),
    available: daemon
      ? optionalNumber(status.numberAvailable)
      : spec.replicas === undefined
        ? null
        : numberOf(status.availableReplicas, 0),
    revision: safeLine(stringOf(objectOf(metadata.annotations)['deployment.kubernetes.io/revision'])),
    images: arrayOf(template.containers).map((c) => safeLine(stringOf(objectOf(c).image))),
  };
}

/** Projects a Node. @throws NotAKubernetesObject where name or UID are missing. */
export function toNode(raw: Json): Node {
  const metadata = metadataOf(raw, 'Node');
  const status = objectOf(raw.status);
  const ready = objectOf(arrayOf(status.conditions).find((c) => objectOf(c).type === 'Ready'));
  return {
    kind: 'Node',
    uid: safeLine(metadata.uid as string),
    name: safeLine(metadata.name as string),
    kubeletVersion: safeLine(stringOf(objectOf(status.nodeInfo).kubeletVersion)),
    ready: safeLine(stringOf(ready.status)),
    readySince: timeOf(ready.lastTransitionTime),
  };
}
