import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** How much is kept of the live sessions of one cluster. */
export interface HistoryLimits {
  /** What all their files may take, bytes as stored: the oldest go first, and never the one that is being written. */
  readonly bytes: number;
  /** A file that was last written so long ago goes, ms. */
  readonly keptForMs: number;
}

export const DEFAULT_HISTORY: HistoryLimits = Object.freeze({ bytes: 500_000_000, keptForMs: 7 * 24 * 60 * 60_000 });

// Half of what a session reads back of the ones before it: a file is read as a whole, or not at all.
const MOST_FILE_BYTES = 8_000_000;
// Files go as a whole: what goes at once is a tenth of what is kept, or so.
const PARTS = 10;

/** When a session goes on in another file: at so many bytes (as stored), or after so long (ms). */
export function partLimits({ bytes, keptForMs }: HistoryLimits): { bytes: number; ms: number } {
  return { bytes: Math.min(MOST_FILE_BYTES, Math.ceil(bytes / PARTS)), ms: Math.ceil(keptForMs / PARTS) };
}

/** One file of a live session that wrote itself. */
export interface SessionFile {
  readonly path: string;
  /** The directory it lies in: one for each cluster. */
  readonly cluster: string;
  /** When its session began, epoch ms, and which part of it the file is, from 1. */
  readonly startedAt: number;
  readonly part: number;
  /** Bytes, as stored. */
  readonly size: number;
  /** When it was last written, epoch ms. */
  readonly writtenAt: number;
}

// Names sort as the sessions began: 20261122T185047123Z-4711.01.ndjson.gz
const NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-\d+\.(\d+)\.ndjson\.gz$/;

/** The name of a session's file: when the session began (epoch ms), the process that wrote it, and the part. */
export function sessionFileName(startedAt: number, pid: number, part: number): string {
  return `${new Date(startedAt).toISOString().replaceAll(/[-:.]/g, '')}-${pid}.${`${part}`.padStart(2, '0')}.ndjson.gz`;
}

/** The name of the directory for a cluster: its context, and what tells two servers of one context's name apart. */
export function clusterDirectory(context: string, server: string): string {
  const name =
    context
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^\.+/, '')
      .slice(0, 80) || 'cluster';
  return `${name}-${createHash('sha256').update(server).digest('hex').slice(0, 8)}`;
}

/** Makes the directory, for its owner alone. @throws what the system says. */
export async function makePrivateDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
}

/** The sessions of one cluster, oldest first; none where there is no such directory. @throws what else the system says. */
export async function sessionFiles(directory: string): Promise<SessionFile[]> {
  const names = (await entries(directory)).filter((name) => NAME.test(name));
  const files = await Promise.all(names.map((name) => fileOf(directory, name)));
  return files
    .filter((file) => file !== null)
    .toSorted((a, b) => a.startedAt - b.startedAt || a.part - b.part || order(a.path, b.path));
}

/** The sessions of all clusters, oldest first. @throws what the system says. */
export async function allSessionFiles(root: string): Promise<SessionFile[]> {
  const files = await Promise.all((await entries(root)).map((name) => sessionFiles(join(root, name))));
  return files.flat().toSorted((a, b) => a.startedAt - b.startedAt || a.part - b.part);
}

/**
 * Removes what is too old, and the oldest files while all of them take too much.
 * @param except files that are not removed.
 * @param now epoch ms.
 * @returns the paths of what was removed.
 */
export async function pruneSessions(
  directory: string,
  except: readonly string[],
  now: number,
  { bytes, keptForMs }: HistoryLimits,
): Promise<string[]> {
  const removed: string[] = [];
  const files = await sessionFiles(directory);
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size, writtenAt } of files) {
    if (except.includes(path) || (total <= bytes && now - writtenAt <= keptForMs)) continue;
    // Another crashtop may have removed it just now.
    await unlink(path).catch(() => {});
    total -= size;
    removed.push(path);
  }
  return removed;
}

async function entries(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

async function fileOf(directory: string, name: string): Promise<SessionFile | null> {
  const [, year, month, day, hour, minute, second, ms, part] = NAME.exec(name) ?? [];
  const path = join(directory, name);
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) return null;
  return {
    path,
    cluster: directory,
    startedAt: Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`),
    part: Number(part),
    size: found.size,
    writtenAt: found.mtimeMs,
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
