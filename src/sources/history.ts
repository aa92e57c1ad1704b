import { ListParts } from '../recording/list-parts.ts';
import { Projector } from '../recording/project.ts';
import { RecordingReader } from '../recording/reader.ts';
import { type SessionFile, sessionFiles } from '../recording/session-files.ts';
import { SessionJoin } from '../timeline/earlier-sessions.ts';
import type { Envelope, SourceInfo } from '../timeline/envelope.ts';
import { inputAt } from './input.ts';

/** How far back a session reads the ones before it. */
const READ_BACK_MS = 24 * 60 * 60_000;
/** And how much of them, bytes as stored, but the newest file at any size: some ten times as much is unpacked and parsed. */
const READ_BACK_BYTES = 16 << 20;

/** What earlier sessions of a cluster saw. */
export interface EarlierSessions {
  /** When the first of them began, epoch ms. */
  readonly startedAt: number;
  /**
   * Their arrivals, oldest first, and what closes them off from the session that goes on: to be iterated once. A file that cannot
   * be read to its end gives what comes before.
   */
  readonly envelopes: AsyncIterable<Envelope>;
  /** What they told is there, when they were read: the lists of the session that goes on tell what of it is gone. */
  readonly lists: ListParts;
}

export interface EarlierOptions {
  /** The cluster's directory. */
  readonly directory: string;
  /** What is watched now: sessions that watched something else say nothing of what is missing here. */
  readonly scope: Pick<SourceInfo, 'namespaces' | 'selector'>;
  /** When the session that reads them began, epoch ms: they are read up to then. */
  readonly before: number;
  readonly bytes?: number;
  readonly age?: number;
}

interface Chosen {
  readonly file: SessionFile;
  /** When the file itself begins, epoch ms. */
  readonly startedAt: number;
}

/** Finds the newest earlier sessions of a cluster; null where there are none. @throws what the system says. */
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
    // A list that it did not finish is none: what that named was there, and of the rest it says nothing.
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
          // Another crashtop may be writing it still: from here on we see for ourselves.
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
    // What is damaged ends there: the session that goes on must not suffer from it.
  }
}
