import { arrayOf, type Json, numberOf, objectOf, stringOf, timeOf } from '../text/json.ts';
import { safeLine, safeText } from '../text/safe-text.ts';
import { type ConfigRef, envConfigsOf, mountsOf, type PodConfigs, podConfigsOf } from './config-reference.ts';
import { namedIn } from './named.ts';
import { amountsOf, type RestartResources, restartResourcesOf } from './restart-resources.ts';

/** `sidecar` is an init container with `restartPolicy: Always` (KEP-753). */
export type ContainerType = 'app' | 'init' | 'sidecar' | 'ephemeral';

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

/**
 * One of a container's `restartPolicyRules` (KEP-5307): the first rule that matches the exit code
 * decides.
 */
export interface RestartRule {
  readonly action: string;
  readonly operator: string;
  readonly values: readonly number[];
}

/**
 * When a failing probe kills its container: from its spec, with the API's defaults filled in. All
 * in ms, except the threshold.
 */
export interface ProbeTiming {
  readonly initialDelayMs: number;
  readonly periodMs: number;
  readonly failureThreshold: number;
  /** The probe's own `terminationGracePeriodSeconds`, else the pod's. */
  readonly graceMs: number;
}

/** The part of a container's spec that crash facts rest on. Quantities as written ("64Mi"). */
export interface ContainerSpec {
  readonly name: string;
  readonly type: ContainerType;
  readonly image: string;
  readonly restartPolicy: RestartPolicy | null;
  readonly restartRules: readonly RestartRule[];
  readonly memoryLimit: string | null;
  readonly hasReadinessProbe: boolean;
  /** Absent if it has no such probe. */
  readonly livenessTiming?: ProbeTiming;
  readonly startupTiming?: ProbeTiming;
  /** Absent if all of its resources can be changed without a restart. */
  readonly restartResources?: RestartResources;
  /** The ConfigMaps and Secrets in its environment; absent if there are none. */
  readonly envConfigs?: readonly ConfigRef[];
  /** Those of its volumes that hold ConfigMaps or Secrets; absent if there are none. */
  readonly configMounts?: readonly string[];
}

export interface PodSpec {
  /** '' until the pod is scheduled. */
  readonly nodeName: string;
  readonly restartPolicy: RestartPolicy;
  /**
   * The memory limit for all its containers together (PodLevelResources, KEP-2837), as written;
   * absent if it has none.
   */
  readonly memoryLimit?: string;
  /** The ConfigMaps and Secrets of its volumes and image pulls; absent if there are none. */
  readonly configs?: PodConfigs;
  /**
   * In the order of the spec: init containers (including sidecars), then app, then ephemeral
   * containers.
   */
  readonly containers: readonly ContainerSpec[];
}

/** How one instance of a container ended. Times in epoch ms, null if the API stated none. */
export interface Termination {
  readonly containerID: string;
  readonly exitCode: number;
  /**
   * The API's own `signal`: 0 if it states none, as with every CRI runtime (the exit code holds
   * it).
   */
  readonly signal: number;
  readonly reason: string;
  readonly message: string;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

export type ContainerState =
  | { readonly type: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly type: 'running'; readonly startedAt: number | null }
  | ({ readonly type: 'terminated' } & Termination);

export interface ContainerStatus {
  readonly name: string;
  readonly type: ContainerType;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  /** '' before a container exists. */
  readonly containerID: string;
  readonly image: string;
  /**
   * The resources, of those that need a restart to change, with which its current instance was
   * started (restart-resources.ts). Absent if there are none, or if unknown.
   */
  readonly restartResources?: string;
  /**
   * What was seen to change in its spec while the current instance ran, so that the kubelet stops
   * it; absent if nothing was.
   */
  readonly edited?: 'edit' | 'resize';
  readonly state: ContainerState;
  /** `lastState.terminated`. */
  readonly last: Termination | null;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly since: number | null;
}

/** The owner reference with `controller: true`. */
export interface ControllerRef {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** The part of the API's Pod that crashtop keeps, with safe strings. Times in epoch ms. */
export interface Pod {
  readonly kind: 'Pod';
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly createdAt: number | null;
  /**
   * `metadata.deletionTimestamp`: when the grace period ends, so possibly in the future. null if it
   * is not being deleted.
   */
  readonly deletionAt: number | null;
  /** When its deletion was requested, as nearly as is known. null if it was not. */
  readonly deletionRequestedAt: number | null;
  readonly controller: ControllerRef | null;
  /**
   * The template of its workload that it was created from: the label `pod-template-hash`, which
   * ends the name of a Deployment's ReplicaSet, or `controller-revision-hash` of a StatefulSet or
   * DaemonSet; '' without either.
   */
  readonly templateHash: string;
  readonly spec: PodSpec;
  readonly phase: string;
  readonly reason: string;
  readonly message: string;
  readonly conditions: readonly Condition[];
  /** In the order of the status: init, then app, then ephemeral containers. */
  readonly containers: readonly ContainerStatus[];
}

/** Thrown for an object without the fields that every Kubernetes object has. */
export class NotAKubernetesObject extends Error {}

const POLICIES: readonly string[] = ['Always', 'OnFailure', 'Never'];

function policyOf(value: unknown): RestartPolicy | null {
  return POLICIES.includes(value as string) ? (value as RestartPolicy) : null;
}

function toRestartRule(raw: unknown): RestartRule {
  const rule = objectOf(raw);
  const codes = objectOf(rule.exitCodes);
  return {
    action: safeLine(stringOf(rule.action)),
    operator: safeLine(stringOf(codes.operator)),
    values: arrayOf(codes.values).map((v) => numberOf(v, Number.NaN)),
  };
}

const NO_RULES: readonly RestartRule[] = Object.freeze([]);

function toProbeTiming(raw: unknown, podGraceSeconds: number): ProbeTiming {
  const probe = objectOf(raw);
  return {
    initialDelayMs: 1000 * numberOf(probe.initialDelaySeconds, 0),
    periodMs: 1000 * numberOf(probe.periodSeconds, 10),
    failureThreshold: numberOf(probe.failureThreshold, 3),
    graceMs: 1000 * numberOf(probe.terminationGracePeriodSeconds, podGraceSeconds),
  };
}

function toContainerSpec(
  raw: unknown,
  type: ContainerType,
  podGraceSeconds: number,
  configs: PodConfigs | undefined,
): ContainerSpec {
  const c = objectOf(raw);
  const policy = policyOf(c.restartPolicy);
  const rules = arrayOf(c.restartPolicyRules);
  const limit = memoryLimitOf(c);
  const restartResources = restartResourcesOf(c);
  const envConfigs = envConfigsOf(c);
  const mounted =
    configs === undefined ? [] : mountsOf(c).filter((name) => configs.volumes.some(({ volume }) => volume === name));
  return {
    name: safeLine(stringOf(c.name)),
    type: type === 'init' && policy === 'Always' ? 'sidecar' : type,
    image: safeLine(stringOf(c.image)),
    restartPolicy: policy,
    restartRules: rules.length === 0 ? NO_RULES : rules.map(toRestartRule),
    memoryLimit: limit ?? null,
    hasReadinessProbe: c.readinessProbe != null,
    ...(c.livenessProbe == null ? {} : { livenessTiming: toProbeTiming(c.livenessProbe, podGraceSeconds) }),
    ...(c.startupProbe == null ? {} : { startupTiming: toProbeTiming(c.startupProbe, podGraceSeconds) }),
    ...(restartResources === undefined ? {} : { restartResources }),
    ...(envConfigs === undefined ? {} : { envConfigs }),
    ...(mounted.length === 0 ? {} : { configMounts: mounted }),
  };
}

// Of a container, or of a whole pod.
function memoryLimitOf(spec: Json): string | undefined {
  const limit = objectOf(objectOf(spec.resources).limits).memory;
  return typeof limit === 'string' ? safeLine(limit) : undefined;
}

function toPodSpec(raw: Json): PodSpec {
  const limit = memoryLimitOf(raw);
  const grace = numberOf(raw.terminationGracePeriodSeconds, 30);
  const configs = podConfigsOf(raw);
  const specsOf = (list: unknown, type: ContainerType) => arrayOf(list).map((c) => toContainerSpec(c, type, grace, configs));
  return {
    nodeName: safeLine(stringOf(raw.nodeName)),
    restartPolicy: policyOf(raw.restartPolicy) ?? 'Always',
    ...(limit === undefined ? {} : { memoryLimit: limit }),
    ...(configs === undefined ? {} : { configs }),
    containers: specsOf(raw.initContainers, 'init').concat(
      specsOf(raw.containers, 'app'),
      specsOf(raw.ephemeralContainers, 'ephemeral'),
    ),
  };
}

// Shares the object, and so its strings, with an earlier arrival that reported the same end.
function toTermination(raw: unknown, known: Termination | null): Termination | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const t = raw as Json;
  if (known !== null && isSameEnd(t, known)) return 'type' in known ? endOf(known) : known;
  return {
    containerID: safeLine(stringOf(t.containerID)),
    exitCode: numberOf(t.exitCode, 0),
    signal: numberOf(t.signal, 0),
    reason: safeLine(stringOf(t.reason)),
    message: safeText(stringOf(t.message)),
    startedAt: timeOf(t.startedAt),
    finishedAt: timeOf(t.finishedAt),
  };
}

function isSameEnd(raw: Json, known: Termination): boolean {
  return (
    raw.containerID === known.containerID &&
    raw.exitCode === known.exitCode &&
    (raw.signal ?? 0) === known.signal &&
    (raw.reason ?? '') === known.reason &&
    (raw.message ?? '') === known.message &&
    timeOf(raw.startedAt) === known.startedAt &&
    timeOf(raw.finishedAt) === known.finishedAt
  );
}

// A terminated state without its `type`.
function endOf({ containerID, exitCode, signal, reason, message, startedAt, finishedAt }: Termination): Termination {
  return { containerID, exitCode, signal, reason, message, startedAt, finishedAt };
}

/**
 * The last ended run of a container: the current instance if its state says so, else the previous
 * one.
 */
export function newestEnd({ state, last }: Pick<ContainerStatus, 'state' | 'last'>): Termination | null {
  return state.type === 'terminated' ? state : last;
}

const NO_STATE: ContainerState = Object.freeze({ type: 'waiting', reason: '', message: '' });

// An absent state means waiting (API: "Default to waiting").
function toContainerState(raw: Json, before: ContainerStatus | undefined): ContainerState {
  if (typeof raw.terminated === 'object' && raw.terminated !== null) {
    const known = before?.state.type === 'terminated' ? before.state : null;
    if (known !== null && isSameEnd(raw.terminated as Json, known)) return known;
    return { type: 'terminated', ...(toTermination(raw.terminated, null) as Termination) };
  }
  if (typeof raw.running === 'object' && raw.running !== null) {
    return { type: 'running', startedAt: timeOf((raw.running as Json).startedAt) };
  }
  if (typeof raw.waiting !== 'object' || raw.waiting === null) return NO_STATE;
  const waiting = raw.waiting as Json;
  return { type: 'waiting', reason: safeLine(stringOf(waiting.reason)), message: safeText(stringOf(waiting.message)) };
}

function toContainerStatus(raw: unknown, type: ContainerType, spec: PodSpec, pod: Pod | undefined): ContainerStatus {
  const c = objectOf(raw);
  const name = safeLine(stringOf(c.name));
  const specified = namedIn(spec.containers, name);
  const image = safeLine(stringOf(c.image));
  const before = pod === undefined ? undefined : namedIn(pod.containers, name);
  const containerID = safeLine(stringOf(c.containerID));
  const state = toContainerState(objectOf(c.state), before);
  const sameInstance = before?.containerID === containerID ? before : undefined;
  const startedWith = resourcesAtStart(c, specified, state, sameInstance);
  const edited = sameInstance?.edited ?? editOf(specified, sameInstance, pod);
  return {
    name: specified?.name ?? name,
    type: type === 'init' && specified?.type === 'sidecar' ? 'sidecar' : type,
    ready: c.ready === true,
    started: c.started === true,
    restartCount: numberOf(c.restartCount, 0),
    containerID: before?.containerID === containerID ? before.containerID : containerID,
    image: specified?.image === image ? specified.image : image,
    ...(startedWith === '' ? {} : { restartResources: startedWith }),
    ...(edited === undefined ? {} : { edited }),
    state,
    // `lastState` reports next what was the newest end before.
    last: toTermination(objectOf(c.lastState).terminated, before === undefined ? null : newestEnd(before)),
  };
}

// An edit after an end is not its cause.
function editOf(
  spec: ContainerSpec | undefined,
  before: ContainerStatus | undefined,
  pod: Pod | undefined,
): 'edit' | 'resize' | undefined {
  if (spec === undefined || before?.state.type !== 'running') return undefined;
  const known = pod === undefined ? undefined : namedIn(pod.spec.containers, spec.name);
  if (known === undefined || known === spec) return undefined;
  if (known.image !== spec.image) return 'edit';
  return known.restartResources?.amounts === spec.restartResources?.amounts ? undefined : 'resize';
}

// The status of an ended instance shows the next one's resources, and the spec runs ahead of both:
// an instance was started with the first values reported while it runs.
function resourcesAtStart(
  raw: Json,
  spec: ContainerSpec | undefined,
  state: ContainerState,
  before: ContainerStatus | undefined,
): string {
  if (spec?.restartResources === undefined) return '';
  if (before?.restartResources !== undefined) return before.restartResources;
  if (state.type !== 'running') return '';
  return amountsOf(objectOf(raw.resources), spec.restartResources.names) || spec.restartResources.amounts;
}

// Every pod has these: all share one string each.
const CONDITION_TYPES: ReadonlyMap<string, string> = new Map(
  ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => [type, type]),
);

function toCondition(raw: unknown, before: Condition | undefined): Condition {
  const c = objectOf(raw);
  const since = timeOf(c.lastTransitionTime);
  const isSame =
    before !== undefined &&
    before.type === c.type &&
    before.status === c.status &&
    before.since === since &&
    before.reason === (c.reason ?? '') &&
    before.message === (c.message ?? '');
  if (isSame) return before;
  const type = stringOf(c.type);
  return {
    type: CONDITION_TYPES.get(type) ?? safeLine(type),
    status: safeLine(stringOf(c.status)),
    reason: safeLine(stringOf(c.reason)),
    message: safeText(stringOf(c.message)),
    since,
  };
}

/**
 * The conditions of a status. Conditions rarely change: unchanged ones are the same objects as
 * before, and if all are unchanged, so is the array.
 */
export function toConditions(raw: unknown, before: readonly Condition[] | undefined): readonly Condition[] {
  const conditions = arrayOf(raw).map((c, i) => toCondition(c, before?.[i]));
  const isSame = before?.length === conditions.length && conditions.every((c, i) => c === before[i]);
  return isSame ? before : conditions;
}

/** The controller of an object, from its owner references; null if it has none. */
export function controllerOf(metadata: Json): ControllerRef | null {
  for (const raw of arrayOf(metadata.ownerReferences)) {
    const ref = objectOf(raw);
    if (ref.controller !== true) continue;
    return { kind: safeLine(stringOf(ref.kind)), name: safeLine(stringOf(ref.name)), uid: safeLine(stringOf(ref.uid)) };
  }
  return null;
}

/** Who an object is, made safe. @param metadata as {@link metadataOf} gives it. */
export function identityOf(metadata: Json): { readonly uid: string; readonly namespace: string; readonly name: string } {
  return {
    uid: safeLine(metadata.uid as string),
    namespace: safeLine(stringOf(metadata.namespace)),
    name: safeLine(metadata.name as string),
  };
}

/** The metadata of an object. @throws NotAKubernetesObject without a name or UID. */
export function metadataOf(raw: Json, kind: string): Json {
  const metadata = objectOf(raw.metadata);
  if (typeof metadata.name !== 'string') throw new NotAKubernetesObject(`a ${kind} without metadata.name`);
  if (typeof metadata.uid !== 'string') throw new NotAKubernetesObject(`a ${kind} without metadata.uid`);
  return metadata;
}

/**
 * Projects a Pod from the API.
 * @param before an earlier arrival of the same pod (UID): unchanged parts are shared with it, to
 * save memory.
 * @throws NotAKubernetesObject without a name or UID.
 */
export function toPod(raw: Json, before?: Pod): Pod {
  const metadata = metadataOf(raw, 'Pod');
  const status = objectOf(raw.status);
  const fresh = toPodSpec(objectOf(raw.spec));
  const spec = before !== undefined && sameSpec(before.spec, fresh) ? before.spec : fresh;
  const statusesOf = (list: unknown, type: ContainerType) => arrayOf(list).map((c) => toContainerStatus(c, type, spec, before));
  const containers = statusesOf(status.initContainerStatuses, 'init').concat(
    statusesOf(status.containerStatuses, 'app'),
    statusesOf(status.ephemeralContainerStatuses, 'ephemeral'),
  );
  const deletionAt = timeOf(metadata.deletionTimestamp);
  // A pod's identity never changes while its UID is the same.
  const { uid, namespace, name } = before ?? identityOf(metadata);
  return {
    kind: 'Pod',
    uid,
    namespace,
    name,
    createdAt: timeOf(metadata.creationTimestamp),
    deletionAt,
    deletionRequestedAt: deletionAt === null ? null : (before?.deletionRequestedAt ?? deletionAt - gracePeriodOf(raw)),
    controller: controllerOf(metadata),
    templateHash: templateHashOf(objectOf(metadata.labels)),
    spec,
    phase: safeLine(stringOf(status.phase)),
    reason: safeLine(stringOf(status.reason)),
    message: safeText(stringOf(status.message)),
    conditions: toConditions(status.conditions, before?.conditions),
    containers,
  };
}

function templateHashOf(labels: Json): string {
  return safeLine(stringOf(labels['pod-template-hash'] ?? labels['controller-revision-hash']));
}

// The API sets `deletionTimestamp` this far after the request. When the kubelet is done, it
// requests deletion again without a grace period: then the pod's own period bounds the time of the
// first request.
function gracePeriodOf(raw: Json): number {
  const granted = numberOf(objectOf(raw.metadata).deletionGracePeriodSeconds, 0);
  return 1000 * (granted > 0 ? granted : numberOf(objectOf(raw.spec).terminationGracePeriodSeconds, 0));
}

function sameSpec(a: PodSpec, b: PodSpec): boolean {
  return (
    a.nodeName === b.nodeName &&
    a.restartPolicy === b.restartPolicy &&
    a.memoryLimit === b.memoryLimit &&
    a.containers.length === b.containers.length &&
    a.containers.every((c, i) => sameContainerSpec(c, b.containers[i] as ContainerSpec))
  );
}

// Probes and the grace period of an existing pod are immutable: their timing need not be compared.
function sameContainerSpec(a: ContainerSpec, b: ContainerSpec): boolean {
  return (
    a.name === b.name &&
    a.type === b.type &&
    a.image === b.image &&
    a.restartPolicy === b.restartPolicy &&
    a.memoryLimit === b.memoryLimit &&
    a.restartResources?.amounts === b.restartResources?.amounts &&
    (a.livenessTiming === undefined) === (b.livenessTiming === undefined) &&
    (a.startupTiming === undefined) === (b.startupTiming === undefined) &&
    a.hasReadinessProbe === b.hasReadinessProbe &&
    (a.restartRules === b.restartRules || JSON.stringify(a.restartRules) === JSON.stringify(b.restartRules))
  );
}

/** The condition of that type, if the pod has it. */
export function conditionOf(pod: Pod, type: string): Condition | undefined {
  return pod.conditions.find((c) => c.type === type);
}

/**
 * Is the pod's `Ready` condition true? (What a workload's `available` counts, minReadySeconds
 * aside.)
 */
export function isPodReady(pod: Pod): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/**
 * The spec of a container by its name. Names are unique over init, app and ephemeral containers of
 * a pod.
 */
export function containerSpecOf(pod: Pod, name: string): ContainerSpec | undefined {
  return namedIn(pod.spec.containers, name);
}

/** Does the container have a probe that kills it on failure? Readiness probes do not. */
export function hasKillingProbe(pod: Pod, name: string): boolean {
  const spec = containerSpecOf(pod, name);
  return spec?.livenessTiming !== undefined || spec?.startupTiming !== undefined;
}

const KUBELET_MINOR = /^v?1\.(\d+)/;

/**
 * Does a kubelet of this version support restart policies and rules of single containers
 * (KEP-5307)? '' counts as new.
 */
export function knowsRestartRules(kubeletVersion: string): boolean {
  const minor = KUBELET_MINOR.exec(kubeletVersion)?.[1];
  return minor === undefined || Number(minor) >= 34;
}

/**
 * May the kubelet restart a container that ended with this exit code? Not if its pod is being
 * deleted or has finished; else see {@link policyRestarts}.
 */
export function mayRestart(pod: Pod, name: string, exitCode: number, kubeletVersion = ''): boolean {
  if (pod.deletionAt !== null || pod.phase === 'Succeeded' || pod.phase === 'Failed') return false;
  return policyRestarts(pod, name, exitCode, kubeletVersion);
}

/**
 * Does the spec restart a container that ended with this exit code?
 * (`podutil.ContainerShouldRestart`, KEP-5307.) A container with its own policy follows its first
 * matching rule, then that policy; any other follows the pod's policy. An init container that
 * succeeded never runs again, and ephemeral containers never restart.
 * @param kubeletVersion of the pod's node, '' if unknown: before 1.34 a kubelet ignores a
 * container's own policy.
 */
export function policyRestarts(pod: Pod, name: string, exitCode: number, kubeletVersion = ''): boolean {
  const spec = containerSpecOf(pod, name);
  if (spec?.type === 'ephemeral') return false;
  if (spec?.type === 'init' && exitCode === 0) return false;
  const isOwnKnown = spec?.type === 'sidecar' || knowsRestartRules(kubeletVersion);
  if (spec !== undefined && isOwnKnown && matchingRule(spec, exitCode) !== undefined) return true;
  const policy = (isOwnKnown ? spec?.restartPolicy : null) ?? pod.spec.restartPolicy;
  if (policy === 'OnFailure') return exitCode !== 0;
  return policy === 'Always';
}

const RESTARTING_ACTIONS: readonly string[] = ['Restart', 'RestartAllContainers'];

/** The restart rule that applies to this exit code; undefined if the policies alone decide. */
export function matchingRule(spec: ContainerSpec, exitCode: number): RestartRule | undefined {
  // Rules count only beside the container's own policy. The first match decides, and an action that
  // the kubelet does not know falls back to that policy.
  if (spec.restartPolicy === null) return undefined;
  const rule = spec.restartRules.find((r) => {
    const isListed = r.values.includes(exitCode);
    return (r.operator === 'In' && isListed) || (r.operator === 'NotIn' && !isListed);
  });
  return rule !== undefined && RESTARTING_ACTIONS.includes(rule.action) ? rule : undefined;
}
