import { arrayOf, type Json, objectOf, stringOf } from '../../text/json.ts';
import { boundedJson } from '../bounded-json.ts';
import { isResourceKind } from '../kinds.ts';
import type { RecordingLine } from '../line.ts';
import { each, fields, list, map, presence, quantities, revisionTimes, type Shape, scalar, string } from './allow-list.ts';
import { maskCommand, maskEntry, maskText } from './mask.ts';

/**
 * Redaction `standard`: an allow-list. What is kept is named here, field by field, under the API's own names; all else
 * (env values, args, managedFields, other annotations, inline volume data, whatever a later API brings) is left out.
 */

/** Free text: secrets in it are masked. */
const text: Shape = string(maskText);

const command: Shape = (value) => {
  if (!Array.isArray(value)) return undefined;
  const masked = maskCommand(value.filter((word): word is string => typeof word === 'string'));
  return masked.length === value.length && masked.every((word, i) => word === value[i]) ? value : masked;
};

const labels = map((key, value) => (typeof value === 'string' ? maskEntry(key, value) : undefined));

const namedAnnotations: Readonly<Record<string, Shape>> = {
  ...each(text, ['kubernetes.io/change-cause']),
  ...each(scalar, ['deployment.kubernetes.io/revision', 'deployment.kubernetes.io/revision-history']),
  ...each(scalar, ['kubectl.kubernetes.io/restartedAt']),
  ...each(text, ['kubectl.kubernetes.io/default-container']),
};

// Helm's way to tell that a ConfigMap changed, under whatever name. Of what may be a Secret, not even a checksum is kept.
const CHECKSUM = /^checksum\/(?!.*(?:secret|cred|token|pass|key|cert|tls|auth)).*conf/i;
const HEX = /^[0-9a-f]{8,128}$/;
const checksum: Shape = string((text) => (HEX.test(text) ? text : undefined));
const NOTHING: Shape = () => undefined;

function annotationShape(key: string): Shape {
  if (Object.hasOwn(namedAnnotations, key)) return namedAnnotations[key] as Shape;
  return CHECKSUM.test(key) ? checksum : NOTHING;
}

/** May an annotation of this key be kept? For whoever would not even read the others. */
export function keepsAnnotation(key: string): boolean {
  return annotationShape(key) !== NOTHING;
}

const annotations = map((key, value) => annotationShape(key)(value));

const metadataFields = {
  ...each(scalar, ['name', 'generateName', 'namespace', 'uid', 'resourceVersion', 'generation']),
  ...each(scalar, ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds']),
  labels,
  annotations,
  ownerReferences: list(fields(each(scalar, ['apiVersion', 'kind', 'name', 'uid', 'controller', 'blockOwnerDeletion']))),
};
const metadata = fields(metadataFields);

const condition = fields({
  ...each(scalar, ['observedGeneration', 'lastProbeTime', 'lastHeartbeatTime']),
  ...each(scalar, ['lastTransitionTime', 'lastUpdateTime']),
  ...each(text, ['type', 'status', 'reason', 'message']),
});

const resources = fields({
  limits: quantities,
  requests: quantities,
  claims: list(fields(each(scalar, ['name', 'request']))),
});

const probe = fields({
  ...each(scalar, ['initialDelaySeconds', 'periodSeconds', 'timeoutSeconds', 'successThreshold', 'failureThreshold']),
  terminationGracePeriodSeconds: scalar,
  exec: fields({ command }),
  httpGet: fields({ ...each(scalar, ['port', 'scheme']), ...each(text, ['path', 'host']) }),
  tcpSocket: fields({ port: scalar, host: text }),
  grpc: fields({ port: scalar, service: text }),
});

const hook = fields(each(presence, ['exec', 'httpGet', 'tcpSocket', 'sleep']));

const reference = fields(each(scalar, ['name', 'optional']));
const keyReference = fields(each(scalar, ['name', 'key', 'optional']));

const env = fields({
  name: scalar,
  valueFrom: fields({
    configMapKeyRef: keyReference,
    secretKeyRef: keyReference,
    fieldRef: fields(each(scalar, ['apiVersion', 'fieldPath'])),
    resourceFieldRef: fields(each(scalar, ['containerName', 'resource', 'divisor'])),
  }),
});

// What a live session puts beside the args that it read (sources/kubernetes/reads/args-digests.ts).
const argsDigest: Shape = string((text) => (/^[0-9a-f]{8}:(?:[0-9a-f]{16})?$/.test(text) ? text : undefined));

// Which changes of its resources restart a container.
const resizePolicy = list(fields(each(scalar, ['resourceName', 'restartPolicy'])));

const container = fields({
  argsDigest,
  ...each(scalar, ['name', 'imagePullPolicy', 'restartPolicy', 'targetContainerName']),
  image: text,
  command,
  ports: list(fields(each(scalar, ['name', 'containerPort', 'hostPort', 'protocol']))),
  env: list(env),
  envFrom: list(fields({ prefix: scalar, configMapRef: reference, secretRef: reference })),
  resources,
  resizePolicy,
  restartPolicyRules: list(fields({ action: scalar, exitCodes: fields({ operator: scalar, values: list(scalar) }) })),
  ...each(probe, ['livenessProbe', 'readinessProbe', 'startupProbe']),
  lifecycle: fields({ postStart: hook, preStop: hook, stopSignal: scalar }),
  volumeMounts: list(fields(each(scalar, ['name', 'mountPath', 'readOnly']))),
});

// Volumes by kind: what they refer to by name, of the rest only the kind.
const VOLUME_KINDS = [
  ...['awsElasticBlockStore', 'azureDisk', 'azureFile', 'cephfs', 'cinder', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral'],
  ...['fc', 'flexVolume', 'flocker', 'gcePersistentDisk', 'gitRepo', 'glusterfs', 'hostPath', 'image', 'iscsi', 'nfs'],
  ...['photonPersistentDisk', 'portworxVolume', 'quobyte', 'rbd', 'scaleIO', 'storageos', 'vsphereVolume'],
];

const volume = fields({
  name: scalar,
  configMap: reference,
  secret: fields(each(scalar, ['secretName', 'optional'])),
  persistentVolumeClaim: fields(each(scalar, ['claimName', 'readOnly'])),
  projected: fields({
    sources: list(
      fields({
        configMap: reference,
        secret: reference,
        ...each(presence, ['serviceAccountToken', 'downwardAPI', 'clusterTrustBundle', 'podCertificate']),
      }),
    ),
  }),
  ...each(presence, VOLUME_KINDS),
});

const podSpec = fields({
  ...each(scalar, ['nodeName', 'restartPolicy', 'terminationGracePeriodSeconds', 'serviceAccountName', 'priorityClassName']),
  ...each(list(container), ['initContainers', 'containers', 'ephemeralContainers']),
  resources,
  volumes: list(volume),
});

const template = fields({ metadata, spec: podSpec });

const containerState = fields({
  waiting: fields({ reason: text, message: text }),
  running: fields({ startedAt: scalar }),
  terminated: fields({
    ...each(scalar, ['exitCode', 'signal', 'startedAt', 'finishedAt', 'containerID']),
    ...each(text, ['reason', 'message']),
  }),
});

const containerStatus = fields({
  ...each(scalar, ['name', 'ready', 'started', 'restartCount', 'containerID', 'stopSignal']),
  ...each(text, ['image', 'imageID']),
  state: containerState,
  lastState: containerState,
  resources,
  allocatedResources: quantities,
});

const podStatus = fields({
  ...each(scalar, ['phase', 'startTime', 'qosClass', 'observedGeneration', 'resize', 'nominatedNodeName', 'hostIP', 'podIP']),
  ...each(text, ['reason', 'message']),
  ...each(list(fields({ ip: scalar })), ['hostIPs', 'podIPs']),
  conditions: list(condition),
  ...each(list(containerStatus), ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses']),
});

const REPLICA_COUNTS = [
  ...['replicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas', 'updatedReplicas', 'currentReplicas'],
  ...['fullyLabeledReplicas', 'terminatingReplicas', 'observedGeneration', 'collisionCount'],
  ...['currentRevision', 'updateRevision'],
];
const replicas = { conditions: list(condition), ...each(scalar, REPLICA_COUNTS) };

const DAEMON_COUNTS = [
  ...['currentNumberScheduled', 'desiredNumberScheduled', 'numberAvailable', 'numberMisscheduled', 'numberReady'],
  ...['numberUnavailable', 'updatedNumberScheduled', 'observedGeneration', 'collisionCount'],
];

const rollout = fields({
  ...each(scalar, ['replicas', 'minReadySeconds', 'paused', 'progressDeadlineSeconds', 'revisionHistoryLimit']),
  ...each(scalar, ['podManagementPolicy', 'serviceName']),
  updateStrategy: fields({ type: scalar, rollingUpdate: fields(each(scalar, ['partition', 'maxUnavailable', 'maxSurge'])) }),
  template,
});

const jobSpec = fields({
  ...each(scalar, ['backoffLimit', 'completions', 'parallelism', 'completionMode', 'suspend', 'activeDeadlineSeconds']),
  ...each(scalar, ['backoffLimitPerIndex', 'maxFailedIndexes', 'ttlSecondsAfterFinished', 'podReplacementPolicy']),
  template,
});

const identity = { apiVersion: scalar, kind: scalar, metadata };

const workload = fields({ ...identity, spec: rollout, status: fields(replicas) });

const SHAPES: Readonly<Record<string, Shape>> = {
  Pod: fields({ ...identity, spec: podSpec, status: podStatus }),
  Event: fields({
    ...identity,
    involvedObject: fields(each(scalar, ['apiVersion', 'kind', 'namespace', 'name', 'uid', 'resourceVersion', 'fieldPath'])),
    ...each(scalar, ['count', 'firstTimestamp', 'lastTimestamp', 'eventTime', 'reportingInstance']),
    ...each(text, ['type', 'action', 'reportingComponent', 'reason', 'message']),
    series: fields(each(scalar, ['count', 'lastObservedTime'])),
    source: fields(each(scalar, ['component', 'host'])),
  }),
  Node: fields({
    ...identity,
    spec: fields({ unschedulable: scalar, taints: list(fields(each(scalar, ['key', 'effect', 'timeAdded']))) }),
    status: fields({
      capacity: quantities,
      allocatable: quantities,
      conditions: list(condition),
      nodeInfo: fields({
        ...each(scalar, ['kubeletVersion', 'containerRuntimeVersion', 'kernelVersion', 'osImage', 'operatingSystem']),
        architecture: scalar,
      }),
    }),
  }),
  ReplicaSet: workload,
  Deployment: workload,
  StatefulSet: workload,
  ReplicationController: workload,
  ControllerRevision: fields({
    ...identity,
    // An undo raises the number of an old one: only this tells when.
    metadata: fields({ ...metadataFields, managedFields: revisionTimes }),
    revision: scalar,
    data: fields({ spec: fields({ template }) }),
  }),
  DaemonSet: fields({
    ...identity,
    spec: rollout,
    status: fields({ conditions: list(condition), ...each(scalar, DAEMON_COUNTS) }),
  }),
  Job: fields({
    ...identity,
    spec: jobSpec,
    status: fields({
      ...each(scalar, ['active', 'succeeded', 'failed', 'ready', 'terminating', 'startTime', 'completionTime']),
      conditions: list(condition),
    }),
  }),
  CronJob: fields({
    ...identity,
    spec: fields({
      ...each(scalar, ['schedule', 'timeZone', 'suspend', 'concurrencyPolicy', 'startingDeadlineSeconds']),
      ...each(scalar, ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit']),
      jobTemplate: fields({ metadata, spec: jobSpec }),
    }),
    status: fields(each(scalar, ['lastScheduleTime', 'lastSuccessfulTime'])),
  }),
};

/** What redaction `standard` keeps of an API object, bounded; null for a kind that is not kept at all. Does not change its input. */
export function redactObject(kind: string, object: unknown): Json | null {
  return isResourceKind(kind) ? shaped(kind, boundedJson(objectOf(object))) : null;
}

function shaped(kind: string, object: unknown): Json {
  return objectOf(SHAPES[kind]?.(object));
}

const bookmarkObject = fields({ metadata: fields({ resourceVersion: scalar }) });

const LINES: Readonly<Record<string, Shape>> = {
  log: fields({
    ...each(scalar, ['t', 'type', 'namespace', 'pod', 'uid', 'container', 'containerID', 'previous']),
    ...each(text, ['text', 'error']),
    truncated: scalar,
  }),
  gap: fields({
    ...each(scalar, ['t', 'type', 'kind', 'namespace', 'from']),
    reason: text,
    ...each(scalar, ['resumed', 'open']),
  }),
  access: fields({
    ...each(scalar, ['t', 'type']),
    hidden: list(fields({ ...each(text, ['what', 'why']), namespace: namespaceOrNull })),
  }),
  marker: fields({ ...each(scalar, ['t', 'type']), ...each(text, ['name', 'note']) }),
  BOOKMARK: fields({ ...each(scalar, ['t', 'type', 'kind']), object: bookmarkObject }),
};

function namespaceOrNull(value: unknown): unknown {
  return value === null ? null : scalar(value);
}

const objectLine = fields(each(scalar, ['t', 'type', 'kind']));
const snapshotLine = fields(each(scalar, ['t', 'type', 'kind', 'resourceVersion', 'namespace', 'more', 'keyframe']));

/**
 * A recording's line under redaction `standard`, bounded, ready to be written; null where nothing of it is kept (its kind or type
 * is not known). Does not change its input.
 */
export function redactLine(raw: RecordingLine): RecordingLine | null {
  const line = boundedJson(raw);
  switch (line.type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED': {
      if (!isResourceKind(line.kind)) return null;
      const object = shaped(line.kind, line.object);
      return { ...(objectLine(line) as object), object } as unknown as RecordingLine;
    }
    case 'snapshot': {
      if (!isResourceKind(line.kind)) return null;
      const items = line.items.map((item) => shaped(line.kind, item));
      return { ...(snapshotLine(line) as object), items } as unknown as RecordingLine;
    }
    case 'BOOKMARK':
      return isResourceKind(line.kind) ? (LINES.BOOKMARK?.(line) as RecordingLine) : null;
    default:
      return (LINES[stringOf(objectOf(line).type)]?.(line) as RecordingLine | undefined) ?? null;
  }
}

/** The redacted object of a line: of a snapshot the one with that UID; null where the line holds none. */
export function redactedObjectOf(line: RecordingLine, uid: string): Json | null {
  if (line.type === 'snapshot') {
    const found = arrayOf(line.items).find((item) => objectOf(objectOf(item).metadata).uid === uid);
    return found === undefined ? null : redactObject(line.kind, found);
  }
  if (line.type !== 'ADDED' && line.type !== 'MODIFIED' && line.type !== 'DELETED') return null;
  return objectOf(line.object.metadata).uid === uid ? redactObject(line.kind, line.object) : null;
}
