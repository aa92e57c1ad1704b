import { type Json, objectOf } from '../../text/json.ts';
import type { RecordedSource } from '../header.ts';
import { isResourceKind } from '../kinds.ts';
import type { RecordingLine } from '../line.ts';
import { each, fields, list, map, presence, quantities, revisionTimes, type Shape, scalar, string } from './allow-list.ts';
import { Pseudonyms } from './pseudonyms.ts';
import { knownWords } from './vocabulary.ts';

// Reasons, condition types and kinds: Kubernetes writes them in one word. Whatever else stands there is no reason.
const ONE_WORD = /^[A-Z][A-Za-z]{0,63}$/;
const word: Shape = string((text) => (ONE_WORD.test(text) ? text : undefined));

const UID = /^[0-9a-f-]{32,36}$/;

const NUMBER_OR_BOOLEAN: Shape = (value) => (typeof value === 'number' || typeof value === 'boolean' ? value : undefined);

// Ends whose message the runtime or the kubelet wrote. Any other was written by the program itself, or is its log.
const ENDS_OF_KUBERNETES = ['StartError', 'ContainerCannotRun', 'RunContainerError', 'ContainerStatusUnknown'];

/**
 * Redaction `strict`: of what `standard` keeps, numbers, times, states and Kubernetes' own words. Names stand for others, the
 * same one each time within one recording; logs, labels, commands, addresses and what a program said are left out.
 */
export class StrictRedaction {
  readonly #names: Pseudonyms;
  readonly #shapes: Readonly<Record<string, Shape>>;

  constructor(names = new Pseudonyms()) {
    this.#names = names;
    this.#shapes = shapesUnder(names);
  }

  /** What a header may say of the source. */
  source(source: RecordedSource): RecordedSource {
    return {
      kind: source.kind,
      context: source.context === null ? null : this.#names.name(source.context),
      serverVersion: source.serverVersion,
      namespaces: source.namespaces?.map((name) => this.#names.name(name)) ?? null,
      selector: null,
    };
  }

  /** A line that redaction `standard` gave, under `strict`; null where nothing of it is kept. Does not change its input. */
  line(line: RecordingLine): RecordingLine | null {
    if (line.type === 'log') return null;
    if (line.type === 'snapshot') {
      if (!isResourceKind(line.kind)) return null;
      const items = line.items.map((item) => this.#object(line.kind, item));
      const namespace = typeof line.namespace === 'string' ? { namespace: this.#names.name(line.namespace) } : {};
      return { ...line, ...namespace, items };
    }
    if (line.type === 'ADDED' || line.type === 'MODIFIED' || line.type === 'DELETED') {
      return isResourceKind(line.kind) ? { ...line, object: this.#object(line.kind, line.object) } : null;
    }
    return (this.#shapes[line.type]?.(line) as RecordingLine | undefined) ?? null;
  }

  #object(kind: string, object: Json): Json {
    return objectOf(this.#shapes[kind]?.(object));
  }
}

function shapesUnder(names: Pseudonyms): Readonly<Record<string, Shape>> {
  const name = string((text) => names.name(text));
  const image = string((text) => names.image(text));
  const message = string((text) => knownWords(text, names));
  const nullableName: Shape = (value) => (value === null ? null : name(value));

  // Of a node's events, the node's name.
  const uid = string((text) => (UID.test(text) ? text : names.name(text)));

  const metadataFields = {
    ...each(name, ['name', 'namespace']),
    uid,
    ...each(scalar, ['resourceVersion', 'generation']),
    ...each(scalar, ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds']),
    labels: fields(each(name, ['pod-template-hash', 'controller-revision-hash'])),
    annotations: fields(each(scalar, ['deployment.kubernetes.io/revision', 'deployment.kubernetes.io/revision-history'])),
    ownerReferences: list(fields({ kind: word, uid, controller: scalar, name })),
  };
  const metadata = fields(metadataFields);
  const condition = fields({
    ...each(word, ['type', 'status', 'reason']),
    ...each(scalar, ['observedGeneration', 'lastTransitionTime', 'lastUpdateTime', 'lastHeartbeatTime']),
    message,
  });
  const seconds = [
    ...['initialDelaySeconds', 'periodSeconds', 'timeoutSeconds', 'successThreshold', 'failureThreshold'],
    'terminationGracePeriodSeconds',
  ];
  const probe = fields({ ...each(scalar, seconds), ...each(presence, ['exec', 'httpGet', 'tcpSocket', 'grpc']) });
  const resources = fields({ limits: quantities, requests: quantities });
  // An extended resource has a name that somebody gave it.
  const resource = string((text) => (text === 'cpu' || text === 'memory' ? text : undefined));
  const container = fields({
    ...each(scalar, ['imagePullPolicy', 'restartPolicy']),
    name,
    image,
    resources,
    resizePolicy: list(fields({ resourceName: resource, restartPolicy: word })),
    restartPolicyRules: list(fields({ action: word, exitCodes: fields({ operator: word, values: list(NUMBER_OR_BOOLEAN) }) })),
    ...each(probe, ['livenessProbe', 'readinessProbe', 'startupProbe']),
  });
  const podSpec = fields({
    nodeName: name,
    ...each(scalar, ['restartPolicy', 'terminationGracePeriodSeconds']),
    resources,
    ...each(list(container), ['initContainers', 'containers', 'ephemeralContainers']),
  });
  const end = fields({
    ...each(scalar, ['exitCode', 'signal', 'startedAt', 'finishedAt', 'containerID']),
    reason: word,
    message,
  });
  const terminated: Shape = (value) => {
    const { message: said, ...rest } = objectOf(value);
    return end(ENDS_OF_KUBERNETES.includes(rest.reason as string) ? { ...rest, message: said } : rest);
  };
  const state = fields({
    waiting: fields({ reason: word, message }),
    running: fields({ startedAt: scalar }),
    terminated: (value) => (value === null ? undefined : terminated(value)),
  });
  const status = fields({
    name,
    ...each(NUMBER_OR_BOOLEAN, ['ready', 'started', 'restartCount']),
    containerID: scalar,
    image,
    resources,
    state,
    lastState: state,
  });
  const podStatus = fields({
    ...each(word, ['phase', 'qosClass', 'reason']),
    startTime: scalar,
    message,
    conditions: list(condition),
    ...each(list(status), ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses']),
  });
  const identity = { kind: word, metadata };
  const template = fields({ metadata, spec: podSpec });
  // All that a workload's spec and status count: whatever is a number or a boolean names nobody.
  const counts = map((_key, value) => NUMBER_OR_BOOLEAN(value));
  const workloadStatus: Shape = (value) => ({
    ...objectOf(counts(value)),
    ...objectOf(fields({ conditions: list(condition), ...each(scalar, ['startTime', 'completionTime']) })(value)),
    ...objectOf(fields(each(name, ['currentRevision', 'updateRevision']))(value)),
  });
  const updateStrategy = fields({ type: word, rollingUpdate: counts });
  const workloadSpec: Shape = (value) => ({
    ...objectOf(counts(value)),
    ...objectOf(fields({ template, podManagementPolicy: word, updateStrategy })(value)),
  });
  const workload = fields({ ...identity, spec: workloadSpec, status: workloadStatus });
  const about = fields({
    kind: word,
    uid,
    ...each(name, ['namespace', 'name']),
    // `spec.containers{web}`
    fieldPath: string((path) =>
      path.replace(/^([^{]*)\{(.*)\}$/s, (_all, before: string, container: string) => `${before}{${names.name(container)}}`),
    ),
  });
  // What an event's origin is called counts for the kubelet alone: its starts end every back-off of its node.
  const component = string((text) => (text === 'kubelet' ? text : names.name(text)));
  const time = each(scalar, ['t', 'type']);
  return {
    Pod: fields({ ...identity, spec: podSpec, status: podStatus }),
    Event: fields({
      ...identity,
      involvedObject: about,
      ...each(scalar, ['count', 'firstTimestamp', 'lastTimestamp', 'eventTime']),
      ...each(word, ['type', 'reason']),
      message,
      series: fields(each(scalar, ['count', 'lastObservedTime'])),
      reportingComponent: component,
      reportingInstance: name,
      source: fields({ component, host: name }),
    }),
    Node: fields({
      ...identity,
      spec: fields({ unschedulable: NUMBER_OR_BOOLEAN }),
      status: fields({
        capacity: quantities,
        allocatable: quantities,
        conditions: list(condition),
        nodeInfo: fields(each(scalar, ['kubeletVersion', 'containerRuntimeVersion', 'operatingSystem', 'architecture'])),
      }),
    }),
    ...each(workload, ['ReplicaSet', 'Deployment', 'StatefulSet', 'ReplicationController', 'DaemonSet', 'Job']),
    ControllerRevision: fields({
      kind: word,
      metadata: fields({ ...metadataFields, managedFields: revisionTimes }),
      revision: NUMBER_OR_BOOLEAN,
      data: fields({ spec: fields({ template }) }),
    }),
    CronJob: fields({
      ...identity,
      spec: fields({ ...each(scalar, ['schedule', 'suspend']), jobTemplate: fields({ spec: workloadSpec }) }),
      status: fields(each(scalar, ['lastScheduleTime', 'lastSuccessfulTime'])),
    }),
    gap: fields({ ...time, ...each(scalar, ['kind', 'from', 'resumed', 'open']), namespace: nullableName, reason: message }),
    access: fields({ ...time, hidden: list(fields({ what: message, why: message, namespace: nullableName })) }),
    marker: fields({ ...time, name: message, note: message }),
    BOOKMARK: fields({ ...time, kind: scalar, object: scalar }),
  };
}
