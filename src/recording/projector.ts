import { toConfig } from '../model/config.ts';
import { type Condition, type ContainerStatus, type Pod, toPod } from '../model/pod.ts';
import type { PodTemplate } from '../model/pod-template.ts';
import {
  type Owner,
  type OwnerKind,
  type Resource,
  type ResourceKind,
  toKubeEvent,
  toNode,
  toOwner,
} from '../model/resources.ts';
import { arrayOf, type Json, objectOf, stringOf } from '../text/json.ts';
import { safeLine, safeText } from '../text/safe-text.ts';
import type { Envelope, MissingPermission } from '../timeline/envelope.ts';
import { boundedJson, type CutTally } from './bounded-json.ts';
import { isResourceKind } from './kinds.ts';
import type { AccessLine, GapLine, LogLine, ObjectLine, RecordingLine, SnapshotLine } from './line.ts';
import { ListParts } from './list-parts.ts';
import { maskText } from './redaction/mask.ts';
import { MASKED } from './redaction/masking/span.ts';

/**
 * Turns the lines of one source, in order, into envelopes: bounded, projected, their strings made
 * safe, secrets in free text masked (even if the recording has redaction `none`). Keeps the last
 * Pod by UID, so that its next arrival shares unchanged parts.
 */
export class Projector {
  readonly #startedAt: number;
  readonly #mask = new ResourceMask();
  readonly #pods = new Map<string, Pod>();
  readonly #lists: ListParts;

  /** Counts texts and entries beyond their bounds, which are shown in part. */
  readonly cut: CutTally = { texts: 0, entries: 0 };

  /**
   * @param startedAt epoch ms at t = 0.
   * @param lists the lists of previous files, if this one continues them.
   */
  constructor(startedAt: number, lists: ListParts = new ListParts()) {
    this.#startedAt = startedAt;
    this.#lists = lists;
  }

  /**
   * The envelope of a line; null for a kind or type that has none (BOOKMARK, `kind: Service`), and
   * for a keyframe that repeats known state.
   * @param number its 1-based line in the file; 0 if there is no file.
   * @throws NotAKubernetesObject for an object without name or UID; the reader never lets one
   * through.
   */
  project(raw: RecordingLine, number: number): Envelope | null {
    const line = boundedJson(raw, this.cut);
    const arrived = { at: this.#startedAt + line.t, line: number };
    switch (line.type) {
      case 'ADDED':
      case 'MODIFIED':
      case 'DELETED':
        return isResourceKind(line.kind)
          ? this.#lists.pass({ ...arrived, type: 'object', verb: line.type, object: this.#object(line, line.kind) })
          : null;
      case 'snapshot':
        return isResourceKind(line.kind) ? this.#snapshot(line, line.kind, arrived) : null;
      case 'log':
        return { ...arrived, ...toLog(line) };
      case 'gap':
        return { ...arrived, ...this.#gap(line) };
      case 'access':
        return { ...arrived, type: 'access', hidden: toHidden(line) };
      case 'marker':
        return { ...arrived, type: 'marker', name: safeLine(maskText(line.name)), note: safeLine(maskText(stringOf(line.note))) };
      default:
        return null;
    }
  }

  #object(line: ObjectLine, kind: ResourceKind): Resource {
    const object = this.#resource(line.object, kind);
    if (kind === 'Pod' && line.type === 'DELETED') this.#pods.delete(object.uid);
    return object;
  }

  #resource(raw: Json, kind: ResourceKind): Resource {
    if (kind === 'Pod') return this.#pod(raw);
    if (kind === 'Event') return this.#mask.all(toKubeEvent(raw));
    if (kind === 'Node') return this.#mask.all(toNode(raw));
    if (kind === 'ConfigMap' || kind === 'Secret') return this.#mask.all(toConfig(raw, kind));
    return this.#mask.owner(toOwner(raw, kind satisfies OwnerKind));
  }

  #pod(raw: Json): Pod {
    const uid = stringOf(objectOf(raw.metadata).uid);
    const pod = this.#mask.pod(toPod(raw, this.#pods.get(uid)));
    this.#pods.set(pod.uid, pod);
    return pod;
  }

  #snapshot(line: SnapshotLine, kind: ResourceKind, arrived: Pick<Envelope, 'at' | 'line'>): Envelope | null {
    const namespace = typeof line.namespace === 'string' ? safeLine(line.namespace) : null;
    const isKeyframe = line.keyframe === true;
    if (isKeyframe && !this.#lists.isNews({ kind, namespace })) return null;
    const items = line.items.map((item) => this.#resource(item, kind));
    const list = { ...arrived, type: 'snapshot', kind, namespace, items, more: line.more === true } as const;
    const listed = isKeyframe ? this.#lists.passKeyframe(list) : this.#lists.pass(list);
    if (listed.type === 'snapshot') for (const uid of listed.absent ?? []) this.#pods.delete(uid);
    return listed;
  }

  #gap(line: GapLine) {
    return {
      type: 'gap',
      kind: safeLine(line.kind),
      namespace: typeof line.namespace === 'string' ? safeLine(line.namespace) : null,
      from: this.#startedAt + line.from,
      reason: safeLine(maskText(stringOf(line.reason))),
      resumed: line.resumed === true,
      open: line.open === true,
    } as const;
  }
}

function toLog(line: LogLine) {
  return {
    type: 'log',
    namespace: safeLine(line.namespace),
    pod: safeLine(line.pod),
    uid: safeLine(line.uid),
    container: safeLine(line.container),
    containerID: safeLine(stringOf(line.containerID)),
    text: safeText(maskText(stringOf(line.text))),
    truncated: line.truncated === true,
    error: safeLine(maskText(stringOf(line.error))),
  } as const;
}

function toHidden(line: AccessLine): MissingPermission[] {
  return arrayOf(line.hidden).map((raw) => {
    const hidden = objectOf(raw);
    return {
      what: safeLine(maskText(stringOf(hidden.what))),
      namespace: typeof hidden.namespace === 'string' ? safeLine(hidden.namespace) : null,
      why: safeLine(maskText(stringOf(hidden.why))),
    };
  });
}

// The same few texts come again and again; looking one up costs a tenth of searching it for
// secrets.
const MAX_REMEMBERED = 4096;
const WORTH_REMEMBERING = 512;

// Names and references: Kubernetes allows nothing there that could be masked, and everything else
// refers to them.
const NAMES: ReadonlySet<string> = new Set(
  'uid name namespace kind is container containerID nodeName host templateHash restartPolicy phase'.split(' '),
);

/**
 * Masks all texts of projected objects except names. An object without secrets stays the same
 * object.
 */
class ResourceMask {
  readonly #harmless = new Set<string>();
  /** Objects already checked, and shared by later arrivals. */
  readonly #clean = new WeakSet<object>();

  /**
   * Like {@link all}, field by field: nine of ten objects are pods, and listing all fields costs
   * half as much as making one.
   */
  pod(pod: Pod): Pod {
    const [reason, message] = [this.#text(pod.reason), this.#text(pod.message)];
    const conditions = this.#shared(pod.conditions, this.#condition);
    const containers = this.#shared(pod.containers, this.#status);
    const spec = this.all(pod.spec);
    const isClean =
      reason === pod.reason && message === pod.message && conditions === pod.conditions && containers === pod.containers;
    return isClean && spec === pod.spec ? pod : { ...pod, reason, message, conditions, containers, spec };
  }

  readonly #condition = (condition: Condition): Condition => {
    const [type, status] = [this.#text(condition.type), this.#text(condition.status)];
    const [reason, message] = [this.#text(condition.reason), this.#text(condition.message)];
    const isClean = type === condition.type && status === condition.status && reason === condition.reason;
    return isClean && message === condition.message ? condition : { ...condition, type, status, reason, message };
  };

  readonly #status = (status: ContainerStatus): ContainerStatus => {
    const image = this.#text(status.image);
    const state = status.state.type === 'running' ? status.state : this.#ended(status.state);
    const last = status.last === null ? null : this.#ended(status.last);
    return image === status.image && state === status.state && last === status.last ? status : { ...status, image, state, last };
  };

  #ended<T extends { readonly reason: string; readonly message: string }>(ended: T): T {
    const [reason, message] = [this.#text(ended.reason), this.#text(ended.message)];
    return reason === ended.reason && message === ended.message ? ended : { ...ended, reason, message };
  }

  #shared<T extends object>(items: readonly T[], mask: (item: T) => T): readonly T[] {
    let changed: T[] | null = null;
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as T;
      if (this.#clean.has(item)) continue;
      const masked = mask(item);
      this.#clean.add(masked);
      if (masked === item) continue;
      changed ??= [...items];
      changed[i] = masked;
    }
    return changed ?? items;
  }

  all<T>(value: T): T {
    if (typeof value === 'string') return this.#text(value) as T;
    if (typeof value !== 'object' || value === null || this.#clean.has(value)) return value;
    const masked = Array.isArray(value) ? this.#list(value) : this.#fields(value as Readonly<Record<string, unknown>>);
    this.#clean.add(masked);
    return masked as T;
  }

  owner(owner: Owner): Owner {
    const checked = withHexChecksums(owner.template);
    return this.all(checked === owner.template ? owner : { ...owner, template: checked });
  }

  #text(text: string): string {
    // Too short for a name, a sign and a value.
    if (text.length < 7 || this.#harmless.has(text)) return text;
    const masked = maskText(text);
    if (masked !== text) return masked;
    if (this.#harmless.size >= MAX_REMEMBERED) this.#harmless.clear();
    if (text.length <= WORTH_REMEMBERING) this.#harmless.add(text);
    return text;
  }

  #list(items: readonly unknown[]): readonly unknown[] {
    let changed: unknown[] | null = null;
    for (let i = 0; i < items.length; i++) {
      const masked = this.all(items[i]);
      if (masked === items[i]) continue;
      changed ??= [...items];
      changed[i] = masked;
    }
    return changed ?? items;
  }

  #fields(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    let changed: Record<string, unknown> | null = null;
    for (const key in object) {
      const value = object[key];
      if ((typeof value !== 'string' && typeof value !== 'object') || NAMES.has(key)) continue;
      const masked = this.all(value);
      if (masked === value) continue;
      changed ??= { ...object };
      changed[key] = masked;
    }
    return changed ?? object;
  }
}

const CHECKSUM = 'annotation checksum/';
const NO_HEX = /[^0-9a-f]/;

// The annotation may hold any text: only checksums are shown.
function withHexChecksums(template: PodTemplate): PodTemplate {
  let changed: Record<string, string> | null = null;
  for (const path in template) {
    if (!path.startsWith(CHECKSUM) || !NO_HEX.test(template[path] as string)) continue;
    changed ??= { ...template };
    changed[path] = MASKED;
  }
  return changed ?? template;
}
