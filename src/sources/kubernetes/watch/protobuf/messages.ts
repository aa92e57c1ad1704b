import { keepsAnnotation } from '../../../../recording/redaction/standard.ts';
import { INITIAL_EVENTS_END } from '../../kube-object.ts';
import {
  anyBool,
  anyInt32,
  anyInt64,
  anyString,
  bool,
  inline,
  int32,
  int32s,
  int64,
  intOrString,
  list,
  type Message,
  message,
  microTime,
  one,
  presence,
  quantitiesByKey,
  quantity,
  string,
  strings,
  stringsByKey,
  time,
} from './fields.ts';

/**
 * The fields of the API's messages that crashtop reads: what redaction keeps (recording/redaction/standard.ts), under the numbers that
 * k8s.io/api/core/v1/generated.proto and k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto give them. Numbers never change. The rest
 * is skipped unread: managedFields, values of env, args.
 */

const ownerReference = message({
  kind: [1, anyString],
  name: [3, anyString],
  uid: [4, anyString],
  apiVersion: [5, anyString],
  controller: [6, anyBool],
  blockOwnerDeletion: [7, anyBool],
});

const objectMeta = message({
  name: [1, string],
  generateName: [2, string],
  namespace: [3, string],
  uid: [5, string],
  resourceVersion: [6, string],
  generation: [7, int64],
  creationTimestamp: [8, time],
  deletionTimestamp: [9, time],
  deletionGracePeriodSeconds: [10, anyInt64],
  labels: [11, stringsByKey()],
  annotations: [12, stringsByKey((key) => key === INITIAL_EVENTS_END || keepsAnnotation(key))],
  ownerReferences: [13, list(ownerReference)],
});

const localObjectReference = message({ name: [1, string] });

const keySelector = message({
  localObjectReference: [1, inline(localObjectReference)],
  key: [2, anyString],
  optional: [3, anyBool],
});

const envVar = message({
  name: [1, anyString],
  valueFrom: [
    3,
    one(
      message({
        fieldRef: [1, one(message({ apiVersion: [1, string], fieldPath: [2, anyString] }))],
        resourceFieldRef: [2, one(message({ containerName: [1, string], resource: [2, anyString], divisor: [3, quantity] }))],
        configMapKeyRef: [3, one(keySelector)],
        secretKeyRef: [4, one(keySelector)],
      }),
    ),
  ],
});

const envSource = message({ localObjectReference: [1, inline(localObjectReference)], optional: [2, anyBool] });
const envFrom = message({ prefix: [1, string], configMapRef: [2, one(envSource)], secretRef: [3, one(envSource)] });

const resources = message({
  limits: [1, quantitiesByKey],
  requests: [2, quantitiesByKey],
  claims: [3, list(message({ name: [1, anyString], request: [2, string] }))],
});

const probeHandler = message({
  exec: [1, one(message({ command: [1, strings] }))],
  httpGet: [2, one(message({ path: [1, string], port: [2, intOrString], host: [3, string], scheme: [4, string] }))],
  tcpSocket: [3, one(message({ port: [1, intOrString], host: [2, string] }))],
  grpc: [4, one(message({ port: [1, anyInt32], service: [2, anyString] }))],
});

const probe = message({
  handler: [1, inline(probeHandler)],
  initialDelaySeconds: [2, int32],
  timeoutSeconds: [3, int32],
  periodSeconds: [4, int32],
  successThreshold: [5, int32],
  failureThreshold: [6, int32],
  terminationGracePeriodSeconds: [7, anyInt64],
});

const hook = message({ exec: [1, presence], httpGet: [2, presence], tcpSocket: [3, presence], sleep: [4, presence] });

const restartRule = message({
  action: [1, string],
  exitCodes: [2, one(message({ operator: [1, string], values: [2, int32s] }))],
});

const containerPort = message({ name: [1, string], hostPort: [2, int32], containerPort: [3, anyInt32], protocol: [4, string] });

const container = message({
  name: [1, anyString],
  image: [2, string],
  command: [3, strings],
  ports: [6, list(containerPort)],
  env: [7, list(envVar)],
  resources: [8, one(resources)],
  volumeMounts: [9, list(message({ name: [1, anyString], readOnly: [2, bool], mountPath: [3, anyString] }))],
  livenessProbe: [10, one(probe)],
  readinessProbe: [11, one(probe)],
  lifecycle: [12, one(message({ postStart: [1, one(hook)], preStop: [2, one(hook)], stopSignal: [3, anyString] }))],
  imagePullPolicy: [14, string],
  envFrom: [19, list(envFrom)],
  startupProbe: [22, one(probe)],
  resizePolicy: [23, list(message({ resourceName: [1, anyString], restartPolicy: [2, anyString] }))],
  restartPolicy: [24, anyString],
  restartPolicyRules: [25, list(restartRule)],
});

// Its fields have the numbers of Container's.
const ephemeralContainer = message({ ephemeralContainerCommon: [1, inline(container)], targetContainerName: [2, string] });

const configMapVolume = message({ localObjectReference: [1, inline(localObjectReference)], optional: [4, anyBool] });

const projection = message({
  secret: [1, one(configMapVolume)],
  downwardAPI: [2, presence],
  configMap: [3, one(configMapVolume)],
  serviceAccountToken: [4, presence],
  clusterTrustBundle: [5, presence],
  podCertificate: [6, presence],
});

const volumeSource = message({
  hostPath: [1, presence],
  emptyDir: [2, presence],
  gcePersistentDisk: [3, presence],
  awsElasticBlockStore: [4, presence],
  gitRepo: [5, presence],
  secret: [6, one(message({ secretName: [1, string], optional: [4, anyBool] }))],
  nfs: [7, presence],
  iscsi: [8, presence],
  glusterfs: [9, presence],
  persistentVolumeClaim: [10, one(message({ claimName: [1, anyString], readOnly: [2, bool] }))],
  rbd: [11, presence],
  flexVolume: [12, presence],
  cinder: [13, presence],
  cephfs: [14, presence],
  flocker: [15, presence],
  downwardAPI: [16, presence],
  fc: [17, presence],
  azureFile: [18, presence],
  configMap: [19, one(configMapVolume)],
  vsphereVolume: [20, presence],
  quobyte: [21, presence],
  azureDisk: [22, presence],
  photonPersistentDisk: [23, presence],
  portworxVolume: [24, presence],
  scaleIO: [25, presence],
  projected: [26, one(message({ sources: [1, list(projection)] }))],
  storageos: [27, presence],
  csi: [28, presence],
  ephemeral: [29, presence],
  image: [30, presence],
});

const podSpec = message({
  volumes: [1, list(message({ name: [1, anyString], volumeSource: [2, inline(volumeSource)] }))],
  containers: [2, list(container)],
  restartPolicy: [3, string],
  terminationGracePeriodSeconds: [4, anyInt64],
  serviceAccountName: [8, string],
  nodeName: [10, string],
  initContainers: [20, list(container)],
  priorityClassName: [24, string],
  ephemeralContainers: [34, list(ephemeralContainer)],
  resources: [40, one(resources)],
});

const containerState = message({
  waiting: [1, one(message({ reason: [1, string], message: [2, string] }))],
  running: [2, one(message({ startedAt: [1, time] }))],
  terminated: [
    3,
    one(
      message({
        exitCode: [1, anyInt32],
        signal: [2, int32],
        reason: [3, string],
        message: [4, string],
        startedAt: [5, time],
        finishedAt: [6, time],
        containerID: [7, string],
      }),
    ),
  ],
});

const containerStatus = message({
  name: [1, anyString],
  state: [2, one(containerState)],
  lastState: [3, one(containerState)],
  ready: [4, anyBool],
  restartCount: [5, anyInt32],
  image: [6, anyString],
  imageID: [7, anyString],
  containerID: [8, string],
  started: [9, anyBool],
  allocatedResources: [10, quantitiesByKey],
  resources: [11, one(resources)],
  stopSignal: [15, anyString],
});

const podCondition = message({
  type: [1, anyString],
  status: [2, anyString],
  lastProbeTime: [3, time],
  lastTransitionTime: [4, time],
  reason: [5, string],
  message: [6, string],
  observedGeneration: [7, int64],
});

const ip = message({ ip: [1, anyString] });

const podStatus = message({
  phase: [1, string],
  conditions: [2, list(podCondition)],
  message: [3, string],
  reason: [4, string],
  hostIP: [5, string],
  podIP: [6, string],
  startTime: [7, time],
  containerStatuses: [8, list(containerStatus)],
  qosClass: [9, string],
  initContainerStatuses: [10, list(containerStatus)],
  nominatedNodeName: [11, string],
  podIPs: [12, list(ip)],
  ephemeralContainerStatuses: [13, list(containerStatus)],
  resize: [14, string],
  hostIPs: [16, list(ip)],
  observedGeneration: [17, int64],
});

const pod = message({ metadata: [1, one(objectMeta)], spec: [2, one(podSpec)], status: [3, one(podStatus)] });

const objectReference = message({
  kind: [1, string],
  namespace: [2, string],
  name: [3, string],
  uid: [4, string],
  apiVersion: [5, string],
  resourceVersion: [6, string],
  fieldPath: [7, string],
});

const event = message({
  metadata: [1, one(objectMeta)],
  involvedObject: [2, one(objectReference)],
  reason: [3, string],
  message: [4, string],
  source: [5, one(message({ component: [1, string], host: [2, string] }))],
  firstTimestamp: [6, time],
  lastTimestamp: [7, time],
  count: [8, int32],
  type: [9, string],
  eventTime: [10, microTime],
  series: [11, one(message({ count: [1, int32], lastObservedTime: [2, microTime] }))],
  action: [12, string],
  reportingComponent: [14, anyString],
  reportingInstance: [15, anyString],
});

const listMeta = message({ resourceVersion: [2, string], continue: [3, string] });

const status = message({
  status: [2, string],
  message: [3, string],
  reason: [4, string],
  details: [5, one(message({ retryAfterSeconds: [5, int32] }))],
  code: [6, int32],
});

/** By the `kind` that their envelope names. */
export const MESSAGES: ReadonlyMap<string, Message> = new Map([
  ['Pod', pod],
  ['PodList', message({ metadata: [1, one(listMeta)], items: [2, list(pod)] })],
  ['Event', event],
  ['EventList', message({ metadata: [1, one(listMeta)], items: [2, list(event)] })],
  ['Status', status],
]);
