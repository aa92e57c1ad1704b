import { Map as ImmutableMap } from 'immutable';
import { DEFAULT_NODE_BACKOFF, type NodeBackoff } from '../model/backoff.ts';
import type { NodeClock } from '../model/clock-skew.ts';
import type { Config } from '../model/config.ts';
import type { ConfigKind } from '../model/config-reference.ts';
import type { AvailabilitySample } from '../model/impact.ts';
import type { Ledger } from '../model/ledger.ts';
import type { ContainerStatus, ContainerType, Pod } from '../model/pod.ts';
import type { KubeEvent, Node, Owner } from '../model/resources.ts';
import type { TroubleKind } from '../model/trouble.ts';
import { showsTrouble } from '../model/trouble-signs.ts';
import type { MissingPermission } from './envelope.ts';
import type { Workload } from './workload.ts';

export type { AvailabilitySample, Workload };

/**
 * A start that fails repeatedly without a run of its own: image, config, volume, sandbox,
 * scheduling.
 */
export interface StartFailure {
  readonly kind: TroubleKind;
  /** When it was first known to fail, epoch ms. */
  readonly since: number;
  /**
   * When its status was seen to turn to ErrImagePull, epoch ms, ascending: each marks a failed
   * pull. Only the newest few.
   */
  readonly pullErrors: readonly number[];
}

/** What is known of one container of one pod. */
export interface ContainerRecord {
  readonly name: string;
  readonly type: ContainerType;
  readonly ledger: Ledger;
  /** Its newest status; undefined until the kubelet reports one. */
  readonly status: ContainerStatus | undefined;
  readonly failure: StartFailure | null;
}

/** What is known of one pod, by its UID. */
export interface PodRecord {
  readonly pod: Pod;
  readonly workload: Workload;
  /** When its newest arrival came, epoch ms; and that arrival's line (0: live). */
  readonly arrivedAt: number;
  readonly line: number;
  /**
   * When its deletion was requested, on our clock, as nearly as is known: the reason for all ends
   * since. null if it was not.
   */
  readonly deletionAskedAt: number | null;
  /** When it was known to be gone; null while it exists. */
  readonly goneAt: number | null;
  /**
   * Until when it certainly existed, epoch ms: before `goneAt` if it went unseen; null while it
   * exists.
   */
  readonly goneAfter: number | null;
  /** In the order of the spec. */
  readonly containers: readonly ContainerRecord[];
}

/**
 * The log of one dead run, as fetched; safe text. `error` says why it could not be fetched, else
 * ''.
 */
export interface RunLog {
  readonly container: string;
  readonly containerID: string;
  readonly text: string;
  readonly truncated: boolean;
  readonly error: string;
  readonly at: number;
}

/**
 * A period in which arrivals of a kind were lost or late, epoch ms; `to` is null while it lasts.
 */
export interface Gap {
  readonly kind: string;
  readonly namespace: string | null;
  readonly from: number;
  readonly to: number | null;
  readonly reason: string;
  readonly resumed: boolean;
}

export interface Marker {
  readonly at: number;
  readonly name: string;
  readonly note: string;
}

/** A node's kubelet came back with another version. */
export interface KubeletUpgrade {
  readonly from: string;
  readonly to: string;
  /** When it was first seen, epoch ms. */
  readonly at: number;
}

/**
 * The pods that a workload wants (isDesired in availability.ts), and how many of them are ready.
 */
export interface PodCounts {
  readonly desired: number;
  readonly available: number;
}

/**
 * The newest version of the object at the top of a workload, and the history of its count of
 * available pods.
 */
export interface WorkloadStatus {
  readonly owner: Owner;
  /** When its newest arrival came, epoch ms. */
  readonly arrivedAt: number;
  /**
   * Oldest first. They begin when the object became known; for earlier times only its pods are
   * counted.
   */
  readonly availability: readonly AvailabilitySample[];
}

/**
 * The UIDs of all known pods of each workload, gone ones included, by its key; in order of arrival.
 */
export type Members = ImmutableMap<string, readonly string[]>;

export const NO_MEMBERS: Members = ImmutableMap();

/**
 * The fold of all arrivals up to a time. Immutable: an older state stays valid and shares what did
 * not change.
 */
export interface ClusterState {
  /** When its newest arrival came, epoch ms; 0 before the first. */
  readonly arrivedAt: number;
  /** When the first complete list of pods came, epoch ms; null before. */
  readonly podsListedAt: number | null;
  /** By pod UID. A gone pod stays while its problem is still shown or its runs may be asked for. */
  readonly pods: ImmutableMap<string, PodRecord>;
  /** The UIDs of `pods` by the key of their workload, gone ones included. */
  readonly members: Members;
  /**
   * Those of `pods` of which a container ever failed, restarted or ended: few, and all pods in
   * trouble are among them.
   */
  readonly unhealthyCandidates: ImmutableMap<string, PodRecord>;
  /** By UID. */
  readonly owners: ImmutableMap<string, Owner>;
  /** By workload key: the objects that have no controller above them. */
  readonly statuses: ImmutableMap<string, WorkloadStatus>;
  /** By name. */
  readonly nodes: ImmutableMap<string, Node>;
  /** The newest of each node, by name. */
  readonly upgrades: ImmutableMap<string, KubeletUpgrade>;
  /** By {@link configKey}: the ConfigMaps and Secrets that pods in trouble refer to, once read. */
  readonly configs: ImmutableMap<string, Config>;
  /** What runs and events taught about the back-off on each node, by name. */
  readonly backoffs: ImmutableMap<string, NodeBackoff>;
  /** The difference of each node's clock from ours, by name. */
  readonly clocks: ImmutableMap<string, NodeClock>;
  /** By the UID of the object they are about (see {@link eventsOfNode} for nodes); oldest first. */
  readonly events: ImmutableMap<string, readonly KubeEvent[]>;
  /** By pod UID; oldest first. */
  readonly logs: ImmutableMap<string, readonly RunLog[]>;
  /** The UID of the existing pod, by `namespace/name`. */
  readonly names: ImmutableMap<string, string>;
  /** How many pods each workload wants and has, by workload key. */
  readonly workloads: ImmutableMap<string, PodCounts>;
  /** By workload key; oldest first. */
  readonly availability: ImmutableMap<string, readonly AvailabilitySample[]>;
  readonly gaps: readonly Gap[];
  readonly hidden: readonly MissingPermission[];
  readonly markers: readonly Marker[];
  /** When each kind last arrived (any line of it), epoch ms: the age of the data. */
  readonly lastArrival: ImmutableMap<string, number>;
  /**
   * How many crashes are known so far. Grows with each newly known end of a run that was not a
   * clean stop.
   */
  readonly crashes: number;
}

export const EMPTY_STATE: ClusterState = Object.freeze({
  arrivedAt: 0,
  podsListedAt: null,
  pods: ImmutableMap<string, PodRecord>(),
  members: NO_MEMBERS,
  unhealthyCandidates: ImmutableMap<string, PodRecord>(),
  owners: ImmutableMap<string, Owner>(),
  statuses: ImmutableMap<string, WorkloadStatus>(),
  nodes: ImmutableMap<string, Node>(),
  upgrades: ImmutableMap<string, KubeletUpgrade>(),
  configs: ImmutableMap<string, Config>(),
  backoffs: ImmutableMap<string, NodeBackoff>(),
  clocks: ImmutableMap<string, NodeClock>(),
  events: ImmutableMap<string, readonly KubeEvent[]>(),
  logs: ImmutableMap<string, readonly RunLog[]>(),
  names: ImmutableMap<string, string>(),
  workloads: ImmutableMap<string, PodCounts>(),
  availability: ImmutableMap<string, readonly AvailabilitySample[]>(),
  gaps: [],
  hidden: [],
  markers: [],
  lastArrival: ImmutableMap<string, number>(),
  crashes: 0,
});

/** The key of a ConfigMap or Secret in {@link ClusterState.configs}. */
export function configKey(kind: ConfigKind, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

/** Why permissions hide `what` (`logs`, `events`, ...) in a namespace; null if they do not. */
export function hiddenIn({ hidden }: ClusterState, what: string, namespace: string): string | null {
  return hidden.find((h) => h.what === what && (h.namespace === null || h.namespace === namespace))?.why ?? null;
}

/**
 * Did the container never fail, restart or end, as far as is known? True for nearly all of a
 * cluster.
 */
export function neverFailed({ ledger, failure, status }: ContainerRecord): boolean {
  return failure === null && ledger.length <= 1 && !showsTrouble(status) && !(ledger[0]?.ended ?? false);
}

export const NO_EVENTS: readonly KubeEvent[] = Object.freeze([]);

/**
 * The key of the events about a node. Kubelets before 1.35 write its name as the UID, newer ones
 * write no UID, controllers write the real one.
 */
export function nodeEventsKey(name: string): string {
  return `Node/${name}`;
}

/** The events about a node, oldest first. */
export function eventsOfNode(state: ClusterState, name: string): readonly KubeEvent[] {
  return state.events.get(nodeEventsKey(name)) ?? NO_EVENTS;
}

/** The version of a node's kubelet, as `v1.35.4`; '' if unknown. */
export function kubeletVersionOf({ nodes }: Pick<ClusterState, 'nodes'>, node: string): string {
  return nodes.get(node)?.kubeletVersion ?? '';
}

/**
 * How the kubelet of a node backs off, as learned from runs and events; else as kubelets do by
 * default.
 */
export function backoffOf({ backoffs }: Pick<ClusterState, 'backoffs'>, node: string): NodeBackoff {
  return backoffs.get(node) ?? DEFAULT_NODE_BACKOFF;
}

/** Is it a gap in the pods of this namespace: one of its own, or of the whole cluster? */
export function isGapOfPods(gap: Pick<Gap, 'kind' | 'namespace'>, namespace: string): boolean {
  return gap.kind === 'Pod' && (gap.namespace === null || gap.namespace === namespace);
}
