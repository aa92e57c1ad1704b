import { Map as ImmutableMap } from 'immutable';
import type { Read } from '../../../diagnosis/wanted-reads.ts';
import type { Clock } from '../../../model/clock.ts';
import type { ControllerRef, Pod } from '../../../model/pod.ts';
import { isOwnerKind, type KubeEvent, type Owner, type OwnerKind, toOwner } from '../../../model/resources.ts';
import { arrayOf, type Json, objectOf, stringOf } from '../../../text/json.ts';
import { workloadOf } from '../../../timeline/workload.ts';
import { hasIdentity } from '../kube-object.ts';
import type { RateLimitedRead } from './rate-limited-reads.ts';

export interface OwnersAndNodesOptions {
  readonly clock: Clock;
  /** Schedules a read for that time, epoch ms. */
  readonly ask: (read: RateLimitedRead, at: number) => void;
  /** Takes an object that changed since its last read. For DELETED, only its metadata is known. */
  readonly emit: (verb: 'ADDED' | 'MODIFIED' | 'DELETED', kind: OwnerKind | 'Node', object: Json) => void;
  /** Is the pod still of interest? */
  readonly isInTrouble: (podUid: string) => boolean;
}

type Kind = OwnerKind | 'Node';

/** Their API paths: the reads that a role must allow (docs/rights.md). */
export const RESOURCES: Readonly<Record<Kind, { readonly api: string; readonly resource: string }>> = {
  ReplicaSet: { api: '/apis/apps/v1', resource: 'replicasets' },
  Deployment: { api: '/apis/apps/v1', resource: 'deployments' },
  StatefulSet: { api: '/apis/apps/v1', resource: 'statefulsets' },
  DaemonSet: { api: '/apis/apps/v1', resource: 'daemonsets' },
  ControllerRevision: { api: '/apis/apps/v1', resource: 'controllerrevisions' },
  Job: { api: '/apis/batch/v1', resource: 'jobs' },
  CronJob: { api: '/apis/batch/v1', resource: 'cronjobs' },
  ReplicationController: { api: '/api/v1', resource: 'replicationcontrollers' },
  Node: { api: '/api/v1', resource: 'nodes' },
};

/** An owner or node that was wanted at least once. */
interface Known {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  /** UIDs of the pods of interest that led here. */
  readonly pods: Set<string>;
  /** The owners that it owns, if they were wanted. */
  readonly below: Set<Known>;
  /** Did an event say that it cannot create pods? Reset when it has as many as it wants. */
  isShort: boolean;
  /** The last emitted metadata; null before the first, and after its deletion. */
  told: Json | null;
  owner: Owner | null;
  readAt: number;
  /** The revision at the time when its revisions were read. */
  revision: string;
}

const OWNERS_AGAIN_MS = 30_000;
/** A Deployment reports its own progress: its ReplicaSet hardly changes. */
const OWNED_AGAIN_MS = 5 * 60_000;
const NODES_AGAIN_MS = 60_000;
/**
 * SOON: the controller has counted its pods by then. AFTERWARDS: its reaction is visible by then.
 */
const SOON_MS = 1000;
const AFTERWARDS_MS = 10_000;
/** The shortest interval between two reads of one object. */
const MIN_REFRESH_INTERVAL_MS = 5000;
/** How many objects are remembered, so that unchanged ones are not emitted again. */
const MAX_KNOWN = 4000;
/** A Deployment keeps ten old ReplicaSets by default. */
const MAX_REVISIONS = 100;

/**
 * Reads owners and nodes of unhealthy pods, one by one, and only while there is a problem (a watch
 * of all ReplicaSets of a cluster costs megabytes). Reads nothing from a healthy cluster.
 */
export class OwnersAndNodes {
  readonly #options: OwnersAndNodesOptions;
  readonly #known = new Map<string, Known>();
  #preferred = '';

  constructor(options: OwnersAndNodesOptions) {
    this.#options = options;
  }

  /** Takes a read wanted for a pod of interest, with each arrival of the pod. */
  want(read: Read & { readonly type: 'owner' | 'node' }, { namespace, uid }: Pod): void {
    if (read.type === 'node') this.#want('Node', '', read.name, uid);
    else this.#want(read.kind, namespace, read.name, uid);
  }

  /**
   * Takes note that a pod came, went, or changed its readiness: an unhealthy workload counts its
   * pods anew.
   */
  observeMove(pod: Pod): void {
    if (pod.controller === null || this.#known.size === 0) return;
    const own = this.#known.get(keyOf(pod.controller.kind, pod.namespace, pod.controller.name));
    const above = own?.owner?.controller ?? workloadOf(pod, NO_OWNERS);
    this.#readSoon(own);
    if (above.name !== pod.controller.name) this.#readSoon(this.#known.get(keyOf(above.kind, pod.namespace, above.name)));
  }

  /**
   * Takes a warning about an owner: one that cannot create pods has no pod that would lead to it.
   */
  observeEvent({ type, reason, involved }: KubeEvent): void {
    if (type !== 'Warning' || reason !== 'FailedCreate' || !isOwnerKind(involved.kind)) return;
    const known = this.#add(involved.kind, involved.namespace, involved.name);
    known.isShort = true;
    this.#read(known, 0);
  }

  /** Reads the owners and node of the pod on the screen first. */
  prefer(podUid: string): void {
    this.#preferred = podUid;
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #want(kind: Kind, namespace: string, name: string, podUid: string): void {
    const known = this.#add(kind, namespace, name);
    if (known.pods.has(podUid) && this.#now() - known.readAt < 2 * NODES_AGAIN_MS) return;
    known.pods.add(podUid);
    this.#read(known, 0);
  }

  #add(kind: Kind, namespace: string, name: string): Known {
    const key = keyOf(kind, namespace, name);
    const before = this.#known.get(key);
    if (before !== undefined) return before;
    this.#forgetOldest();
    const known: Known = {
      ...{ kind, namespace, name, pods: new Set<string>(), below: new Set<Known>() },
      ...{ isShort: false, told: null, owner: null, readAt: Number.NEGATIVE_INFINITY, revision: '' },
    };
    this.#known.set(key, known);
    return known;
  }

  #forgetOldest(): void {
    if (this.#known.size < MAX_KNOWN) return;
    for (const [key, known] of this.#known) {
      if (this.#isWanted(known)) continue;
      this.#known.delete(key);
      return;
    }
  }

  // Pods may recover without an arrival: time alone is enough.
  #isWanted(known: Known): boolean {
    for (const uid of known.pods) if (!this.#options.isInTrouble(uid)) known.pods.delete(uid);
    return known.pods.size > 0 || known.isShort || [...known.below].some((owned) => this.#isWanted(owned));
  }

  // The recovery of the last pod is still to be read.
  #wasWanted({ pods, isShort, below }: Known): boolean {
    return pods.size > 0 || isShort || [...below].some((owned) => this.#wasWanted(owned));
  }

  #readSoon(known: Known | undefined): void {
    // An object that was never read waits for its first read.
    if (known === undefined || known.readAt === Number.NEGATIVE_INFINITY || !this.#wasWanted(known)) return;
    // A Job ends, and goes with its last pod; a ReplicaSet says nothing that its Deployment does
    // not.
    if (known.kind !== 'Job' && known.owner?.controller != null) return;
    const minReadyMs = known.owner?.minReadyMs ?? 0;
    this.#read(known, SOON_MS, 'soon');
    this.#read(known, AFTERWARDS_MS, 'afterwards');
    if (minReadyMs > 0) this.#read(known, minReadyMs + SOON_MS, 'available');
  }

  /** @param when distinguishes waiting reads of one object: each of them is made. */
  #read(known: Known, inMs: number, when = ''): void {
    const { kind, namespace, name } = known;
    const { api, resource } = RESOURCES[kind];
    const isNode = kind === 'Node';
    const where = isNode ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
    const read: RateLimitedRead = {
      key: `${when} ${keyOf(kind, namespace, name)}`,
      right: isNode ? 'nodes' : `owners ${namespace} ${resource}`,
      path: `${api}${where}/${resource}/${encodeURIComponent(name)}`,
      rank: () => this.#rankOf(known),
      isWanted: () => this.#isWanted(known),
      take: (object) => this.#take(known, object),
      missing: () => this.#missing(known),
    };
    this.#options.ask(read, Math.max(this.#now() + inMs, known.readAt + MIN_REFRESH_INTERVAL_MS));
  }

  #rankOf(known: Known): number {
    if (known.pods.has(this.#preferred) || [...known.below].some((owned) => owned.pods.has(this.#preferred))) return 0;
    return known.told === null ? 1 : 2;
  }

  #take(known: Known, object: Json): void {
    known.readAt = this.#now();
    if (!hasIdentity(object)) return;
    this.#tell(known, object);
    if (known.kind !== 'Node') this.#takeOwner(known, known.kind, object);
    if (!this.#isWanted(known)) return;
    this.#read(known, againMs(known), 'again');
  }

  #tell(known: Known, object: Json): void {
    const { kind, told } = known;
    const now = objectOf(object.metadata);
    const before = objectOf(told?.metadata);
    if (before.uid === now.uid && before.resourceVersion === now.resourceVersion) return;
    const isAnother = told !== null && before.uid !== now.uid;
    if (isAnother) this.#options.emit('DELETED', kind, told);
    known.told = identityOf(kind, now);
    this.#options.emit(told === null || isAnother ? 'ADDED' : 'MODIFIED', kind, object);
  }

  #takeOwner(known: Known, kind: OwnerKind, object: Json): void {
    const owner = toOwner(object, kind);
    known.owner = owner;
    if (known.isShort) known.isShort = isShort(owner);
    if (owner.controller !== null) this.#takeController(known, owner.controller);
    const revision = revisionToldBy(kind, object, owner);
    if (revision === '' || revision === known.revision) return;
    known.revision = revision;
    this.#readRevisions(known, object, kind === 'Deployment' ? 'ReplicaSet' : 'ControllerRevision');
  }

  #takeController(known: Known, { kind, name }: ControllerRef): void {
    if (!isOwnerKind(kind) || !this.#isWanted(known)) return;
    const above = this.#add(kind, known.namespace, name);
    if (above.below.has(known)) return;
    above.below.add(known);
    this.#read(above, 0);
  }

  #missing(known: Known): void {
    known.readAt = this.#now();
    if (known.told !== null) this.#options.emit('DELETED', known.kind, known.told);
    known.told = null;
    known.owner = null;
    known.isShort = false;
    known.revision = '';
    known.below.clear();
  }

  // The change is visible in the ReplicaSet of the previous revision, which no longer has pods that
  // would lead to it.
  #readRevisions(known: Known, object: Json, kind: RevisionKind): void {
    const { namespace, name } = known;
    const { api, resource } = RESOURCES[kind];
    const read: RateLimitedRead = {
      key: `revisions of ${keyOf(known.kind, namespace, name)}`,
      // A user allowed to read all workloads may still be refused these: then no owner is hidden.
      right: `${kind === 'ReplicaSet' ? 'owners' : 'revisions'} ${namespace} ${resource}`,
      path: `${api}/namespaces/${encodeURIComponent(namespace)}/${resource}`,
      query: { labelSelector: labelSelectorOf(objectOf(objectOf(object.spec).selector)), limit: MAX_REVISIONS },
      rank: () => this.#rankOf(known),
      isWanted: () => this.#isWanted(known),
      take: (list) => this.#takeRevisions(known, kind, arrayOf(list.items).map(objectOf).filter(hasIdentity)),
      missing: () => undefined,
    };
    this.#options.ask(read, this.#now());
  }

  #takeRevisions({ namespace, owner }: Known, kind: RevisionKind, items: readonly Json[]): void {
    const sets = items.map((raw) => ({ raw, set: toOwner(raw, kind) }));
    const own = sets.filter(({ set }) => set.controller?.uid === owner?.uid);
    own.sort((a, b) => Number(b.set.revision) - Number(a.set.revision));
    for (const { raw, set } of own.slice(0, 2)) {
      // The items of a list do not name their kind.
      this.#tell(this.#add(kind, namespace, set.name), { apiVersion: 'apps/v1', kind, ...raw });
    }
  }
}

/**
 * The kinds that keep the revisions of a workload: a Deployment's, and those of a StatefulSet or
 * DaemonSet.
 */
type RevisionKind = 'ReplicaSet' | 'ControllerRevision';

/**
 * A value that changes with each rollout of a workload, once an object keeps its revision; '' if it
 * has none.
 */
function revisionToldBy(kind: OwnerKind, { status }: Json, { revision }: Owner): string {
  if (kind === 'Deployment') return revision;
  if (kind === 'StatefulSet') return stringOf(objectOf(status).updateRevision);
  return kind === 'DaemonSet' ? String(objectOf(status).observedGeneration ?? '') : '';
}

const NO_OWNERS = ImmutableMap<string, Owner>();

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

function identityOf(kind: Kind, { name, namespace, uid, resourceVersion }: Json): Json {
  const where = namespace === undefined ? {} : { namespace };
  const apiVersion = RESOURCES[kind].api.replace(/^\/apis?\//, '');
  return { apiVersion, kind, metadata: { name, ...where, uid, resourceVersion } };
}

function isShort({ desired, available, job, conditions }: Owner): boolean {
  const hasFailed = conditions.some((c) => c.type === 'Failed' && c.status === 'True');
  if (job !== null) return job.completedAt === null && job.active === 0 && !job.isSuspended && !hasFailed;
  return desired !== null && desired > (available ?? 0);
}

/** A LabelSelector as a query parameter. */
function labelSelectorOf({ matchLabels, matchExpressions }: Json): string {
  const labels = Object.entries(objectOf(matchLabels)).map(([key, value]) => `${key}=${stringOf(value)}`);
  const expressions = arrayOf(matchExpressions).map((raw) => {
    const { key, operator, values } = objectOf(raw);
    if (operator === 'Exists') return stringOf(key);
    if (operator === 'DoesNotExist') return `!${stringOf(key)}`;
    return `${stringOf(key)} ${operator === 'NotIn' ? 'notin' : 'in'} (${arrayOf(values).join(',')})`;
  });
  return [...labels, ...expressions].join(',');
}

function againMs({ kind, owner }: Known): number {
  if (kind === 'Node') return NODES_AGAIN_MS;
  return owner?.controller == null ? OWNERS_AGAIN_MS : OWNED_AGAIN_MS;
}
