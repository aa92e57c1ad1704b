import { CONDITION, IDENTITY } from './metadata-schema.ts';
import { type FieldNumber, type Fields, type Value, within } from './schema.ts';

/** Keeps only that a field is present. */
const presence = (proto: FieldNumber): Value => ({ proto, type: 'presence', keep: 'presence' });

// The message LocalObjectReference, which JSON inlines.
const LOCAL_REFERENCE: Fields = within(1, { name: { proto: 1, type: 'string', keep: 'scalar', strict: 'configName' } });

const KEY_REFERENCE: Fields = {
  ...LOCAL_REFERENCE,
  key: { proto: 2, type: 'anyString', keep: 'scalar' },
  optional: { proto: 3, type: 'anyBool', keep: 'scalar', strict: 'number' },
};

const ENV: Fields = {
  name: { proto: 1, type: 'anyString', keep: 'scalar' },
  valueFrom: {
    proto: 3,
    one: {
      fieldRef: {
        proto: 1,
        one: {
          apiVersion: { proto: 1, type: 'string', keep: 'scalar' },
          fieldPath: { proto: 2, type: 'anyString', keep: 'scalar' },
        },
      },
      resourceFieldRef: {
        proto: 2,
        one: {
          containerName: { proto: 1, type: 'string', keep: 'scalar' },
          resource: { proto: 2, type: 'anyString', keep: 'scalar' },
          divisor: { proto: 3, type: 'quantity', keep: 'scalar' },
        },
      },
      configMapKeyRef: { proto: 3, one: KEY_REFERENCE },
      secretKeyRef: { proto: 4, one: KEY_REFERENCE },
    },
  },
};

const ENV_SOURCE: Fields = { ...LOCAL_REFERENCE, optional: { proto: 2, type: 'anyBool', keep: 'scalar', strict: 'number' } };

const ENV_FROM: Fields = {
  prefix: { proto: 1, type: 'string', keep: 'scalar' },
  configMapRef: { proto: 2, one: ENV_SOURCE },
  secretRef: { proto: 3, one: ENV_SOURCE },
};

const RESOURCES: Fields = {
  limits: { proto: 1, type: 'quantitiesByKey', keep: 'quantities', strict: 'quantities' },
  requests: { proto: 2, type: 'quantitiesByKey', keep: 'quantities', strict: 'quantities' },
  claims: {
    proto: 3,
    list: {
      name: { proto: 1, type: 'anyString', keep: 'scalar' },
      request: { proto: 2, type: 'string', keep: 'scalar' },
    },
  },
};

const PROBE_HANDLER: Fields = {
  exec: { proto: 1, one: { command: { proto: 1, type: 'strings', keep: 'command' } }, strict: 'presence' },
  httpGet: {
    proto: 2,
    one: {
      path: { proto: 1, type: 'string', keep: 'masked' },
      port: { proto: 2, type: 'intOrString', keep: 'scalar' },
      host: { proto: 3, type: 'string', keep: 'masked' },
      scheme: { proto: 4, type: 'string', keep: 'scalar' },
    },
    strict: 'presence',
  },
  tcpSocket: {
    proto: 3,
    one: {
      port: { proto: 1, type: 'intOrString', keep: 'scalar' },
      host: { proto: 2, type: 'string', keep: 'masked' },
    },
    strict: 'presence',
  },
  grpc: {
    proto: 4,
    one: {
      port: { proto: 1, type: 'anyInt32', keep: 'scalar' },
      service: { proto: 2, type: 'anyString', keep: 'masked' },
    },
    strict: 'presence',
  },
};

const PROBE: Fields = {
  ...within(1, PROBE_HANDLER),
  initialDelaySeconds: { proto: 2, type: 'int32', keep: 'scalar', strict: 'scalar' },
  timeoutSeconds: { proto: 3, type: 'int32', keep: 'scalar', strict: 'scalar' },
  periodSeconds: { proto: 4, type: 'int32', keep: 'scalar', strict: 'scalar' },
  successThreshold: { proto: 5, type: 'int32', keep: 'scalar', strict: 'scalar' },
  failureThreshold: { proto: 6, type: 'int32', keep: 'scalar', strict: 'scalar' },
  terminationGracePeriodSeconds: { proto: 7, type: 'anyInt64', keep: 'scalar', strict: 'scalar' },
};

const HOOK: Fields = { exec: presence(1), httpGet: presence(2), tcpSocket: presence(3), sleep: presence(4) };

const LIFECYCLE: Fields = {
  postStart: { proto: 1, one: HOOK },
  preStop: { proto: 2, one: HOOK },
  stopSignal: { proto: 3, type: 'anyString', keep: 'scalar' },
};

const PORT: Fields = {
  name: { proto: 1, type: 'string', keep: 'scalar' },
  hostPort: { proto: 2, type: 'int32', keep: 'scalar' },
  containerPort: { proto: 3, type: 'anyInt32', keep: 'scalar' },
  protocol: { proto: 4, type: 'string', keep: 'scalar' },
};

const VOLUME_MOUNT: Fields = {
  name: { proto: 1, type: 'anyString', keep: 'scalar', strict: 'name' },
  readOnly: { proto: 2, type: 'bool', keep: 'scalar' },
  mountPath: { proto: 3, type: 'anyString', keep: 'scalar' },
};

// Which resource changes restart a container.
const RESIZE_POLICY: Fields = {
  resourceName: { proto: 1, type: 'anyString', keep: 'scalar', strict: 'resource' },
  restartPolicy: { proto: 2, type: 'anyString', keep: 'scalar', strict: 'word' },
};

const RESTART_RULE: Fields = {
  action: { proto: 1, type: 'string', keep: 'scalar', strict: 'word' },
  exitCodes: {
    proto: 2,
    one: {
      operator: { proto: 1, type: 'string', keep: 'scalar', strict: 'word' },
      values: { proto: 2, type: 'int32s', keep: 'scalars', strict: 'numbers' },
    },
  },
};

const CONTAINER: Fields = {
  name: { proto: 1, type: 'anyString', keep: 'scalar', strict: 'name' },
  image: { proto: 2, type: 'string', keep: 'masked', strict: 'image' },
  command: { proto: 3, type: 'strings', keep: 'command' },
  ports: { proto: 6, list: PORT },
  env: { proto: 7, list: ENV },
  resources: { proto: 8, one: RESOURCES },
  volumeMounts: { proto: 9, list: VOLUME_MOUNT },
  livenessProbe: { proto: 10, one: PROBE },
  readinessProbe: { proto: 11, one: PROBE },
  lifecycle: { proto: 12, one: LIFECYCLE },
  imagePullPolicy: { proto: 14, type: 'string', keep: 'scalar', strict: 'scalar' },
  envFrom: { proto: 19, list: ENV_FROM },
  startupProbe: { proto: 22, one: PROBE },
  resizePolicy: { proto: 23, list: RESIZE_POLICY },
  restartPolicy: { proto: 24, type: 'anyString', keep: 'scalar', strict: 'scalar' },
  restartPolicyRules: { proto: 25, list: RESTART_RULE },
  // Added by a live session beside the args that it read
  // (sources/kubernetes/reads/args-digests.ts).
  argsDigest: { keep: 'argsDigest' },
};

const EPHEMERAL_CONTAINER: Fields = {
  // The message EphemeralContainerCommon: its fields have the same numbers as Container's.
  ...within(1, CONTAINER),
  targetContainerName: { proto: 2, type: 'string', keep: 'scalar' },
};

const CONFIG_MAP_VOLUME: Fields = {
  ...LOCAL_REFERENCE,
  optional: { proto: 4, type: 'anyBool', keep: 'scalar', strict: 'number' },
};

const SECRET_VOLUME: Fields = {
  secretName: { proto: 1, type: 'string', keep: 'scalar', strict: 'name' },
  optional: { proto: 4, type: 'anyBool', keep: 'scalar', strict: 'number' },
};

const CLAIM_VOLUME: Fields = {
  claimName: { proto: 1, type: 'anyString', keep: 'scalar' },
  readOnly: { proto: 2, type: 'bool', keep: 'scalar' },
};

const PROJECTION: Fields = {
  secret: { proto: 1, one: CONFIG_MAP_VOLUME },
  downwardAPI: presence(2),
  configMap: { proto: 3, one: CONFIG_MAP_VOLUME },
  serviceAccountToken: presence(4),
  clusterTrustBundle: presence(5),
  podCertificate: presence(6),
};

// Volumes by kind: the names that they refer to, otherwise only the kind.
const VOLUME_SOURCE: Fields = {
  hostPath: presence(1),
  emptyDir: presence(2),
  gcePersistentDisk: presence(3),
  awsElasticBlockStore: presence(4),
  gitRepo: presence(5),
  secret: { proto: 6, one: SECRET_VOLUME },
  nfs: presence(7),
  iscsi: presence(8),
  glusterfs: presence(9),
  persistentVolumeClaim: { proto: 10, one: CLAIM_VOLUME },
  rbd: presence(11),
  flexVolume: presence(12),
  cinder: presence(13),
  cephfs: presence(14),
  flocker: presence(15),
  downwardAPI: presence(16),
  fc: presence(17),
  azureFile: presence(18),
  configMap: { proto: 19, one: CONFIG_MAP_VOLUME },
  vsphereVolume: presence(20),
  quobyte: presence(21),
  azureDisk: presence(22),
  photonPersistentDisk: presence(23),
  portworxVolume: presence(24),
  scaleIO: presence(25),
  projected: { proto: 26, one: { sources: { proto: 1, list: PROJECTION } } },
  storageos: presence(27),
  csi: presence(28),
  ephemeral: presence(29),
  image: presence(30),
};

const VOLUME: Fields = { name: { proto: 1, type: 'anyString', keep: 'scalar', strict: 'name' }, ...within(2, VOLUME_SOURCE) };

const POD_SPEC: Fields = {
  volumes: { proto: 1, list: VOLUME },
  containers: { proto: 2, list: CONTAINER },
  restartPolicy: { proto: 3, type: 'string', keep: 'scalar', strict: 'scalar' },
  terminationGracePeriodSeconds: { proto: 4, type: 'anyInt64', keep: 'scalar', strict: 'scalar' },
  serviceAccountName: { proto: 8, type: 'string', keep: 'scalar' },
  nodeName: { proto: 10, type: 'string', keep: 'scalar', strict: 'name' },
  imagePullSecrets: { proto: 15, list: { name: { proto: 1, type: 'string', keep: 'scalar', strict: 'name' } } },
  initContainers: { proto: 20, list: CONTAINER },
  priorityClassName: { proto: 24, type: 'string', keep: 'scalar' },
  ephemeralContainers: { proto: 34, list: EPHEMERAL_CONTAINER },
  resources: { proto: 40, one: RESOURCES },
};

// `strict` hides the differences between two templates, so references in them are useless.
const TEMPLATE_CONTAINER: Fields = {
  ...CONTAINER,
  env: { list: ENV, strict: 'nothing' },
  envFrom: { list: ENV_FROM, strict: 'nothing' },
  volumeMounts: { list: VOLUME_MOUNT, strict: 'nothing' },
};

/** The spec of a pod template. It is not read from protobuf. */
export const TEMPLATE_SPEC: Fields = {
  ...POD_SPEC,
  containers: { list: TEMPLATE_CONTAINER },
  initContainers: { list: TEMPLATE_CONTAINER },
  volumes: { list: VOLUME, strict: 'nothing' },
  imagePullSecrets: { list: { name: { keep: 'scalar' } }, strict: 'nothing' },
};

const TERMINATED: Fields = {
  exitCode: { proto: 1, type: 'anyInt32', keep: 'scalar', strict: 'scalar' },
  signal: { proto: 2, type: 'int32', keep: 'scalar', strict: 'scalar' },
  reason: { proto: 3, type: 'string', keep: 'masked', strict: 'word' },
  message: { proto: 4, type: 'string', keep: 'masked', strict: 'message' },
  startedAt: { proto: 5, type: 'time', keep: 'scalar', strict: 'scalar' },
  finishedAt: { proto: 6, type: 'time', keep: 'scalar', strict: 'scalar' },
  containerID: { proto: 7, type: 'string', keep: 'scalar', strict: 'scalar' },
};

const CONTAINER_STATE: Fields = {
  waiting: {
    proto: 1,
    one: {
      reason: { proto: 1, type: 'string', keep: 'masked', strict: 'word' },
      message: { proto: 2, type: 'string', keep: 'masked', strict: 'message' },
    },
  },
  running: { proto: 2, one: { startedAt: { proto: 1, type: 'time', keep: 'scalar', strict: 'scalar' } } },
  terminated: { proto: 3, one: TERMINATED, strict: 'end' },
};

const CONTAINER_STATUS: Fields = {
  name: { proto: 1, type: 'anyString', keep: 'scalar', strict: 'name' },
  state: { proto: 2, one: CONTAINER_STATE },
  lastState: { proto: 3, one: CONTAINER_STATE },
  ready: { proto: 4, type: 'anyBool', keep: 'scalar', strict: 'number' },
  restartCount: { proto: 5, type: 'anyInt32', keep: 'scalar', strict: 'number' },
  image: { proto: 6, type: 'anyString', keep: 'masked', strict: 'image' },
  imageID: { proto: 7, type: 'anyString', keep: 'masked' },
  containerID: { proto: 8, type: 'string', keep: 'scalar', strict: 'scalar' },
  started: { proto: 9, type: 'anyBool', keep: 'scalar', strict: 'number' },
  allocatedResources: { proto: 10, type: 'quantitiesByKey', keep: 'quantities' },
  resources: { proto: 11, one: RESOURCES },
  stopSignal: { proto: 15, type: 'anyString', keep: 'scalar' },
};

const IP: Fields = { ip: { proto: 1, type: 'anyString', keep: 'scalar' } };

const POD_STATUS: Fields = {
  phase: { proto: 1, type: 'string', keep: 'scalar', strict: 'word' },
  conditions: { proto: 2, list: CONDITION },
  message: { proto: 3, type: 'string', keep: 'masked', strict: 'message' },
  reason: { proto: 4, type: 'string', keep: 'masked', strict: 'word' },
  hostIP: { proto: 5, type: 'string', keep: 'scalar' },
  podIP: { proto: 6, type: 'string', keep: 'scalar' },
  startTime: { proto: 7, type: 'time', keep: 'scalar', strict: 'scalar' },
  containerStatuses: { proto: 8, list: CONTAINER_STATUS },
  qosClass: { proto: 9, type: 'string', keep: 'scalar', strict: 'word' },
  initContainerStatuses: { proto: 10, list: CONTAINER_STATUS },
  nominatedNodeName: { proto: 11, type: 'string', keep: 'scalar' },
  podIPs: { proto: 12, list: IP },
  ephemeralContainerStatuses: { proto: 13, list: CONTAINER_STATUS },
  resize: { proto: 14, type: 'string', keep: 'scalar' },
  hostIPs: { proto: 16, list: IP },
  observedGeneration: { proto: 17, type: 'int64', keep: 'scalar' },
};

export const POD: Fields = { ...IDENTITY, spec: { proto: 2, one: POD_SPEC }, status: { proto: 3, one: POD_STATUS } };
