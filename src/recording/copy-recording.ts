import { createReadStream } from 'node:fs';
import { RecordingReader } from './reader.ts';
import { RecordingWriter } from './writer.ts';

/**
 * Writes the parts of a recording as one new file, with an end line. A damaged or truncated part
 * ends there. Yields to other work in between.
 * @param files at least one, oldest first.
 * @param to a path that does not exist: created with mode 0600, once complete.
 * @param endedAt epoch ms.
 * @returns the number of lines written, and of places with a masked secret in them.
 * @throws InputError if the first file is no recording or `to` exists, OutputError if it cannot be
 * written.
 */
export async function copyRecording(
  files: readonly string[],
  to: string,
  endedAt: number,
): Promise<{ lines: number; masked: number }> {
  let writer: RecordingWriter | null = null;
  let startedAt = 0;
  for (const file of files) {
    const reader = await RecordingReader.open(createReadStream(file), { file, lenient: true });
    if (writer === null) {
      startedAt = reader.header.startedAt;
      const { redaction: _, ...header } = reader.header;
      writer = await RecordingWriter.open(header, { file: to, whole: true });
    }
    const later = reader.header.startedAt - startedAt;
    for await (const batch of reader.batches()) {
      for (const { line } of batch) {
        const t = line.t + later;
        await writer.write(line.type === 'gap' ? { ...line, t, from: line.from + later } : { ...line, t });
      }
      await new Promise(setImmediate);
    }
  }
  if (writer === null) throw new TypeError('a recording has at least one file');
  await writer.end(endedAt - startedAt);
  return { lines: writer.lines, masked: writer.masked };
}
