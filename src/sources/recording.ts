import { describeCut } from '../recording/bounded-json.ts';
import { decompress } from '../recording/decompress.ts';
import type { RecordingHeader } from '../recording/header.ts';
import { isForeignType, toLine } from '../recording/line.ts';
import type { Notice } from '../recording/notice.ts';
import { Projector } from '../recording/projector.ts';
import { type NumberedLine, RecordingReader, toInputError } from '../recording/reader.ts';
import { redactedObjectOf } from '../recording/redaction/standard.ts';
import type { Json } from '../text/json.ts';
import { LineSplitter, textOf } from '../text/line-splitter.ts';
import { safeLine } from '../text/safe-text.ts';
import type { Envelope, SourceInfo } from '../timeline/envelope.ts';
import type { Input } from './input.ts';
import type { OpenedSource } from './opened-source.ts';
import { RecentBytes } from './recent-bytes.ts';

export interface RecordingOptions {
  /** Skip and count unreadable parts. */
  readonly lenient?: boolean;
  /** Called for each notice; the source's `notices` has all of them as well. */
  readonly onNotice?: (notice: Notice) => void;
}

// For a stream: the Spec tab shows objects of its newest lines.
const KEPT_OF_A_STREAM = 64 << 20;

/**
 * Opens a recording. @throws InputError if it is empty, foreign, of a newer version, or cannot be
 * read.
 */
export async function openRecording(input: Input, options: RecordingOptions): Promise<OpenedSource> {
  const notices: Notice[] = [];
  const onNotice = (notice: Notice) => {
    notices.push(notice);
    options.onNotice?.(notice);
  };
  const reader = await RecordingReader.open(input.bytes, { file: input.path, lenient: options.lenient === true, onNotice });
  const projector = new Projector(reader.header.startedAt);
  const onEnd = () => {
    const cut = describeCut(projector.cut);
    if (cut !== null) onNotice({ kind: 'cut', message: safeLine(`${input.path}: ${cut}`) });
  };
  const { startedAt } = reader.header;
  const kept = input.reopen === null ? new RecentBytes(KEPT_OF_A_STREAM) : null;
  let closed = false;
  return {
    info: infoOf(reader.header, input.name),
    startedAt,
    live: false,
    envelopes: envelopesOf(reader, projector, kept, () => closed, onEnd),
    get endedAt() {
      return reader.endedAt === null ? null : startedAt + reader.endedAt;
    },
    notices,
    objectAt: async (line, uid) => {
      const bytes = kept === null ? await lineOf(input, line) : kept.get(line);
      return bytes === undefined ? null : objectIn(bytes, uid);
    },
    close: async () => {
      closed = true;
      input.close();
    },
  };
}

function infoOf(header: RecordingHeader, name: string): SourceInfo {
  const { context, serverVersion, namespaces, selector } = header.source;
  return { kind: 'recording', name, context, serverVersion, namespaces, selector };
}

async function* envelopesOf(
  reader: RecordingReader,
  projector: Projector,
  kept: RecentBytes | null,
  isClosed: () => boolean,
  onEnd: () => void,
): AsyncGenerator<Envelope> {
  try {
    for await (const batch of reader.batches()) {
      for (const { line, number, bytes } of batch) {
        if (kept !== null && holdsPods(line)) kept.add(number, bytes);
        const envelope = projector.project(line, number);
        if (envelope !== null) yield envelope;
      }
    }
    onEnd();
  } catch (error) {
    // Breaking off because the source was closed is not an error.
    if (!isClosed()) throw error;
  }
}

function holdsPods(line: NumberedLine['line']): boolean {
  return 'kind' in line && line.kind === 'Pod' && line.type !== 'gap';
}

async function lineOf(input: Input, wanted: number): Promise<Buffer | undefined> {
  const splitter = new LineSplitter();
  let number = 0;
  try {
    for await (const chunk of decompress(input.reopen?.() ?? input.bytes)) {
      const lines = splitter.push(chunk);
      if (number + lines.length >= wanted) return lines[wanted - number - 1];
      number += lines.length;
    }
  } catch (error) {
    throw toInputError(error, input.path);
  }
  return number + 1 === wanted ? splitter.rest() : undefined;
}

function objectIn(bytes: Buffer, uid: string): Json | null {
  try {
    const json = JSON.parse(textOf(bytes)) as Json;
    const line = isForeignType(json.type) ? null : toLine(json);
    return line === null || line.type === 'end' ? null : redactedObjectOf(line, uid);
  } catch {
    // The file was changed since it was read: the object is no longer there.
    return null;
  }
}
