import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** How much history to keep of one cluster's live sessions. */
export interface HistoryLimits {
  /**
   * The maximum total size, bytes as stored: the oldest files go first, but never the one being
   * written.
   */
  readonly bytes: number;
  /** The maximum time since the last write to a file, ms. */
  readonly keptForMs: number;
}

export const DEFAULT_HISTORY: HistoryLimits = Object.freeze({ bytes: 500_000_000, keptForMs: 7 * 24 * 60 * 60_000 });

// Half of what a session reads back of earlier ones: a file is read entirely, or not at all.
const MAX_FILE_BYTES = 8_000_000;
// Files are removed entirely: about a tenth of the history at a time.
const PARTS = 10;

/** When a session continues in another file: after this many bytes (as stored) or ms. */
export function partLimits({ bytes, keptForMs }: HistoryLimits): { bytes: number; ms: number } {
  return { bytes: Math.min(MAX_FILE_BYTES, Math.ceil(bytes / PARTS)), ms: Math.ceil(keptForMs / PARTS) };
}

/** One file of a recorded live session. */
export interface SessionFile {
  readonly path: string;
  /** Its directory: one per cluster. */
  readonly cluster: string;
  /** When its session started, epoch ms, and the number of this part, from 1. */
  readonly startedAt: number;
  readonly part: number;
  /** Bytes, as stored. */
  readonly size: number;
  /** When it was last written, epoch ms. */
  readonly writtenAt: number;
}

// Names sort by session start: 20261122T185047123Z-4711.01.ndjson.gz
const NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-\d+\.(\d+)\.ndjson\.gz$/;

/** The file name of a session: its start (epoch ms), the process that writes it, and the part. */
export function sessionFileName(startedAt: number, pid: number, part: number): string {
  return `${new Date(startedAt).toISOString().replaceAll(/[-:.]/g, '')}-${pid}.${`${part}`.padStart(2, '0')}.ndjson.gz`;
}

/**
 * The directory name for a cluster: its context, plus a hash that distinguishes servers with the
 * same context name.
 */
export function clusterDirectory(context: string, server: string): string {
  const name =
    context
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^\.+/, '')
      .slice(0, 80) || 'cluster';
  return `${name}-${createHash('sha256').update(server).digest('hex').slice(0, 8)}`;
}

/** Creates the directory, for its owner only. @throws system errors. */
export async function makePrivateDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
}

/**
 * The sessions of one cluster, oldest first; empty without a directory.
 * @throws other system errors.
 */
export async function sessionFiles(directory: string): Promise<SessionFile[]> {
  const names = (await entries(directory)).filter((name) => NAME.test(name));
  const files = await Promise.all(names.map((name) => fileOf(directory, name)));
  return files
    .filter((file) => file !== null)
    .toSorted((a, b) => a.startedAt - b.startedAt || a.part - b.part || order(a.path, b.path));
}

/** The sessions of all clusters, oldest first. @throws system errors. */
export async function allSessionFiles(root: string): Promise<SessionFile[]> {
  const files = await Promise.all((await entries(root)).map((name) => sessionFiles(join(root, name))));
  return files.flat().toSorted((a, b) => a.startedAt - b.startedAt || a.part - b.part);
}

/**
 * Removes files that are too old, and the oldest ones while the total size is too large.
 * @param except files to keep.
 * @param now epoch ms.
 * @returns the paths of the removed files.
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
    // Another crashtop may just have removed it.
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
