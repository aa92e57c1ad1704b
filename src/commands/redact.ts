import type { Terminal } from '../process/terminal.ts';
import { checkFile } from '../recording/new-file.ts';
import { type NumberedLine, RecordingReader } from '../recording/reader.ts';
import { telling } from '../recording/redaction/mask.ts';
import { MaskTally } from '../recording/redaction/mask-tally.ts';
import { StrictRedaction } from '../recording/redaction/strict.ts';
import { RecordingWriter } from '../recording/writer.ts';
import { openInput } from '../sources/open.ts';
import { counted } from '../text/duration.ts';
import { safeLine } from '../text/safe-text.ts';
import type { RedactOptions } from './options/redact-options.ts';

/**
 * `crashtop redact FILE -o OUT`: copies a recording or output of kubectl without its secrets, and
 * reports what was masked.
 */
export async function redact(file: string, options: RedactOptions, terminal: Terminal): Promise<void> {
  if (options.output !== '-') await checkFile(options.output, options.overwrite ?? false);
  const tally = new MaskTally();
  const opened = await openInput(file, terminal.stdin);
  try {
    if (opened.format === 'recording') await redactRecording(file, opened.text, options, terminal, tally);
    else {
      const { redactKubectl } = await import('./redact-kubectl.ts');
      await redactKubectl(opened, options, terminal, tally);
    }
  } finally {
    opened.input.close();
  }
  const isTerminal = (terminal.stderr as Partial<NodeJS.WriteStream>).isTTY === true;
  terminal.stderr.write(
    summary(tally, isTerminal)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

async function redactRecording(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  { output, redact, overwrite, lenient }: RedactOptions,
  { stdout, stderr }: Terminal,
  tally: MaskTally,
): Promise<void> {
  const reader = await RecordingReader.open(bytes, {
    file,
    lenient: lenient === true,
    onNotice: ({ message }) => void stderr.write(`crashtop: ${message}\n`),
  });
  const { redaction: _, ...header } = reader.header;
  const strict = redact === 'strict' ? new StrictRedaction() : undefined;
  const writer = await RecordingWriter.open(header, { file: output, stdout, overwrite: overwrite ?? false, strict });
  let newest = 0;
  const write = ({ line }: NumberedLine) => {
    newest = line.t;
    // All masking happens before the first wait.
    return telling(tally.add, () => writer.write(line));
  };
  for await (const batch of reader.batches()) for (const one of batch) await write(one);
  await writer.end(reader.endedAt ?? newest);
}

// The number of secrets shown per kind: more would scroll the important ones out of sight.
const MAX_SHOWN = 30;

function summary(tally: MaskTally, isTerminal: boolean): string[] {
  const { kinds } = tally;
  if (kinds.length === 0) return ['crashtop: no secrets found; check the file before you share it'];
  const lines = ['crashtop: masked what looked like a secret:'];
  for (const { kind, places, secrets } of kinds) {
    lines.push(`  ${kind}: ${counted(secrets.length, 'secret')} at ${counted(places, 'place')}`);
    if (!isTerminal) continue;
    for (const { beginning, length, places } of secrets.slice(0, MAX_SHOWN))
      lines.push(`    ${safeLine(beginning)}… (${counted(length, 'character')}) at ${counted(places, 'place')}`);
    if (secrets.length > MAX_SHOWN) lines.push(`    and ${secrets.length - MAX_SHOWN} more`);
  }
  lines.push('Check the file before you share it.');
  return lines;
}
