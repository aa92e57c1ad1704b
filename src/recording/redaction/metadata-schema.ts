import type { Fields, Value } from './schema.ts';

// All labels are kept; `strict` keeps these, which show the pods of one revision.
const LABELS: Fields = {
  'pod-template-hash': { keep: 'masked', strict: 'name' },
  'controller-revision-hash': { keep: 'masked', strict: 'name' },
};

const ANNOTATIONS: Readonly<Record<string, Value>> = {
  'kubernetes.io/change-cause': { keep: 'masked' },
  'deployment.kubernetes.io/revision': { keep: 'scalar', strict: 'scalar' },
  'deployment.kubernetes.io/revision-history': { keep: 'scalar', strict: 'scalar' },
  'kubectl.kubernetes.io/restartedAt': { keep: 'scalar' },
  'kubectl.kubernetes.io/default-container': { keep: 'masked' },
};

// Helm's annotation for a changed ConfigMap, under varying names. Of a possible Secret, not even a
// checksum is kept.
const CHECKSUM_KEY = /^checksum\/(?!.*(?:secret|cred|token|pass|key|cert|tls|auth)).*conf/i;
const CHECKSUM: Value = { keep: 'checksum' };

/** What is kept of an annotation with this key; undefined for nothing. */
export function annotationOf(key: string): Value | undefined {
  if (Object.hasOwn(ANNOTATIONS, key)) return ANNOTATIONS[key];
  return CHECKSUM_KEY.test(key) ? CHECKSUM : undefined;
}

const OWNER_REFERENCE: Fields = {
  apiVersion: { proto: 5, type: 'anyString', keep: 'scalar' },
  kind: { proto: 1, type: 'anyString', keep: 'scalar', strict: 'word' },
  name: { proto: 3, type: 'anyString', keep: 'scalar', strict: 'name' },
  uid: { proto: 4, type: 'anyString', keep: 'scalar', strict: 'uid' },
  controller: { proto: 6, type: 'anyBool', keep: 'scalar', strict: 'scalar' },
  blockOwnerDeletion: { proto: 7, type: 'anyBool', keep: 'scalar' },
};

export const METADATA: Fields = {
  name: { proto: 1, type: 'string', keep: 'scalar', strict: 'name' },
  generateName: { proto: 2, type: 'string', keep: 'scalar' },
  namespace: { proto: 3, type: 'string', keep: 'scalar', strict: 'name' },
  uid: { proto: 5, type: 'string', keep: 'scalar', strict: 'uid' },
  resourceVersion: { proto: 6, type: 'string', keep: 'scalar', strict: 'scalar' },
  generation: { proto: 7, type: 'int64', keep: 'scalar', strict: 'scalar' },
  creationTimestamp: { proto: 8, type: 'time', keep: 'scalar', strict: 'scalar' },
  deletionTimestamp: { proto: 9, type: 'time', keep: 'scalar', strict: 'scalar' },
  deletionGracePeriodSeconds: { proto: 10, type: 'anyInt64', keep: 'scalar', strict: 'scalar' },
  labels: { proto: 11, type: 'stringsByKey', keep: 'labels', strict: LABELS },
  annotations: { proto: 12, type: 'stringsByKey', keep: 'annotations', strict: ANNOTATIONS },
  ownerReferences: { proto: 13, list: OWNER_REFERENCE },
};

/**
 * The identity of an object. The protobuf envelope holds version and kind, not the object itself.
 */
export const IDENTITY: Fields = {
  apiVersion: { keep: 'scalar' },
  kind: { keep: 'scalar', strict: 'word' },
  metadata: { proto: 1, one: METADATA },
};

/** A condition of a pod (with field numbers), a node or a workload. */
export const CONDITION: Fields = {
  type: { proto: 1, type: 'anyString', keep: 'masked', strict: 'word' },
  status: { proto: 2, type: 'anyString', keep: 'masked', strict: 'word' },
  lastProbeTime: { proto: 3, type: 'time', keep: 'scalar' },
  lastTransitionTime: { proto: 4, type: 'time', keep: 'scalar', strict: 'scalar' },
  reason: { proto: 5, type: 'string', keep: 'masked', strict: 'word' },
  message: { proto: 6, type: 'string', keep: 'masked', strict: 'message' },
  observedGeneration: { proto: 7, type: 'int64', keep: 'scalar', strict: 'scalar' },
  lastHeartbeatTime: { keep: 'scalar', strict: 'scalar' },
  lastUpdateTime: { keep: 'scalar', strict: 'scalar' },
};
