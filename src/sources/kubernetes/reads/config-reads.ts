import type { Read } from '../../../diagnosis/wanted-reads.ts';
import type { Clock } from '../../../model/clock.ts';
import { type Config, toConfig } from '../../../model/config.ts';
import type { ConfigKind } from '../../../model/config-reference.ts';
import type { Pod } from '../../../model/pod.ts';
import type { Json } from '../../../text/json.ts';
import { collectionPath } from '../http/api-reader.ts';
import { hasIdentity } from '../kube-object.ts';
import type { RateLimitedRead } from './rate-limited-reads.ts';

export interface ConfigReadsOptions {
  readonly clock: Clock;
  /** Schedules a read for that time, epoch ms. */
  readonly ask: (read: RateLimitedRead, at: number) => void;
  /** Takes metadata that says something new. */
  readonly emit: (verb: 'ADDED' | 'MODIFIED' | 'DELETED', kind: ConfigKind, object: Json) => void;
  /** Is the pod still of interest? */
  readonly isInTrouble: (podUid: string) => boolean;
}

/** A ConfigMap or Secret that an unhealthy pod refers to. */
interface Known {
  readonly kind: ConfigKind;
  readonly namespace: string;
  readonly name: string;
  /** UIDs of the pods of interest that refer to it. */
  readonly pods: Set<string>;
  /** The last emitted state; null before the first, and after its deletion. */
  told: { readonly object: Json; readonly config: Config } | null;
  readAt: number;
}

/** Their names in API paths. */
export const CONFIG_RESOURCES: Readonly<Record<ConfigKind, string>> = { ConfigMap: 'configmaps', Secret: 'secrets' };

/** The shortest interval between two reads of one object, however many of its pods crash. */
const MIN_REFRESH_INTERVAL_MS = 30_000;
/** How many objects are remembered; more are not read. */
const MAX_KNOWN = 4000;

/**
 * Reads who last wrote the ConfigMaps and Secrets of unhealthy pods, and when: one by one, metadata
 * only, when the problem begins and when such a pod arrives again. Reads nothing from a healthy
 * cluster.
 */
export class ConfigReads {
  readonly #options: ConfigReadsOptions;
  readonly #known = new Map<string, Known>();
  #preferred = '';

  constructor(options: ConfigReadsOptions) {
    this.#options = options;
  }

  /** Takes a reference of a pod of interest, with each arrival of the pod. */
  want({ kind, name }: Read & { readonly type: 'config' }, { namespace, uid }: Pod): void {
    const key = `${kind}/${namespace}/${name}`;
    const known = this.#known.get(key) ?? this.#add(key, { kind, namespace, name });
    if (known === null) return;
    known.pods.add(uid);
    this.#options.ask(this.#readOf(known, key), Math.max(this.#options.clock.now(), known.readAt + MIN_REFRESH_INTERVAL_MS));
  }

  /** Reads the references of the pod on the screen first. */
  prefer(podUid: string): void {
    this.#preferred = podUid;
  }

  #add(key: string, what: Pick<Known, 'kind' | 'namespace' | 'name'>): Known | null {
    if (this.#known.size >= MAX_KNOWN) this.#forgetOne();
    if (this.#known.size >= MAX_KNOWN) return null;
    const known: Known = { ...what, pods: new Set(), told: null, readAt: Number.NEGATIVE_INFINITY };
    this.#known.set(key, known);
    return known;
  }

  #forgetOne(): void {
    for (const [key, known] of this.#known) {
      if (this.#isWanted(known)) continue;
      this.#known.delete(key);
      return;
    }
  }

  // Pods may recover without an arrival: time alone is enough.
  #isWanted({ pods }: Known): boolean {
    for (const uid of pods) if (!this.#options.isInTrouble(uid)) pods.delete(uid);
    return pods.size > 0;
  }

  #readOf(known: Known, key: string): RateLimitedRead {
    const { kind, namespace, name } = known;
    const resource = CONFIG_RESOURCES[kind];
    return {
      key,
      right: `${resource} ${namespace}`,
      path: `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`,
      metadataOnly: true,
      // Owners and nodes say more.
      rank: () => (known.pods.has(this.#preferred) ? 0 : 3),
      isWanted: () => this.#isWanted(known),
      take: (object) => this.#take(known, object),
      missing: () => this.#missing(known),
    };
  }

  #take(known: Known, { metadata }: Json): void {
    known.readAt = this.#options.clock.now();
    const object = { apiVersion: 'v1', kind: known.kind, metadata };
    if (!hasIdentity(object)) return;
    const config = toConfig(object, known.kind);
    const before = known.told;
    known.told = { object, config };
    if (before !== null && before.config.uid !== config.uid) {
      this.#options.emit('DELETED', known.kind, before.object);
      this.#options.emit('ADDED', known.kind, object);
    } else if (before === null) this.#options.emit('ADDED', known.kind, object);
    // Leader elections and the like write labels and annotations all the time.
    else if (JSON.stringify(before.config) !== JSON.stringify(config)) this.#options.emit('MODIFIED', known.kind, object);
  }

  #missing(known: Known): void {
    known.readAt = this.#options.clock.now();
    if (known.told !== null) this.#options.emit('DELETED', known.kind, known.told.object);
    known.told = null;
  }
}
