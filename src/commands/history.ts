import { createReadStream } from 'node:fs';
import { stateDirectory } from '../process/state-directory.ts';
import type { Terminal } from '../process/terminal.ts';
import { UsageError } from '../process/usage-error.ts';
import { write } from '../process/write.ts';
import { RecordingReader } from '../recording/reader.ts';
import { allSessionFiles, type SessionFile } from '../recording/session-files.ts';
import { bytesText } from '../text/bytes-text.ts';
import { padEnd, padStart } from '../text/cells.ts';
import { dateAndTime, grouped } from '../text/duration.ts';
import { safeLine } from '../text/safe-text.ts';

interface Row {
  readonly cluster: string;
  readonly from: string;
  readonly to: string;
  readonly size: string;
  readonly arrivals: string;
  readonly path: string;
}

const HEADING: Row = { cluster: 'CLUSTER', from: 'FROM (UTC)', to: 'TO', size: 'SIZE', arrivals: 'ARRIVALS', path: 'FILE' };

/** `crashtop history`: lists the recorded live sessions, newest first. */
export async function history({ env, stdout, stderr }: Pick<Terminal, 'env' | 'stdout' | 'stderr'>): Promise<void> {
  const root = stateDirectory(env);
  const files = (await allSessionFiles(root)).toReversed();
  if (files.length === 0) {
    stderr.write(
      `crashtop: no recorded sessions in ${root} yet; every live session is recorded, unless started with --no-history\n`,
    );
    return;
  }
  const rows: Row[] = [HEADING];
  for (const file of files) rows.push(await rowOf(file));
  const width = (key: keyof Row) => Math.max(...rows.map((row) => row[key].length));
  const widths = {
    cluster: width('cluster'),
    from: width('from'),
    to: width('to'),
    size: width('size'),
    arrivals: width('arrivals'),
  };
  const lines = rows.map((row) =>
    [
      padEnd(row.cluster, widths.cluster),
      padEnd(row.from, widths.from),
      padEnd(row.to, widths.to),
      padStart(row.size, widths.size),
      padStart(row.arrivals, widths.arrivals),
      row.path,
    ].join('  '),
  );
  await write(stdout, `${lines.join('\n')}\n`);
}

/** The newest recorded session of any cluster. @throws UsageError if there is none. */
export async function lastSession(env: NodeJS.ProcessEnv): Promise<string> {
  const root = stateDirectory(env);
  const last = (await allSessionFiles(root)).at(-1);
  if (last === undefined) throw new UsageError(`--last: no recorded sessions in ${root} yet`);
  return last.path;
}

// Only reading gives the number of arrivals and the last time: a killed session has no end line.
async function rowOf({ path, size, writtenAt }: SessionFile): Promise<Row> {
  const given = { size: bytesText(size), path: safeLine(path) };
  try {
    const reader = await RecordingReader.open(createReadStream(path), { file: path, lenient: true });
    const { startedAt, source } = reader.header;
    let arrivals = 0;
    let last = 0;
    for await (const batch of reader.batches()) {
      arrivals += batch.length;
      last = batch.at(-1)?.line.t ?? last;
    }
    const to = dateAndTime(startedAt + (reader.endedAt ?? last));
    return { ...given, cluster: source.context ?? '', from: dateAndTime(startedAt), to, arrivals: grouped(arrivals) };
  } catch {
    return { ...given, cluster: '', from: 'unreadable', to: dateAndTime(writtenAt), arrivals: '' };
  }
}
