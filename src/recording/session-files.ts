import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A file is closed at this size (bytes, as stored) and the session goes on in the next. */
export const FILE_BYTES = 50 << 20;
/** What all sessions of one cluster may take, bytes: the oldest go first. */
export const CLUSTER_BYTES = 500 << 20;
/** A file that was last written so long ago goes, ms. */
export const KEPT_FOR_MS = 7 * 24 * 60 * 60_000;

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
 */
export async function pruneSessions(
  directory: string,
  except: readonly string[],
  now: number,
  { clusterBytes = CLUSTER_BYTES, keptForMs = KEPT_FOR_MS } = {},
): Promise<void> {
  const files = await sessionFiles(directory);
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size, writtenAt } of files) {
    if (except.includes(path) || (total <= clusterBytes && now - writtenAt <= keptForMs)) continue;
    // Another crashtop may have removed it just now.
    await unlink(path).catch(() => {});
    total -= size;
  }
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
