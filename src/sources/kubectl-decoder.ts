import { arrayOf, type Json, numberOf, objectOf, stringOf } from '../model/json.ts';
import { safeLine } from '../model/safe-text.ts';
import { InputError } from '../recording/input-error.ts';
import { checkObject, MalformedLine, type ObjectLine } from '../recording/line.ts';
import { maskText } from '../recording/mask.ts';
import type { Notice, NoticeKind } from '../recording/notice.ts';
import { EnvelopeProjector } from '../recording/to-envelope.ts';
import type { Envelope } from '../timeline/envelope.ts';
import { newestTimeIn } from './arrival-time.ts';
import type { JsonPiece } from './json-values.ts';

/** An envelope before it is said whether its own times count, or the time when it was received. */
export interface Undated {
  /** With `at` 0, to be replaced. */
  readonly envelope: Envelope;
  /** The newest time that its objects state, epoch ms; null where they state none. */
  readonly stated: number | null;
  /** When its last byte was received here, epoch ms. */
  readonly received: number;
}

type Verb = ObjectLine['type'];
const VERBS: readonly string[] = ['ADDED', 'MODIFIED', 'DELETED'];

/** What the output of kubectl says, value by value. The rules are recording-format.md's, "Also accepted". */
export class KubectlDecoder {
  readonly #file: string;
  readonly #lenient: boolean;
  readonly #onNotice: (notice: Notice) => void;
  readonly #projector = new EnvelopeProjector(0);
  /** The first burst: the Pods of the list, until an arrival that cannot be of it. null once it is over. */
  #burst: Json[] | null = [];
  #burstReceived = 0;
  readonly #seen = new Set<string>();
  readonly #gone = new Set<string>();
  #number = 0;
  #listed = false;
  readonly #otherKinds = new Map<string, number>();
  #skipped = 0;
  #firstSkipped = '';

  constructor(file: string, lenient: boolean, onNotice: (notice: Notice) => void) {
    this.#file = file;
    this.#lenient = lenient;
    this.#onNotice = onNotice;
  }

  /** How many JSON values were pushed: the number of the newest, 1-based. It is the `line` of its envelopes. */
  get number(): number {
    return this.#number;
  }

  /**
   * What one piece of the output brings.
   * @param received when it was received, epoch ms.
   * @throws InputError where it cannot be read (lenient: it is skipped and counted), and for kubectl's own error.
   */
  push(piece: JsonPiece, received: number): Undated[] {
    try {
      if (piece.kind === 'text') throw new MalformedLine(`this is no JSON: ${excerptOf(piece.bytes)}`);
      this.#number++;
      return this.#value(parse(piece.bytes), piece.line, received);
    } catch (error) {
      if (!(error instanceof MalformedLine)) throw error;
      this.#skip(piece.line, error.message);
      return [];
    }
  }

  /** Ends the first burst if it holds anything: what was received is the list. @throws InputError where all of it is no Pod. */
  settle(): Undated[] {
    if (this.#burst !== null && this.#burst.length > 0) return this.#endBurst();
    if (this.#otherKinds.size > 0 && !this.#listed) throw this.#noPod();
    return [];
  }

  /** The end of the output. @throws InputError where it holds no Pod and no list. */
  finish(): Undated[] {
    const last = this.settle();
    if (!this.#listed) throw this.#noPod();
    if (this.#otherKinds.size > 0) this.#notice('kinds-skipped', `only Pods are read; skipped ${this.#others()}`);
    if (this.#skipped > 0) {
      const places = this.#skipped === 1 ? '1 place' : `${this.#skipped} places`;
      this.#notice('lines-skipped', `skipped ${places} that could not be read (first ${this.#firstSkipped})`);
    }
    return last;
  }

  #value(json: Json | undefined, line: number, received: number): Undated[] {
    if (json === undefined) throw new MalformedLine('not JSON');
    if (typeof json.type === 'string' && 'object' in json) return this.#event(json.type, objectOf(json.object), line, received);
    if (Array.isArray(json.items)) return this.#list(json, received);
    return this.#arrival(null, json, line, received);
  }

  #event(type: string, object: Json, line: number, received: number): Undated[] {
    if (type === 'BOOKMARK') return [];
    if (type === 'ERROR') return this.#error(object, line);
    if (!VERBS.includes(type)) throw new MalformedLine(`a watch event of unknown type ${type}`);
    return this.#arrival(type as Verb, object, line, received);
  }

  #error(status: Json, line: number): Undated[] {
    const why = stringOf(status.message) || stringOf(status.reason) || 'it does not say which';
    const message = `${this.#file}:${line}: kubectl's watch failed: ${maskText(why)}`;
    if (!this.#lenient) throw new InputError(`${message}; --lenient shows what came before`);
    this.#notice('damaged', message);
    return [];
  }

  #list(json: Json, received: number): Undated[] {
    const listKind = stringOf(json.kind);
    const items = arrayOf(json.items).map(objectOf);
    // In a PodList, as the API gives it, the items do not name their kind.
    const pods = items.filter((item) => (stringOf(item.kind) || listKind.replace(/List$/, '')) === 'Pod');
    for (const pod of pods) checkObject(pod);
    for (const item of items) if (!pods.includes(item)) this.#count(stringOf(item.kind) || listKind);
    if (pods.length === 0 && (items.length > 0 || !['List', 'PodList'].includes(listKind))) {
      this.#count(listKind);
      return [];
    }
    const before = this.#burst !== null && this.#burst.length > 0 ? this.#endBurst() : [];
    this.#burst = null;
    this.#seen.clear();
    for (const pod of pods) this.#seen.add(uidOf(pod));
    return [...before, this.#snapshot(pods, received)];
  }

  #arrival(stated: Verb | null, object: Json, line: number, received: number): Undated[] {
    if (object.kind === 'Status') return this.#error(object, line);
    if (object.kind !== 'Pod') {
      this.#count(stringOf(object.kind));
      return [];
    }
    checkObject(object);
    const uid = uidOf(object);
    if (this.#burst !== null && (stated ?? 'ADDED') === 'ADDED' && !this.#seen.has(uid)) {
      this.#seen.add(uid);
      this.#burst.push(object);
      this.#burstReceived = received;
      return [];
    }
    const before = this.#burst === null ? [] : this.#endBurst();
    const verb = stated ?? this.#verbOf(object, uid);
    if (verb === null) return before;
    if (verb === 'DELETED') this.#seen.delete(uid);
    else this.#seen.add(uid);
    const envelope = this.#projector.project({ t: 0, type: verb, kind: 'Pod', object }, this.#number);
    return envelope === null ? before : [...before, { envelope, stated: newestTimeIn(object), received }];
  }

  // Without event types. The kubelet removes a Pod with a last update to grace period 0, and the watch prints it once more
  // as it vanishes, a few milliseconds later: the first of the two says it.
  #verbOf(object: Json, uid: string): Verb | null {
    if (this.#gone.has(uid)) return null;
    const metadata = objectOf(object.metadata);
    const removed = metadata.deletionTimestamp !== undefined && numberOf(metadata.deletionGracePeriodSeconds, 1) === 0;
    if (!removed || arrayOf(metadata.finalizers).length > 0) return this.#seen.has(uid) ? 'MODIFIED' : 'ADDED';
    this.#gone.add(uid);
    return 'DELETED';
  }

  #endBurst(): Undated[] {
    const pods = this.#burst ?? [];
    this.#burst = null;
    if (pods.length === 0) this.#notice('no-list', 'begins without a list of Pods: those that did not change are not in it');
    return [this.#snapshot(pods, this.#burstReceived)];
  }

  #snapshot(pods: readonly Json[], received: number): Undated {
    this.#listed = true;
    const times = pods.map(newestTimeIn).filter((time) => time !== null);
    const stated = times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b));
    const line = { t: 0, type: 'snapshot', kind: 'Pod', items: pods } as const;
    return { envelope: this.#projector.project(line, this.#number) as Envelope, stated, received };
  }

  #count(kind: string): void {
    const name = kind === '' ? 'objects of no kind' : kind;
    this.#otherKinds.set(name, (this.#otherKinds.get(name) ?? 0) + 1);
  }

  #others(): string {
    return [...this.#otherKinds].map(([kind, count]) => `${count} ${kind}`).join(', ');
  }

  #noPod(): InputError {
    const held = this.#otherKinds.size > 0 ? ` but ${this.#others()}` : '';
    return new InputError(
      `${this.#file} holds no Pod${held}: give the output of kubectl get pods -A -w --output-watch-events -o json`,
    );
  }

  #skip(line: number, reason: string): void {
    if (!this.#lenient) throw new InputError(`${this.#file}:${line}: ${reason}; --lenient skips what cannot be read`);
    if (this.#skipped === 0) this.#firstSkipped = `line ${line}: ${reason}`;
    this.#skipped++;
  }

  #notice(kind: NoticeKind, message: string): void {
    this.#onNotice({ kind, message: safeLine(kind === 'damaged' ? message : `${this.#file}: ${message}`) });
  }
}

function uidOf(object: Json): string {
  return stringOf(objectOf(object.metadata).uid);
}

function parse(bytes: Buffer): Json | undefined {
  try {
    return objectOf(JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}

function excerptOf(bytes: Buffer): string {
  const text = maskText(bytes.toString('utf8').trim());
  return `"${text.length > 60 ? `${text.slice(0, 60)}...` : text}"`;
}

/** The Pod with that UID in a value that kubectl printed (a watch event, a Pod, a list); null where it is not in it. */
export function podIn(bytes: Buffer, uid: string): Json | null {
  if (!bytes.includes(uid)) return null;
  const json = parse(bytes);
  if (json === undefined) return null;
  const objects = Array.isArray(json.items) ? json.items : 'object' in json ? [json.object] : [json];
  const found = objects.map(objectOf).find((object) => uidOf(object) === uid);
  return found ?? null;
}
