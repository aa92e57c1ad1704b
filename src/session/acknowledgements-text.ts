import { type Document, isMap, isSeq, LineCounter, type Node, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Acknowledgement, Seen } from '../diagnosis/acknowledgement/acknowledgement.ts';
import { type AcknowledgementChange, idOf } from '../diagnosis/acknowledgement/judge.ts';
import { EVIDENCE } from '../diagnosis/acknowledgement/reported-cause.ts';
import type { Impact } from '../model/impact.ts';
import { InputError } from '../recording/input-error.ts';
import { safeLine } from '../text/safe-text.ts';

/** The cluster that an acknowledgement belongs to. */
export interface AcknowledgedCluster {
  /** The context's name, for readers of the file: users name contexts differently. */
  readonly name: string;
  /** The address of its API server, which distinguishes clusters. */
  readonly server: string;
}

const HEAD = `# Problems that somebody acknowledged in crashtop. They are folded away until they change, or until a time.
# This file may be edited by hand and shared by a team (crashtop --acknowledgements FILE); crashtop reads it again when it changes.
# Who takes an entry out takes the acknowledgement back. Comments stay. A problem is one cause of one container of a workload.
#   until:    a time; without it, until the problem changes
#   seen:     how the problem stood. What differs brings it back: another cause or revision, a worse impact, twice the crashes.
#             Evidence that was missing then (without), or that comes late about one of these runs, is no other cause
#   reopened: when and why it came back. An entry that is over goes after a week
# answered: the clusters in which somebody was asked whether to acknowledge what is old
version: 1
answered: []
acknowledged: []
`;

/** How long a reopened or expired entry is kept, ms. */
const KEPT_FOR_MS = 7 * 24 * 60 * 60_000;

/** One entry of the file, and its node. */
interface FileEntry {
  readonly cluster: string;
  readonly server: string;
  readonly acknowledgement: Acknowledgement;
  readonly node: Node;
}

/**
 * The content of a file of acknowledgements. Changes are made in place: everything else in it,
 * comments too, stays.
 */
export class AcknowledgementsText {
  readonly #document: Document;
  readonly #check: Check;

  /**
   * @param text '' for a file that does not exist yet. @throws InputError that names the file and
   * the line.
   */
  constructor(text: string, file: string) {
    const lines = new LineCounter();
    const isEmpty = text.trim() === '';
    this.#document = parseDocument(isEmpty ? HEAD : text, { lineCounter: lines, prettyErrors: false });
    this.#check = new Check(file, lines);
    const [wrong] = this.#document.errors;
    if (wrong !== undefined) throw this.#check.error(wrong.pos[0], safeLine(wrong.message));
    this.#validate();
  }

  /** The entries of one cluster, by its server. */
  of(server: string): readonly Acknowledgement[] {
    return this.#entries()
      .filter((e) => e.server === server)
      .map((e) => e.acknowledgement);
  }

  /** The entries of one cluster, by its context's name: a recording only knows that. */
  named(cluster: string): readonly Acknowledgement[] {
    return this.#entries()
      .filter((e) => e.cluster === cluster)
      .map((e) => e.acknowledgement);
  }

  isAnswered(server: string): boolean {
    return this.#strings('answered').includes(server);
  }

  /**
   * Makes the change in one cluster. Newer entries stay. @param now epoch ms: entries that expired
   * long ago are removed.
   */
  change({ name, server }: AcknowledgedCluster, { remove, add }: AcknowledgementChange, now: number): void {
    const list = this.#seq('acknowledged');
    for (const entry of this.#entries()) {
      const { acknowledgement: known, node } = entry;
      const overAt = known.reopened?.at ?? known.until ?? Number.POSITIVE_INFINITY;
      const isDropped = entry.server === server && remove.some((a) => idOf(a) === idOf(known) && known.at <= a.at);
      if (isDropped || now - overAt > KEPT_FOR_MS) list.items.splice(list.items.indexOf(node), 1);
    }
    for (const a of add) {
      const known = this.#entries().find((e) => e.server === server && idOf(e.acknowledgement) === idOf(a));
      const node = this.#document.createNode({ cluster: name, server, ...plainOf(a) });
      if (known === undefined) list.items.push(node);
      else if (known.acknowledgement.at <= a.at) list.items.splice(list.items.indexOf(known.node), 1, node);
    }
    // An empty list is written in one line, others are not.
    list.flow = list.items.length === 0;
  }

  answer(server: string): void {
    if (this.isAnswered(server)) return;
    const list = this.#seq('answered');
    list.items.push(this.#document.createNode(server));
    list.flow = false;
  }

  toString(): string {
    return this.#document.toString({ lineWidth: 0 });
  }

  #validate(): void {
    const { contents } = this.#document;
    if (!isMap(contents)) throw this.#check.error(0, 'this is not a file of acknowledgements: it has no fields');
    const root = this.#check.fields(contents, '', ROOT_FIELDS);
    if (root.get('version')?.value !== 1) throw this.#check.at(contents, 'version must be 1: a newer crashtop made this file');
    for (const name of ['answered', 'acknowledged']) {
      const found = contents.get(name, true);
      if (found != null && !isSeq(found) && (found as { value?: unknown }).value !== null)
        throw this.#check.at(found as Node, `${name} must be a list`);
    }
    this.#entries();
    this.#strings('answered');
  }

  #seq(name: string): YAMLSeq<Node> {
    const found = this.#document.get(name, true);
    if (isSeq(found)) return found as YAMLSeq<Node>;
    const made = this.#document.createNode([]) as unknown as YAMLSeq<Node>;
    this.#document.set(name, made);
    return made;
  }

  #items(name: string): readonly Node[] {
    const found = this.#document.get(name, true);
    return isSeq(found) ? (found.items as Node[]) : [];
  }

  #strings(name: string): string[] {
    return this.#items(name).map((node) => {
      const { value } = node as { value?: unknown };
      if (typeof value !== 'string') throw this.#check.at(node, `${name} must be a list of strings`);
      return value;
    });
  }

  #entries(): FileEntry[] {
    return this.#items('acknowledged').map((node) => {
      if (!isMap(node)) throw this.#check.at(node, 'an entry of acknowledged must have fields');
      return { ...readEntry(node, this.#check), node };
    });
  }
}

const ROOT_FIELDS = ['version', 'answered', 'acknowledged'] as const;
const ENTRY_FIELDS = ['cluster', 'server', 'workload', 'container', 'cause', 'by', 'at', 'until', 'seen', 'reopened'] as const;
const SEEN_FIELDS = ['impact', 'crashesIn30m', 'revisions', 'causes', 'besides', 'without', 'runs'] as const;
const REOPENED_FIELDS = ['at', 'why'] as const;
const IMPACTS: readonly unknown[] = ['available', 'degraded', 'down'] satisfies Impact['level'][];
const WORKLOAD = /^[^/\s]+\/[^/\s]+\/[^/\s]+$/;

function readEntry(map: YAMLMap, check: Check): Omit<FileEntry, 'node'> {
  const fields = check.fields(map, '', ENTRY_FIELDS);
  const cause = check.text(map, fields, 'cause');
  const workload = check.text(map, fields, 'workload');
  if (!WORKLOAD.test(workload))
    throw check.at(map, `workload must be Kind/namespace/name, not ${JSON.stringify(safeLine(workload))}`);
  const reopened = fields.get('reopened')?.node;
  return {
    cluster: check.text(map, fields, 'cluster', ''),
    server: check.text(map, fields, 'server'),
    acknowledgement: {
      workload: safeLine(workload),
      container: safeLine(check.text(map, fields, 'container', '')),
      cause: safeLine(cause),
      by: safeLine(check.text(map, fields, 'by', 'somebody')),
      at: check.time(map, fields, 'at'),
      until: fields.has('until') ? check.time(map, fields, 'until') : null,
      seen: readSeen(fields.get('seen')?.node, cause, check),
      reopened: reopened === undefined ? null : readReopened(reopened, check),
    },
  };
}

function readReopened(node: Node, check: Check): NonNullable<Acknowledgement['reopened']> {
  const map = check.map(node, 'reopened');
  const fields = check.fields(map, 'reopened', REOPENED_FIELDS);
  return { at: check.time(map, fields, 'at'), why: safeLine(check.text(map, fields, 'why')) };
}

// Entries written by hand need not describe the problem: missing fields are not compared.
function readSeen(node: Node | undefined, cause: string, check: Check): Seen {
  const anything: Seen = {
    impact: null,
    crashes: Number.MAX_SAFE_INTEGER,
    revisions: [],
    causes: [cause],
    besides: '',
    without: [],
    runs: [],
  };
  if (node === undefined) return anything;
  const map = check.map(node, 'seen');
  const fields = check.fields(map, 'seen', SEEN_FIELDS);
  const impact = fields.get('impact')?.value ?? null;
  if (impact !== null && !IMPACTS.includes(impact)) throw check.at(map, 'seen.impact must be available, degraded or down');
  const crashes = fields.get('crashesIn30m')?.value ?? anything.crashes;
  if (typeof crashes !== 'number' || !(crashes >= 0)) throw check.at(map, 'seen.crashesIn30m must be a number of at least 0');
  const without = check.texts(map, fields, 'without');
  const runs = check.text(map, fields, 'runs', '');
  return {
    impact: impact as Seen['impact'],
    crashes,
    revisions: check.texts(map, fields, 'revisions').map(safeLine),
    causes: [...new Set([safeLine(cause), ...check.texts(map, fields, 'causes').map(safeLine)])].sort(),
    besides: safeLine(check.text(map, fields, 'besides', '')),
    without: EVIDENCE.filter((e) => without.includes(e)),
    runs: runs === '' ? [] : safeLine(runs).split(' '),
  };
}

// Leaves out empty fields.
function plainOf({ workload, container, cause, by, at, until, seen, reopened }: Acknowledgement): object {
  return {
    workload,
    ...(container === '' ? {} : { container }),
    ...{ cause, by, at: rfc3339(at) },
    ...(until === null ? {} : { until: rfc3339(until) }),
    seen: {
      ...(seen.impact === null ? {} : { impact: seen.impact }),
      ...(seen.crashes === Number.MAX_SAFE_INTEGER ? {} : { crashesIn30m: seen.crashes }),
      ...(seen.revisions.length === 0 ? {} : { revisions: seen.revisions }),
      ...(seen.causes.length === 1 ? {} : { causes: seen.causes }),
      ...(seen.besides === '' ? {} : { besides: seen.besides }),
      ...(seen.without.length === 0 ? {} : { without: seen.without }),
      ...(seen.runs.length === 0 ? {} : { runs: seen.runs.join(' ') }),
    },
    ...(reopened === null ? {} : { reopened: { at: rfc3339(reopened.at), why: reopened.why } }),
  };
}

function rfc3339(at: number): string {
  return new Date(at).toISOString();
}

interface Field {
  readonly value: unknown;
  readonly node: Node;
}
type Fields = ReadonlyMap<string, Field>;

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Reads fields; its errors give file and line. */
class Check {
  readonly #file: string;
  readonly #lines: LineCounter;

  constructor(file: string, lines: LineCounter) {
    this.#file = file;
    this.#lines = lines;
  }

  error(offset: number, what: string): InputError {
    return new InputError(`${this.#file}:${this.#lines.linePos(offset).line}: ${what}`);
  }

  at(node: Node, what: string): InputError {
    return this.error(node.range?.[0] ?? 0, what);
  }

  map(node: Node, name: string): YAMLMap {
    if (!isMap(node)) throw this.at(node, `${name} must have fields`);
    return node;
  }

  fields(map: YAMLMap, of: string, known: readonly string[]): Fields {
    const fields = new Map<string, Field>();
    for (const { key, value } of map.items) {
      const name = String((key as { value?: unknown }).value ?? '');
      if (!known.includes(name))
        throw this.at(key as Node, `there is no field ${JSON.stringify(safeLine(name))}${of === '' ? '' : ` in ${of}`}`);
      if (value === null) continue;
      const plain = (value as { value?: unknown }).value;
      if (plain !== null) fields.set(name, { value: plain, node: value as Node });
    }
    return fields;
  }

  text(map: YAMLMap, fields: Fields, name: string, otherwise?: string): string {
    const field = fields.get(name);
    if (field === undefined && otherwise !== undefined) return otherwise;
    const value = typeof field?.value === 'number' ? String(field.value) : field?.value;
    if (typeof value !== 'string' || (value === '' && otherwise === undefined))
      throw this.at(field?.node ?? map, `${name} must be a string`);
    return value;
  }

  texts(map: YAMLMap, fields: Fields, name: string): string[] {
    const field = fields.get(name);
    if (field === undefined) return [];
    if (!isSeq(field.node)) throw this.at(field.node, `${name} must be a list`);
    return field.node.items.map((item) => {
      const { value } = item as { value?: unknown };
      if (typeof value !== 'string' && typeof value !== 'number') throw this.at(map, `${name} must be a list of strings`);
      return String(value);
    });
  }

  /** Epoch ms. */
  time(map: YAMLMap, fields: Fields, name: string): number {
    const text = this.text(map, fields, name);
    const at = RFC3339.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(at)) throw this.at(fields.get(name)?.node ?? map, `${name} must be a time such as 2026-11-22T15:04:05Z`);
    return at;
  }
}
