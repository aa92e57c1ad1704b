import type { Pod } from '../../model/pod.ts';
import type { Resource, ResourceKind } from '../../model/resources.ts';
import { boundedJson, describeCut } from '../../recording/bounded-json.ts';
import { InputError } from '../../recording/input-error.ts';
import { isResourceKind, RESOURCE_KINDS } from '../../recording/kinds.ts';
import { checkObject, MalformedLine, type ObjectLine } from '../../recording/line.ts';
import { ListParts } from '../../recording/list-parts.ts';
import type { Notice, NoticeKind } from '../../recording/notice.ts';
import { Projector } from '../../recording/projector.ts';
import { maskText } from '../../recording/redaction/mask.ts';
import { arrayOf, type Json, numberOf, objectOf, stringOf } from '../../text/json.ts';
import { safeLine } from '../../text/safe-text.ts';
import type { Envelope } from '../../timeline/envelope.ts';
import { newestTimeIn } from './arrival-time.ts';
import { toDumpedLog } from './dumped-log.ts';
import { isNoise, tellsFailure } from './noise.ts';
import { OpenList } from './open-list.ts';
import type { Cut, Parse, Piece } from './piece.ts';
import { SuccessiveLists } from './successive-lists.ts';

/** An envelope before it is decided whether its own times count, or the time of its receipt. */
export interface Undated {
  /** With `at` 0, to be replaced. */
  readonly envelope: Envelope;
  /** The newest time that its objects state, epoch ms; null if they state none. */
  readonly stated: number | null;
  /** When its last byte was received here, epoch ms. */
  readonly received: number;
}

type Verb = ObjectLine['type'];
const VERBS: readonly string[] = ['ADDED', 'MODIFIED', 'DELETED'];

/** Decodes kubectl's output, piece by piece. docs/inputs.md has the rules. */
export class KubectlDecoder {
  readonly #lenient: boolean;
  readonly #onNotice: (notice: Notice) => void;
  readonly #parts = new ListParts();
  readonly #projector = new Projector(0, this.#parts);
  readonly #successive = new SuccessiveLists();
  /** By namespace/name, for logs without a UID. */
  readonly #pods = new Map<string, Pod>();
  #file = '';
  #parse: Parse = () => undefined;
  /**
   * The first burst: the objects of the list, until a Pod that cannot be part of it. null after
   * that.
   */
  #burst: Json[] | null = [];
  #burstReceived = 0;
  #open: OpenList | null = null;
  readonly #seen = new Set<string>();
  readonly #gone = new Set<string>();
  #number = 0;
  #listed = false;
  readonly #otherKinds = new Map<string, number>();
  readonly #skipped = new Tally();
  readonly #noise = new Tally();

  constructor(lenient: boolean, onNotice: (notice: Notice) => void) {
    this.#lenient = lenient;
    this.#onNotice = onNotice;
  }

  /** The number of the newest piece, 1-based. It is the `line` of its envelopes. */
  get number(): number {
    return this.#number;
  }

  /** Starts a file. `parse` reads the object in a piece. */
  begin(file: string, parse: Parse): void {
    this.#file = file;
    this.#parse = parse;
  }

  /**
   * The arrivals of one piece of output.
   * @param received when it was received, epoch ms.
   * @throws InputError if it cannot be read (lenient: it is skipped and counted), and for kubectl's
   * own error.
   */
  push(piece: Piece, received: number): Undated[] {
    this.#number++;
    try {
      return this.#piece(piece, received);
    } catch (error) {
      if (!(error instanceof MalformedLine)) throw error;
      this.#skip(piece.line, error.message);
      return [];
    }
  }

  /**
   * Handles input that ends in the middle of something. @throws InputError if that is a list
   * (lenient: it has the objects that came).
   */
  cutOff({ inList, line }: Cut, received: number): Undated[] {
    if (!inList) {
      this.#notice('last-line-dropped', `the last object, from line ${line} on, is cut off and was dropped`);
      return [];
    }
    const items = this.#open?.size ?? 0;
    const what = `${this.#file}:${line}: the list is cut off after ${items} of its objects`;
    if (!this.#lenient) throw new InputError(`${what}: the missing part is unknown; --lenient shows what is there`);
    this.#notice('damaged', what);
    return this.#endList({}, received);
  }

  /**
   * Ends the first burst if it is not empty: the objects received are the list. @throws InputError
   * if none of them is a Pod.
   */
  settle(): Undated[] {
    if (this.#open !== null) return [];
    if (this.#burst?.some(isPod)) return this.#endBurst();
    if (this.#holdsOthers() && !this.#listed) throw this.#noPod();
    return [];
  }

  /** Handles the end of the output. @throws InputError if it has no Pod and no list. */
  finish(): Undated[] {
    const last = this.settle();
    if (!this.#listed) throw this.#noPod();
    if (this.#otherKinds.size > 0) this.#notice('kinds-skipped', `skipped what crashtop does not use: ${this.#others()}`);
    if (this.#noise.count > 0)
      this.#notice('lines-skipped', `passed over ${this.#noise.told('line', 'is not a Kubernetes object')}`);
    if (this.#skipped.count > 0) this.#notice('lines-skipped', `skipped ${this.#skipped.told('place', 'could not be read')}`);
    const cut = describeCut(this.#projector.cut);
    if (cut !== null) this.#notice('cut', cut);
    return last;
  }

  #piece(piece: Piece, received: number): Undated[] {
    switch (piece.type) {
      case 'text':
        return this.#text(piece);
      case 'log':
        return this.#log(piece, received);
      case 'list-begin':
        this.#open = new OpenList(itemKindOf(this.#parse(piece.bytes) ?? {}));
        return [];
      case 'list-end':
        return this.#endList(this.#parsed(piece), received);
      case 'item':
        return this.#item(this.#parsed(piece), piece.line, received);
      case 'value':
        return this.#value(this.#parsed(piece), piece.line, received);
    }
  }

  #parsed({ bytes }: Piece): Json {
    const json = this.#parse(bytes);
    if (json === undefined) throw new MalformedLine('not JSON');
    return json;
  }

  #text({ bytes, line }: Piece): Undated[] {
    const text = bytes.toString('utf8');
    if (!isNoise(text)) throw new MalformedLine(`this is not JSON: ${excerptOf(text)}`);
    if (tellsFailure(text)) {
      this.#notice('lines-skipped', `line ${line} says that kubectl failed, so something is missing here: ${excerptOf(text)}`);
    } else this.#noise.add(`line ${line}: ${excerptOf(text)}`);
    return [];
  }

  #value(json: Json, line: number, received: number): Undated[] {
    if (isEvent(json)) return this.#event(stringOf(json.type), objectOf(json.object), line, received);
    if (Array.isArray(json.items)) return this.#nestedList(json, line, received);
    return this.#arrival(null, json, line, received);
  }

  // An entry of an array may be a list again (`jq -s`), or a watch event.
  #item(json: Json, line: number, received: number): Undated[] {
    if (isEvent(json) || Array.isArray(json.items)) return this.#value(json, line, received);
    const kind = stringOf(json.kind) || (this.#open?.itemKind ?? '');
    if (kind === '') this.#open?.addUntyped(json);
    else this.#listItem(kind, json);
    return [];
  }

  #listItem(kind: string, json: Json): void {
    if (!this.#isKept(kind, json)) return;
    this.#open?.add(kind, this.#projected(kind, json), newestTimeIn(json));
  }

  #nestedList(json: Json, line: number, received: number): Undated[] {
    const outer = this.#open;
    this.#open = new OpenList(itemKindOf(json));
    const inside = arrayOf(json.items).flatMap((item) => this.#item(objectOf(item), line, received));
    const ended = this.#endList(json, received);
    this.#open = outer;
    return [...inside, ...ended];
  }

  #endList(list: Json, received: number): Undated[] {
    const open = this.#open ?? new OpenList('');
    const itemKind = itemKindOf(list);
    for (const item of open.untyped) this.#listItem(itemKind, item);
    this.#open = null;
    const isEmpty = open.size === 0;
    // kubectl's empty List does not name a kind: take it for one of Pods.
    const listsPods = isEmpty && (itemKind === 'Pod' || list.kind === 'List');
    if (isEmpty && !listsPods && itemKind !== '') this.#count(stringOf(list.kind));
    return this.#lists(open, listsPods, received);
  }

  // Pods first: the other objects say something about them.
  #lists(list: OpenList, listsPods: boolean, received: number): Undated[] {
    const listed: Undated[] = [];
    for (const kind of RESOURCE_KINDS) {
      const items = list.of(kind);
      if (items.length === 0 && !(kind === 'Pod' && listsPods && !this.#listed)) continue;
      if (kind === 'Pod') listed.push(...this.#beforePods(items as readonly Pod[]));
      for (const envelope of this.#envelopesOf(kind, items)) listed.push({ envelope, stated: list.newest(kind), received });
    }
    return listed;
  }

  #envelopesOf(kind: ResourceKind, items: readonly Resource[]): Envelope[] {
    const arrived = { at: 0, line: this.#number };
    const { isWhole, gone } = this.#successive.next(kind, items);
    if (isWhole) return [this.#parts.pass({ ...arrived, type: 'snapshot', kind, namespace: null, items, more: false })];
    const one = (verb: Verb) => (object: Resource) => ({ ...arrived, type: 'object', verb, object }) as const;
    return [...items.map(one('ADDED')), ...gone.map(one('DELETED'))];
  }

  #beforePods(pods: readonly Pod[]): Undated[] {
    const before = this.#burst !== null && this.#burst.length > 0 ? this.#endBurst() : [];
    this.#burst = null;
    this.#listed = true;
    for (const pod of pods) {
      this.#seen.add(pod.uid);
      this.#pods.set(`${pod.namespace}/${pod.name}`, pod);
    }
    return before;
  }

  #event(type: string, object: Json, line: number, received: number): Undated[] {
    if (type === 'BOOKMARK') return [];
    if (type === 'ERROR') return this.#error(object, line);
    if (!VERBS.includes(type)) throw new MalformedLine(`a watch event of unknown type ${type.slice(0, EXCERPT)}`);
    return this.#arrival(type as Verb, object, line, received);
  }

  #error(status: Json, line: number): Undated[] {
    const { message: told, reason } = boundedJson(status);
    const why = stringOf(told) || stringOf(reason) || 'it does not say which';
    const message = `${this.#file}:${line}: kubectl's watch failed: ${maskText(why)}`;
    if (!this.#lenient) throw new InputError(`${message}; --lenient shows what came before`);
    this.#notice('damaged', message);
    return [];
  }

  #arrival(stated: Verb | null, object: Json, line: number, received: number): Undated[] {
    const kind = stringOf(object.kind);
    if (kind === 'Status') return this.#error(object, line);
    if (!this.#isKept(kind, object)) return [];
    const uid = uidOf(object);
    if (this.#burst !== null && (kind !== 'Pod' || ((stated ?? 'ADDED') === 'ADDED' && !this.#seen.has(uid)))) {
      this.#seen.add(uid);
      this.#burst.push(object);
      this.#burstReceived = received;
      return [];
    }
    const before = this.#burst === null ? [] : this.#endBurst();
    const verb = stated ?? (kind === 'Pod' ? this.#verbOf(object, uid) : 'MODIFIED');
    if (verb === null) return before;
    if (verb === 'DELETED') this.#seen.delete(uid);
    else this.#seen.add(uid);
    const envelope = this.#projector.project({ t: 0, type: verb, kind, object }, this.#number);
    return envelope === null ? before : [...before, { envelope, stated: newestTimeIn(object), received }];
  }

  // For output without event types. The kubelet removes a Pod with a last update to grace period 0,
  // and the watch prints it again when it vanishes, a few milliseconds later: the first of the two
  // counts.
  #verbOf(object: Json, uid: string): Verb | null {
    if (this.#gone.has(uid)) return null;
    const metadata = objectOf(object.metadata);
    const removed = metadata.deletionTimestamp !== undefined && numberOf(metadata.deletionGracePeriodSeconds, 1) === 0;
    if (!removed || arrayOf(metadata.finalizers).length > 0) return this.#seen.has(uid) ? 'MODIFIED' : 'ADDED';
    this.#gone.add(uid);
    return 'DELETED';
  }

  #endBurst(): Undated[] {
    const objects = this.#burst ?? [];
    this.#burst = null;
    if (!objects.some(isPod)) this.#notice('no-list', 'begins without a list of Pods: Pods that did not change are missing');
    const list = new OpenList('');
    for (const object of objects) {
      const kind = object.kind as ResourceKind;
      list.add(kind, this.#projected(kind, object), newestTimeIn(object));
    }
    return this.#lists(list, true, this.#burstReceived);
  }

  #log(piece: Piece, received: number): Undated[] {
    const log = toDumpedLog(piece.bytes.toString('utf8'));
    const pod = log === null ? undefined : this.#pods.get(`${log.namespace}/${log.pod}`);
    if (log === null || pod === undefined) return [];
    const { namespace, container, text } = log;
    const containerID = pod.containers.find(({ name }) => name === container)?.containerID ?? '';
    const line = { t: 0, type: 'log', namespace, pod: log.pod, uid: pod.uid, container, containerID, text } as const;
    const envelope = this.#projector.project(line, this.#number);
    return envelope === null ? [] : [{ envelope, stated: null, received }];
  }

  #projected(kind: ResourceKind, object: Json): Resource {
    const envelope = this.#projector.project({ t: 0, type: 'ADDED', kind, object }, this.#number);
    if (envelope?.type !== 'object') throw new MalformedLine(`an object of kind ${kind} that cannot be read`);
    return envelope.object;
  }

  // Other kinds than Pods are extras: damaged ones are left out. @throws MalformedLine for a Pod
  // without a name or UID.
  #isKept(kind: string, object: Json): kind is ResourceKind {
    const metadata = objectOf(object.metadata);
    if (kind === 'Pod') checkObject(object);
    else if (!isResourceKind(kind) || typeof metadata.uid !== 'string' || typeof metadata.name !== 'string') {
      this.#count(kind);
      if (this.#open !== null) this.#open.others++;
      return false;
    }
    return true;
  }

  #count(kind: string): void {
    const known = kind === '' ? 'objects without a kind' : safeLine(kind.slice(0, 63));
    const name = this.#otherKinds.has(known) || this.#otherKinds.size < KINDS_NAMED ? known : 'of other kinds';
    this.#otherKinds.set(name, (this.#otherKinds.get(name) ?? 0) + 1);
  }

  #holdsOthers(): boolean {
    return this.#otherKinds.size > 0 || (this.#burst !== null && this.#burst.length > 0);
  }

  #others(): string {
    const counts = new Map(this.#otherKinds);
    if (!this.#listed) for (const { kind } of this.#burst ?? []) counts.set(String(kind), (counts.get(String(kind)) ?? 0) + 1);
    return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
  }

  #noPod(): InputError {
    const held = this.#holdsOthers() ? ` but ${this.#others()}` : '';
    return new InputError(
      `${this.#file} holds no Pod${held}: give the output of kubectl get pods -A -w --output-watch-events -o json`,
    );
  }

  #skip(line: number, reason: string): void {
    if (!this.#lenient) throw new InputError(`${this.#file}:${line}: ${reason}; --lenient skips what cannot be read`);
    this.#skipped.add(`line ${line}: ${reason}`);
  }

  #notice(kind: NoticeKind, message: string): void {
    this.#onNotice({ kind, message: safeLine(kind === 'damaged' ? message : `${this.#file}: ${message}`) });
  }
}

/** Counts, and keeps the first. */
class Tally {
  count = 0;
  #first = '';

  add(what: string): void {
    if (this.count++ === 0) this.#first = what;
  }

  told(one: string, why: string): string {
    return this.count === 1
      ? `1 ${one} that ${why} (${this.#first})`
      : `${this.count} ${one}s, the first that ${why}: ${this.#first}`;
  }
}

function isEvent(json: Json): boolean {
  return typeof json.type === 'string' && typeof json.object === 'object' && json.object !== null;
}

// The items of the API's PodList do not name their kind.
function itemKindOf(list: Json): string {
  const kind = stringOf(list.kind);
  return kind.endsWith('List') ? kind.slice(0, -'List'.length) : '';
}

function isPod(object: Json): boolean {
  return object.kind === 'Pod';
}

function uidOf(object: Json): string {
  return stringOf(objectOf(object.metadata).uid);
}

// The most kinds that fit into a line of text.
const KINDS_NAMED = 20;

// The most characters of a line to quote in a message.
const EXCERPT = 60;

function excerptOf(line: string): string {
  // Masks first: a secret cut in half would not be recognized.
  const text = maskText(line.slice(0, 20 * EXCERPT).trim());
  return `"${text.length > EXCERPT ? `${text.slice(0, EXCERPT)}...` : text}"`;
}

/**
 * The object with that UID in a piece (a watch event, a Pod, an item, a list in an array); null if
 * it is not there.
 */
export function objectIn(bytes: Buffer, uid: string, parse: Parse): Json | null {
  if (!bytes.includes(uid)) return null;
  const json = parse(bytes);
  if (json === undefined) return null;
  return objectsIn(json, '').find((object) => uidOf(object) === uid) ?? null;
}

/** The API objects in a value: its items, the object of a watch event, or the value itself. */
export function objectsIn(json: Json, listKind: string): readonly Json[] {
  const itemKind = itemKindOf({ kind: json.items === undefined ? listKind : json.kind });
  const objects = Array.isArray(json.items) ? json.items.map(objectOf) : isEvent(json) ? [objectOf(json.object)] : [json];
  return itemKind === ''
    ? objects
    : objects.map((object) => (object.kind === undefined ? { ...object, kind: itemKind } : object));
}
