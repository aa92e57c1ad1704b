import { readdir } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import type { Pod } from '../../model/pod.ts';
import type { Resource, ResourceKind } from '../../model/resources.ts';
import { InputError } from '../../recording/input-error.ts';
import { isResourceKind, RESOURCE_KINDS } from '../../recording/kinds.ts';
import type { Notice } from '../../recording/notice.ts';
import { Projector } from '../../recording/projector.ts';
import { redactObject } from '../../recording/redaction/standard.ts';
import { type Json, objectOf, stringOf } from '../../text/json.ts';
import { safeLine } from '../../text/safe-text.ts';
import type { Envelope } from '../../timeline/envelope.ts';
import { inputAt } from '../input.ts';
import type { OpenedSource } from '../opened-source.ts';
import { newestTimeIn } from './arrival-time.ts';
import { type DumpedLog, toDumpedLog } from './dumped-log.ts';
import { objectIn, objectsIn } from './kubectl-decoder.ts';
import { piecesOf } from './kubectl-output.ts';
import { splitterOf } from './splitter.ts';
import { textOf } from './text-encoding.ts';

// A must-gather of a large cluster has about ten thousand.
const MAX_FILES = 200_000;
const MAX_DEPTH = 16;
// Keeps the end of each log: it tells why the container died.
const MAX_LOG = 256 * 1024;

const OBJECTS = /\.(?:json|ya?ml)(?:\.gz)?$/;
const DUMPED_LOGS = /^logs\.txt(?:\.gz)?$/;
// must-gather: namespaces/NAMESPACE/pods/POD/CONTAINER/CONTAINER/logs/current.log
const GATHERED_LOG = /^(current|previous)\.log(?:\.gz)?$/;

export interface DirectoryOptions {
  readonly onNotice?: (notice: Notice) => void;
}

/**
 * Opens a directory written by `kubectl cluster-info dump --output-directory` or must-gather (or
 * any with objects as JSON or YAML) as one moment of a cluster: the newest time that an object
 * states. Of an object in several files the newest version counts. Damaged and useless files are
 * left out and counted.
 * @throws InputError if it has no Pod or cannot be read.
 */
export async function openDirectory(path: string, options: DirectoryOptions): Promise<OpenedSource> {
  const dump = new Dump(path);
  await dump.read();
  const envelopes = dump.envelopes();
  const notices = dump.notices();
  for (const notice of notices) options.onNotice?.(notice);
  return {
    info: { kind: 'recording', name: basename(path), context: null, serverVersion: null, namespaces: null, selector: null },
    startedAt: dump.at,
    live: false,
    envelopes: eachOf(envelopes),
    endedAt: null,
    notices,
    objectAt: (_line, uid) => dump.objectOf(uid),
    close: async () => {},
  };
}

async function* eachOf(envelopes: readonly Envelope[]): AsyncGenerator<Envelope> {
  yield* envelopes;
}

interface Kept {
  readonly object: Resource;
  readonly version: string;
  readonly file: string;
}

interface FoundLog extends DumpedLog {
  /** Of the run before the one in the status. */
  readonly previous: boolean;
}

/** The content of a directory. */
class Dump {
  readonly #path: string;
  readonly #projector = new Projector(0);
  readonly #kept = new Map<string, Kept>();
  readonly #logs: FoundLog[] = [];
  readonly #unread: string[] = [];
  #newest: number | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** The moment, epoch ms. */
  get at(): number {
    return this.#newest ?? 0;
  }

  async read(): Promise<void> {
    for (const file of await filesIn(this.#path)) {
      const name = basename(file);
      try {
        if (OBJECTS.test(name)) await this.#readObjects(file);
        else if (DUMPED_LOGS.test(name)) await this.#readDumpedLogs(file);
        else if (GATHERED_LOG.test(name)) await this.#readGatheredLog(file);
      } catch {
        this.#unread.push(file);
      }
    }
    if (this.#of('Pod').length === 0) throw this.#noPod();
  }

  /** @throws InputError if its file cannot be read again. */
  async objectOf(uid: string): Promise<Json | null> {
    const kept = this.#kept.get(uid);
    if (kept === undefined) return null;
    const { splitter, pieces } = await open(kept.file);
    let newest: Json | null = null;
    for await (const batch of pieces) {
      for (const { bytes } of batch) newest = objectIn(bytes, uid, splitter.parse) ?? newest;
    }
    return newest === null ? null : redactObject(kept.object.kind, newest);
  }

  envelopes(): Envelope[] {
    const pods = new Map(this.#of('Pod').map((pod) => [`${'namespace' in pod ? pod.namespace : ''}/${pod.name}`, pod as Pod]));
    const at = { at: this.at, line: 1 };
    const lists = RESOURCE_KINDS.map((kind) => ({ kind, items: this.#of(kind) })).filter(({ items }) => items.length > 0);
    return [
      ...lists.map((list) => ({ ...at, type: 'snapshot' as const, namespace: null, more: false, ...list })),
      ...this.#logs.flatMap((log) => this.#logEnvelope(log, pods.get(`${log.namespace}/${log.pod}`))),
    ];
  }

  notices(): Notice[] {
    const [first] = this.#unread;
    if (first === undefined) return [];
    const files = this.#unread.length === 1 ? '1 file' : `${this.#unread.length} files`;
    const message = safeLine(`${this.#path}: ${files} could not be read whole and may lack something (first: ${first})`);
    return [{ kind: 'lines-skipped', message }];
  }

  #of(kind: ResourceKind): Resource[] {
    return [...this.#kept.values()].map(({ object }) => object).filter((object) => object.kind === kind);
  }

  async #readObjects(file: string): Promise<void> {
    let isWhole = true;
    const { splitter, pieces } = await open(file, () => {
      isWhole = false;
    });
    let listKind = '';
    for await (const batch of pieces) {
      for (const { type, bytes } of batch) {
        const json = type === 'text' || type === 'log' ? undefined : splitter.parse(bytes);
        if (json === undefined) continue;
        if (type === 'list-begin') listKind = stringOf(json.kind);
        else if (type !== 'list-end') for (const object of objectsIn(json, listKind)) this.#keep(object, file);
      }
    }
    if (!isWhole) this.#unread.push(file);
  }

  #keep(object: Json, file: string): void {
    const { uid, name, resourceVersion } = objectOf(object.metadata);
    const kind = stringOf(object.kind);
    if (typeof uid !== 'string' || typeof name !== 'string' || !isResourceKind(kind)) return;
    const version = stringOf(resourceVersion);
    const before = this.#kept.get(uid);
    if (before !== undefined && !isNewer(version, before.version)) return;
    const envelope = this.#projector.project({ t: 0, type: 'ADDED', kind, object }, 1);
    if (envelope?.type !== 'object') return;
    this.#kept.set(uid, { object: envelope.object, version, file });
    const stated = newestTimeIn(object);
    if (stated !== null) this.#newest = Math.max(stated, this.#newest ?? stated);
  }

  async #readDumpedLogs(file: string): Promise<void> {
    for await (const batch of (await open(file)).pieces) {
      for (const { type, bytes } of batch) {
        const log = type === 'log' ? toDumpedLog(bytes.toString('utf8')) : null;
        if (log !== null) this.#logs.push({ ...log, previous: false });
      }
    }
  }

  async #readGatheredLog(file: string): Promise<void> {
    const parts = file.split(sep);
    const [namespace, , pod, container] = parts.slice(-7);
    if (parts.at(-6) !== 'pods' || namespace === undefined || pod === undefined || container === undefined) return;
    let text = Buffer.alloc(0);
    for await (const chunk of textOf((await inputAt(file)).bytes)) text = Buffer.concat([text, chunk]).subarray(-MAX_LOG);
    const previous = basename(file).startsWith('previous');
    this.#logs.push({ namespace, pod, container, text: text.toString('utf8').toWellFormed(), previous });
  }

  #logEnvelope({ namespace, pod: name, container, text, previous }: FoundLog, pod: Pod | undefined): Envelope[] {
    const status = pod?.containers.find((c) => c.name === container);
    const containerID = (previous ? status?.last?.containerID : status?.containerID) ?? '';
    if (pod === undefined || containerID === '' || text.trim() === '') return [];
    const line = { t: 0, type: 'log', namespace, pod: name, uid: pod.uid, container, containerID, text } as const;
    const envelope = this.#projector.project(line, 1);
    return envelope === null ? [] : [{ ...envelope, at: this.at }];
  }

  #noPod(): InputError {
    const why = 'give a recording in it, or a directory of kubectl cluster-info dump or must-gather';
    return new InputError(`${this.#path} is a directory without a Pod in it: ${why}`);
  }
}

async function open(file: string, onCut: () => void = () => {}) {
  const input = await inputAt(file);
  const newSplitter = await splitterOf(/\.ya?ml(?:\.gz)?$/.test(file) ? 'yaml' : 'json');
  const splitter = newSplitter();
  return { splitter, pieces: piecesOf(textOf(input.bytes), file, splitter, onCut) };
}

/**
 * The files below a directory, in the order of their names; links are not followed. @throws
 * InputError if it is too large.
 */
async function filesIn(path: string, depth = 0): Promise<string[]> {
  const entries = (await readdir(path, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const files: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isFile()) files.push(join(path, entry.name));
    else if (entry.isDirectory() && depth < MAX_DEPTH) {
      for (const file of await filesIn(join(path, entry.name), depth + 1)) files.push(file);
    }
    if (files.length > MAX_FILES)
      throw new InputError(`${path} holds more than ${MAX_FILES} files: give a directory of one cluster`);
  }
  return files;
}

// The API calls versions opaque; within one dump they are etcd's revisions.
function isNewer(version: string, than: string): boolean {
  return version.length === than.length ? version > than : version.length > than.length;
}
