import type { ResourceKind } from '../../model/resources.ts';
import { CONFIG } from './config-schema.ts';
import { CONDITION, IDENTITY, METADATA } from './metadata-schema.ts';
import { POD, TEMPLATE_SPEC } from './pod-schema.ts';
import { each, type Fields } from './schema.ts';

const INVOLVED_OBJECT: Fields = {
  kind: { proto: 1, type: 'string', keep: 'scalar', strict: 'word' },
  namespace: { proto: 2, type: 'string', keep: 'scalar', strict: 'name' },
  name: { proto: 3, type: 'string', keep: 'scalar', strict: 'name' },
  uid: { proto: 4, type: 'string', keep: 'scalar', strict: 'uid' },
  apiVersion: { proto: 5, type: 'string', keep: 'scalar' },
  resourceVersion: { proto: 6, type: 'string', keep: 'scalar' },
  fieldPath: { proto: 7, type: 'string', keep: 'scalar', strict: 'fieldPath' },
};

const EVENT_SOURCE: Fields = {
  component: { proto: 1, type: 'string', keep: 'scalar', strict: 'component' },
  host: { proto: 2, type: 'string', keep: 'scalar', strict: 'name' },
};

const EVENT_SERIES: Fields = {
  count: { proto: 1, type: 'int32', keep: 'scalar', strict: 'scalar' },
  lastObservedTime: { proto: 2, type: 'microTime', keep: 'scalar', strict: 'scalar' },
};

const EVENT: Fields = {
  ...IDENTITY,
  involvedObject: { proto: 2, one: INVOLVED_OBJECT },
  reason: { proto: 3, type: 'string', keep: 'masked', strict: 'word' },
  message: { proto: 4, type: 'string', keep: 'masked', strict: 'message' },
  source: { proto: 5, one: EVENT_SOURCE },
  firstTimestamp: { proto: 6, type: 'time', keep: 'scalar', strict: 'scalar' },
  lastTimestamp: { proto: 7, type: 'time', keep: 'scalar', strict: 'scalar' },
  count: { proto: 8, type: 'int32', keep: 'scalar', strict: 'scalar' },
  type: { proto: 9, type: 'string', keep: 'masked', strict: 'word' },
  eventTime: { proto: 10, type: 'microTime', keep: 'scalar', strict: 'scalar' },
  series: { proto: 11, one: EVENT_SERIES },
  action: { proto: 12, type: 'string', keep: 'masked' },
  reportingComponent: { proto: 14, type: 'anyString', keep: 'masked', strict: 'component' },
  reportingInstance: { proto: 15, type: 'anyString', keep: 'scalar', strict: 'name' },
};

const TAINT: Fields = each({ keep: 'scalar' }, ['key', 'effect', 'timeAdded']);

const NODE_INFO: Fields = {
  ...each({ keep: 'scalar', strict: 'scalar' }, ['kubeletVersion', 'containerRuntimeVersion', 'operatingSystem', 'architecture']),
  ...each({ keep: 'scalar' }, ['kernelVersion', 'osImage']),
};

const NODE: Fields = {
  ...IDENTITY,
  spec: { one: { unschedulable: { keep: 'scalar', strict: 'number' }, taints: { list: TAINT } } },
  status: {
    one: {
      capacity: { keep: 'quantities', strict: 'quantities' },
      allocatable: { keep: 'quantities', strict: 'quantities' },
      conditions: { list: CONDITION },
      nodeInfo: { one: NODE_INFO },
    },
  },
};

const TEMPLATE: Fields = { metadata: { one: METADATA }, spec: { one: TEMPLATE_SPEC } };

// The spec of a workload that replaces pods by newer ones.
const ROLLOUT: Fields = {
  ...each({ keep: 'scalar' }, ['replicas', 'minReadySeconds', 'paused', 'progressDeadlineSeconds', 'revisionHistoryLimit']),
  podManagementPolicy: { keep: 'scalar', strict: 'word' },
  serviceName: { keep: 'scalar' },
  updateStrategy: {
    one: {
      type: { keep: 'scalar', strict: 'word' },
      rollingUpdate: { one: each({ keep: 'scalar' }, ['partition', 'maxUnavailable', 'maxSurge']), strict: 'counts' },
    },
  },
  template: { one: TEMPLATE },
};

const REPLICAS: Fields = {
  ...each({ keep: 'scalar' }, ['replicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas', 'updatedReplicas']),
  ...each({ keep: 'scalar' }, ['currentReplicas', 'fullyLabeledReplicas', 'terminatingReplicas']),
  ...each({ keep: 'scalar' }, ['observedGeneration', 'collisionCount']),
  ...each({ keep: 'scalar', strict: 'name' }, ['currentRevision', 'updateRevision']),
  conditions: { list: CONDITION },
};

const WORKLOAD: Fields = {
  ...IDENTITY,
  spec: { one: ROLLOUT, strict: 'counts' },
  status: { one: REPLICAS, strict: 'counts' },
};

const DAEMONS: Fields = {
  ...each({ keep: 'scalar' }, ['currentNumberScheduled', 'desiredNumberScheduled', 'updatedNumberScheduled', 'numberAvailable']),
  ...each({ keep: 'scalar' }, ['numberMisscheduled', 'numberReady', 'numberUnavailable']),
  ...each({ keep: 'scalar' }, ['observedGeneration', 'collisionCount']),
  conditions: { list: CONDITION },
};

const DAEMON_SET: Fields = {
  ...IDENTITY,
  spec: { one: ROLLOUT, strict: 'counts' },
  status: { one: DAEMONS, strict: 'counts' },
};

// From managedFields: the time of the field `revision`. An undo raises the number of an old
// revision, and only this tells when.
const REVISION_TIMES: Fields = {
  time: { keep: 'scalar', strict: 'scalar' },
  fieldsV1: { one: { 'f:revision': { keep: 'presence', strict: 'presence' } } },
};

const CONTROLLER_REVISION: Fields = {
  ...IDENTITY,
  metadata: { one: { ...METADATA, managedFields: { list: REVISION_TIMES } } },
  revision: { keep: 'scalar', strict: 'number' },
  data: { one: { spec: { one: { template: { one: TEMPLATE } } } } },
};

const JOB_SPEC: Fields = {
  ...each({ keep: 'scalar' }, ['backoffLimit', 'completions', 'parallelism', 'completionMode', 'suspend']),
  ...each({ keep: 'scalar' }, ['activeDeadlineSeconds', 'backoffLimitPerIndex', 'maxFailedIndexes']),
  ...each({ keep: 'scalar' }, ['ttlSecondsAfterFinished', 'podReplacementPolicy']),
  template: { one: TEMPLATE },
};

const JOB_STATUS: Fields = {
  ...each({ keep: 'scalar' }, ['active', 'succeeded', 'failed', 'ready', 'terminating']),
  ...each({ keep: 'scalar', strict: 'scalar' }, ['startTime', 'completionTime']),
  conditions: { list: CONDITION },
};

const JOB: Fields = {
  ...IDENTITY,
  spec: { one: JOB_SPEC, strict: 'counts' },
  status: { one: JOB_STATUS, strict: 'counts' },
};

const CRON_JOB_SPEC: Fields = {
  ...each({ keep: 'scalar', strict: 'scalar' }, ['schedule', 'suspend']),
  ...each({ keep: 'scalar' }, ['timeZone', 'concurrencyPolicy', 'startingDeadlineSeconds']),
  ...each({ keep: 'scalar' }, ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit']),
  jobTemplate: { one: { metadata: { one: METADATA, strict: 'nothing' }, spec: { one: JOB_SPEC, strict: 'counts' } } },
};

const CRON_JOB: Fields = {
  ...IDENTITY,
  spec: { one: CRON_JOB_SPEC },
  status: { one: each({ keep: 'scalar', strict: 'scalar' }, ['lastScheduleTime', 'lastSuccessfulTime']) },
};

/**
 * What is kept of each kind of object: the one table from which both redactions and the protobuf
 * reader are derived. To keep another field, add it here, and nowhere else.
 */
export const KINDS: Readonly<Record<ResourceKind, Fields>> = {
  Pod: POD,
  Event: EVENT,
  Node: NODE,
  ReplicaSet: WORKLOAD,
  Deployment: WORKLOAD,
  StatefulSet: WORKLOAD,
  ReplicationController: WORKLOAD,
  DaemonSet: DAEMON_SET,
  ControllerRevision: CONTROLLER_REVISION,
  Job: JOB,
  CronJob: CRON_JOB,
  ConfigMap: CONFIG,
  Secret: CONFIG,
};
