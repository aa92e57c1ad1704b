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
  /** Has a read made at that time, epoch ms. */
  readonly ask: (read: RateLimitedRead, at: number) => void;
  /** Takes what was read and is not as it was the last time. Of what is DELETED, only its metadata is known. */
  readonly emit: (verb: 'ADDED' | 'MODIFIED' | 'DELETED', kind: OwnerKind | 'Node', object: Json) => void;
  /** Is the pod still of interest? */
  readonly isInTrouble: (podUid: string) => boolean;
}

type Kind = OwnerKind | 'Node';

/** Where the API has them: what a role must let be read (docs/rights.md). */
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

/** An owner or a node that was wanted once. */
interface Known {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  /** The pods of interest that led here, by UID. */
  readonly pods: Set<string>;
  /** The owners that it owns, as far as they were wanted. */
  readonly below: Set<Known>;
  /** Did an event say that it can create no pods? Until it has as many as it wants. */
  isShort: boolean;
  /** What was emitted of it last: only its metadata. null before, and after it was gone. */
  told: Json | null;
  owner: Owner | null;
  readAt: number;
  /** The revision at which its revisions were read. */
  revision: string;
}

const OWNERS_AGAIN_MS = 30_000;
/** What a Deployment does is told by itself: its ReplicaSet hardly changes. */
const OWNED_AGAIN_MS = 5 * 60_000;
const NODES_AGAIN_MS = 60_000;
/** The controller has counted its pods about then; and whatever it did about it can be seen. */
const SOON_MS = 1000;
const AFTERWARDS_MS = 10_000;
/** An object is read no more often. */
const APART_MS = 5000;
/** Objects that are remembered, so that one that did not change is not told again. */
const KNOWN = 4000;
/** A Deployment keeps ten old ReplicaSets, if nobody changed that. */
const REVISIONS_AT_MOST = 100;

/**
 * What stands around the pods in trouble: the objects that own them, and their nodes. Read one by one, and only while there is
 * trouble (a watch of all ReplicaSets of a cluster costs megabytes). A quiet cluster is asked for none of it.
 */
export class OwnersAndNodes {
  readonly #options: OwnersAndNodesOptions;
  readonly #known = new Map<string, Known>();
  #preferred = '';

  constructor(options: OwnersAndNodesOptions) {
    this.#options = options;
  }

  /** What is wanted of a pod of interest, each time that it arrives. */
  want(read: Read & { readonly type: 'owner' | 'node' }, { namespace, uid }: Pod): void {
    if (read.type === 'node') this.#want('Node', '', read.name, uid);
    else this.#want(read.kind, namespace, read.name, uid);
  }

  /** A pod came, went, or changed its readiness: its workload, where that is in trouble, counts anew. */
  observeMove(pod: Pod): void {
    if (pod.controller === null || this.#known.size === 0) return;
    const own = this.#known.get(keyOf(pod.controller.kind, pod.namespace, pod.controller.name));
    const above = own?.owner?.controller ?? workloadOf(pod, NO_OWNERS);
    this.#readSoon(own);
    if (above.name !== pod.controller.name) this.#readSoon(this.#known.get(keyOf(above.kind, pod.namespace, above.name)));
  }

  /** Takes a warning about an owner: one that can create no pods has none that would lead to it. */
  observeEvent({ type, reason, involved }: KubeEvent): void {
    if (type !== 'Warning' || reason !== 'FailedCreate' || !isOwnerKind(involved.kind)) return;
    const known = this.#add(involved.kind, involved.namespace, involved.name);
    known.isShort = true;
    this.#read(known, 0);
  }

  /** The pod that somebody looks at: what is around it is read first. */
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
    if (this.#known.size < KNOWN) return;
    for (const [key, known] of this.#known) {
      if (this.#isWanted(known)) continue;
      this.#known.delete(key);
      return;
    }
  }

  // Pods leave trouble without an arrival, too: time alone does it.
  #isWanted(known: Known): boolean {
    for (const uid of known.pods) if (!this.#options.isInTrouble(uid)) known.pods.delete(uid);
    return known.pods.size > 0 || known.isShort || [...known.below].some((owned) => this.#isWanted(owned));
  }

  // When the last pod leaves trouble, that is still to be read.
  #wasWanted({ pods, isShort, below }: Known): boolean {
    return pods.size > 0 || isShort || [...below].some((owned) => this.#wasWanted(owned));
  }

  #readSoon(known: Known | undefined): void {
    // What was never read waits to be.
    if (known === undefined || known.readAt === Number.NEGATIVE_INFINITY || !this.#wasWanted(known)) return;
    // A Job ends, and goes with its last pod; a ReplicaSet has nothing to say that its Deployment does not.
    if (known.kind !== 'Job' && known.owner?.controller != null) return;
    const minReadyMs = known.owner?.minReadyMs ?? 0;
    this.#read(known, SOON_MS, 'soon');
    this.#read(known, AFTERWARDS_MS, 'afterwards');
    if (minReadyMs > 0) this.#read(known, minReadyMs + SOON_MS, 'available');
  }

  /** @param when names the read among those that wait for the object: each of them is made. */
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
    this.#options.ask(read, Math.max(this.#now() + inMs, known.readAt + APART_MS));
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

  // What changed is told by the ReplicaSet of the revision before, which has no pods any more that would lead to it.
  #readRevisions(known: Known, object: Json, kind: RevisionKind): void {
    const { namespace, name } = known;
    const { api, resource } = RESOURCES[kind];
    const read: RateLimitedRead = {
      key: `revisions of ${keyOf(known.kind, namespace, name)}`,
      // Whoever may read all workloads may still not read these: it is no owner that is hidden then.
      right: `${kind === 'ReplicaSet' ? 'owners' : 'revisions'} ${namespace} ${resource}`,
      path: `${api}/namespaces/${encodeURIComponent(namespace)}/${resource}`,
      query: { labelSelector: labelSelectorOf(objectOf(objectOf(object.spec).selector)), limit: REVISIONS_AT_MOST },
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
      // The items of a list do not say what they are.
      this.#tell(this.#add(kind, namespace, set.name), { apiVersion: 'apps/v1', kind, ...raw });
    }
  }
}

/** What keeps the revisions of a workload: a Deployment's, and those of a StatefulSet or DaemonSet. */
type RevisionKind = 'ReplicaSet' | 'ControllerRevision';

/** What changes with each rollout of a workload, once there is an object that keeps its revision; '' where it has none. */
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

/** A LabelSelector as the query parameter has it. */
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
