import type { Json } from '../text/json.ts';
import { DEPTH_BOUND, endCut, OBJECT_BOUND, startCut, TEXT_BOUNDS } from '../text/text-bounds.ts';
import { maskText } from './redaction/mask.ts';

/** What was cut off so far. */
export interface CutTally {
  /** Texts that are shorter now. */
  texts: number;
  /** Entries of lists and objects that are gone. */
  entries: number;
}

/** What was cut off, in words; null for nothing. */
export function describeCut({ texts, entries }: CutTally): string | null {
  const cut = texts === 0 ? [] : [`${texts} ${texts === 1 ? 'text was' : 'texts were'} longer than Kubernetes allows and cut`];
  const left = entries === 0 ? [] : [`${entries} ${entries === 1 ? 'entry' : 'entries'} of too large objects left out`];
  return [...cut, ...left].join(', ') || null;
}

/** No longer than this, a text is below every bound. */
const SHORTEST = TEXT_BOUNDS.labelValue;

/** How long the text of a field may be, by the field's name; all others: {@link TEXT_BOUNDS.text}. */
const BY_FIELD: ReadonlyMap<string, number> = new Map([
  ...fieldsOf(TEXT_BOUNDS.name, ['name', 'generateName', 'namespace', 'namespaces', 'uid', 'nodeName', 'pod', 'container']),
  ...fieldsOf(TEXT_BOUNDS.name, ['kind', 'status', 'phase', 'host', 'component', 'containerID', 'containerName']),
  ...fieldsOf(TEXT_BOUNDS.name, ['reportingComponent', 'reportingInstance', 'serviceAccountName', 'priorityClassName']),
  ...fieldsOf(TEXT_BOUNDS.name, ['resourceVersion', 'kubeletVersion', 'architecture', 'currentRevision', 'updateRevision']),
  ...fieldsOf(TEXT_BOUNDS.key, ['type']),
  ...fieldsOf(TEXT_BOUNDS.image, ['image', 'imageID']),
  ...fieldsOf(TEXT_BOUNDS.reason, ['reason']),
  ...fieldsOf(TEXT_BOUNDS.header, ['context', 'serverVersion', 'selector', 'redaction', 'tool']),
]);

function fieldsOf(bound: number, names: readonly string[]): [string, number][] {
  return names.map((name) => [name, bound]);
}

function boundOf(field: string, parent: string): number {
  if (parent === 'labels') return TEXT_BOUNDS.labelValue;
  if (parent === 'terminated' && field === 'message') return TEXT_BOUNDS.termination;
  if (parent === 'marker') return TEXT_BOUNDS.text;
  return BY_FIELD.get(field) ?? TEXT_BOUNDS.text;
}

/**
 * What was parsed from outside (a line, an API object, a list of them), no larger than {@link TEXT_BOUNDS} and its like allow:
 * longer texts are cut and say so; what lies too deep, or beyond the size of an object, is left out. What fits is shared: honest
 * input comes back as it is. All that enters goes through this, before it is redacted, written or projected.
 */
export function boundedJson<T extends object>(json: T, tally: CutTally = { texts: 0, entries: 0 }): T {
  const { type, text } = json as Json;
  const bounded = new Walk(tally).object(json as Json, typeof type === 'string' ? type : '', 0) as T;
  return type === 'log' && (bounded as Json).text !== text ? { ...bounded, truncated: true } : bounded;
}

class Walk {
  readonly #tally: CutTally;
  #room = OBJECT_BOUND;

  constructor(tally: CutTally) {
    this.#tally = tally;
  }

  /** @param parent the field that the object is the value of; of a whole line, its type. */
  object(object: Json, parent: string, depth: number): Json {
    let changed: Record<string, unknown> | null = null;
    for (const name in object) {
      const value = object[name];
      if (changed === null && this.#isShort(name, value)) continue;
      const kept = isKey(name) ? this.#entry(value, name, parent, depth + 1) : this.#leaveOut();
      this.#room -= name.length;
      if (kept !== value) changed ??= entriesBefore(object, name);
      if (changed !== null && kept !== undefined) changed[name] = kept;
    }
    return changed ?? object;
  }

  // Nearly all there is, told as fast as possible.
  #isShort(name: string, value: unknown): boolean {
    const isText = typeof value === 'string';
    if (isText ? value.length > SHORTEST : typeof value === 'object') return false;
    if (!isKey(name) || this.#room <= 0) return false;
    this.#room -= name.length + 1 + (isText ? value.length : 0);
    return true;
  }

  #list(list: readonly unknown[], entryOf: (item: unknown) => unknown): readonly unknown[] {
    let changed: unknown[] | null = null;
    for (let i = 0; i < list.length; i++) {
      const kept = entryOf(list[i]);
      if (kept !== list[i]) changed ??= list.slice(0, i);
      if (changed !== null && kept !== undefined) changed.push(kept);
    }
    return changed ?? list;
  }

  /** @param field the one that it is the value of, or in the list of. */
  #entry(value: unknown, field: string, parent: string, depth: number): unknown {
    if (this.#room <= 0) return this.#leaveOut();
    this.#room--;
    if (typeof value === 'string') return this.#text(value, field, parent);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEPTH_BOUND) return this.#leaveOut();
    if (!Array.isArray(value)) return this.object(value as Json, field, depth);
    const isCollection = depth === 1 && field === 'items';
    return this.#list(value, (item) =>
      // Each is an object of its own.
      isCollection ? new Walk(this.#tally).#entry(item, field, '', 1) : this.#entry(item, field, parent, depth + 1),
    );
  }

  #leaveOut(): undefined {
    this.#tally.entries++;
  }

  #text(text: string, field: string, parent: string): string {
    const kept = text.length <= SHORTEST ? text : boundedText(text, field, parent);
    if (kept !== text) this.#tally.texts++;
    this.#room -= kept.length;
    return kept;
  }
}

// To set `__proto__` would change what kind of object it is.
function isKey(name: string): boolean {
  return name.length <= TEXT_BOUNDS.key && name !== '__proto__';
}

function entriesBefore(object: Json, last: string): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name in object) {
    if (name === last) break;
    kept[name] = object[name];
  }
  return kept;
}

// How far a secret may reach, with the words by which it is known. A window is masked that is longer by so much than what is kept of
// it: so the half of a secret that the window cuts off is never in what is kept.
const LONGEST_SECRET = 4096;

function boundedText(text: string, field: string, parent: string): string {
  if (parent === 'log' && field === 'text') return withoutStart(text, TEXT_BOUNDS.log);
  return withoutEnd(text, boundOf(field, parent));
}

function withoutEnd(text: string, bound: number): string {
  if (text.length <= bound) return text;
  const window = maskText(text.slice(0, bound + LONGEST_SECRET));
  const gone = text.length - bound - LONGEST_SECRET;
  if (gone <= 0) return endCut(window, bound, 0);
  return endCut(window.slice(0, Math.max(0, window.length - LONGEST_SECRET)), bound, gone + LONGEST_SECRET);
}

// Of a log, the end tells most.
function withoutStart(text: string, bound: number): string {
  if (text.length <= bound) return text;
  const gone = text.length - bound - LONGEST_SECRET;
  const window = maskText(text.slice(Math.max(0, gone)));
  return gone <= 0 ? startCut(window, bound, 0) : startCut(window.slice(LONGEST_SECRET), bound, gone + LONGEST_SECRET);
}
