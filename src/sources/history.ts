import { ListParts } from '../recording/list-parts.ts';
import { Projector } from '../recording/projector.ts';
import { RecordingReader } from '../recording/reader.ts';
import { type SessionFile, sessionFiles } from '../recording/session-files.ts';
import { SessionJoin } from '../timeline/earlier-sessions.ts';
import type { Envelope, SourceInfo } from '../timeline/envelope.ts';
import { inputAt } from './input.ts';

/** How far back a session reads earlier ones. */
const READ_BACK_MS = 24 * 60 * 60_000;
/**
 * The most bytes to read of them, as stored, except for the newest file, which is always read:
 * unpacked it is about ten times as much.
 */
const READ_BACK_BYTES = 16 << 20;

/** What earlier sessions of a cluster saw. */
export interface EarlierSessions {
  /** The start of the first of them, epoch ms. */
  readonly startedAt: number;
  /**
   * Their arrivals, oldest first, and those that close them off from the current session: to be
   * iterated once. A damaged file gives the arrivals before the damage.
   */
  readonly envelopes: AsyncIterable<Envelope>;
  /**
   * The objects that they listed last: lists of the current session show which of them are gone.
   */
  readonly lists: ListParts;
}

export interface EarlierOptions {
  /** The cluster's directory. */
  readonly directory: string;
  /** The current scope: the sessions of another scope say nothing about objects missing here. */
  readonly scope: Pick<SourceInfo, 'namespaces' | 'selector'>;
  /** The start of the current session, epoch ms: earlier ones are read up to then. */
  readonly before: number;
  readonly bytes?: number;
  readonly age?: number;
}

interface Chosen {
  readonly file: SessionFile;
  /** The start of the file itself, epoch ms. */
  readonly startedAt: number;
}

/**
 * Finds the newest earlier sessions of a cluster; null if there are none. @throws errors of the
 * file system.
 */
export async function earlierSessions(options: EarlierOptions): Promise<EarlierSessions | null> {
  const chosen = await choose(options);
  const first = chosen[0];
  if (first === undefined) return null;
  const lists = new ListParts();
  return { startedAt: first.startedAt, envelopes: envelopesOf(chosen, options.before, lists), lists };
}

async function choose({
  directory,
  scope,
  before,
  bytes = READ_BACK_BYTES,
  age = READ_BACK_MS,
}: EarlierOptions): Promise<Chosen[]> {
  const chosen: Chosen[] = [];
  let total = 0;
  for (const file of (await sessionFiles(directory)).toReversed()) {
    if (file.startedAt >= before || before - file.writtenAt > age) continue;
    if (chosen.length > 0 && total + file.size > bytes) break;
    const header = await headerOf(file.path);
    if (header === null || !isSameScope(header.source, scope) || header.startedAt >= before) continue;
    total += file.size;
    chosen.unshift({ file, startedAt: header.startedAt });
  }
  return chosen.toSorted((a, b) => a.startedAt - b.startedAt);
}

function isSameScope(a: EarlierOptions['scope'], b: EarlierOptions['scope']): boolean {
  const names = ({ namespaces }: EarlierOptions['scope']) => namespaces?.toSorted().join(',') ?? '*';
  return names(a) === names(b) && (a.selector ?? '') === (b.selector ?? '');
}

async function open(path: string) {
  const input = await inputAt(path);
  return { input, reader: await RecordingReader.open(input.bytes, { file: path, lenient: true }) };
}

async function headerOf(path: string) {
  try {
    const { input, reader } = await open(path);
    input.close();
    return reader.header;
  } catch {
    return null;
  }
}

async function* envelopesOf(chosen: readonly Chosen[], before: number, lists: ListParts): AsyncGenerator<Envelope> {
  const join = new SessionJoin();
  for (const { file, startedAt } of chosen) {
    yield* join.begin(startedAt);
    join.watchedUntil(startedAt);
    // An unfinished list does not count: the objects that it named existed, and of the rest it says
    // nothing.
    lists.breakOff();
    yield* sessionOf(file.path, join, before, lists);
  }
  lists.breakOff();
  for (const envelope of join.handOver(before)) yield lists.pass(envelope);
}

async function* sessionOf(path: string, join: SessionJoin, before: number, lists: ListParts): AsyncGenerator<Envelope> {
  try {
    const { input, reader } = await open(path);
    const { startedAt } = reader.header;
    const projector = new Projector(startedAt, lists);
    try {
      for await (const batch of reader.batches()) {
        for (const { line } of batch) {
          // Another crashtop may still be writing it: from here on the current session sees for
          // itself.
          if (startedAt + line.t >= before) return;
          const envelope = projector.project(line, 0);
          if (envelope !== null) yield* join.pass(envelope);
        }
      }
      if (reader.endedAt !== null) join.watchedUntil(Math.min(before, startedAt + reader.endedAt));
    } finally {
      input.close();
    }
  } catch {
    // Reading ends at damage: the current session must not suffer from it.
  }
}
