import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { access, type FileHandle, lstat, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { errorCodeOf, InputError } from './input-error.ts';
import { OutputError } from './output-error.ts';

export interface NewFileOptions {
  readonly file: string;
  /** Replace an existing file (of a symbolic link, the link itself). */
  readonly overwrite?: boolean;
  /**
   * Who may read it: only the owner (0600, for a session), or anyone that the umask allows (for a
   * file to hand on).
   */
  readonly readers: 'owner' | 'umask';
  /** Keep the permissions and the owner of the replaced file. */
  readonly keepsRights?: boolean;
  /**
   * When the file gets its name. `at-once`: to be read while it grows, and only if the name is
   * free. `when-whole`: once complete, so that a failure leaves an existing file unchanged.
   */
  readonly named: 'at-once' | 'when-whole';
  /** false: do not wait on close until the disk has the bytes. */
  readonly sync?: boolean;
}

/** A stream of bytes into a file. */
export type FileStream = Writable & { readonly bytesWritten: number; readonly errored: Error | null };

/**
 * A file being written: the only way crashtop writes files. Never follows a link or writes into an
 * existing file. A file to hand on may also be a pipe or device named by a shell (`/dev/stdout`,
 * `/dev/fd/63`).
 */
export interface NewFile {
  /** Where the bytes are until the file has its name. */
  readonly path: string;
  readonly stream: FileStream;
  /** Gives the file its name; the stream must be closed. @throws as {@link createFile}. */
  commit(): Promise<void>;
  /** Removes what was written, unless it has its name. Never fails. */
  discard(): Promise<void>;
}

/**
 * @throws InputError if the name cannot be used; OutputError if permissions or the disk do not
 * allow it.
 */
export async function createFile(options: NewFileOptions): Promise<NewFile> {
  const { file, overwrite = false, sync = true } = options;
  try {
    if (options.readers === 'umask' && (await isOpenStream(file))) return written(file, await open(file, 'a'), false);
    const found = await foundAt(file);
    if (found !== null) checkReplaceable(file, found, overwrite, 'remove it first');
    if (found === null && options.named === 'at-once') return written(file, await create(file, options), sync);
    const path = `${file}.${randomBytes(4).toString('hex')}.part`;
    const handle = await create(path, options);
    if (options.keepsRights && found?.isFile()) await keepRights(handle, found);
    return {
      ...written(path, handle, sync),
      commit: () => giveName(path, file, overwrite),
      discard: () => unlink(path).catch(() => {}),
    };
  } catch (error) {
    throw createError(error, file);
  }
}

/**
 * Checks in advance whether a file can be created; creates nothing.
 * @throws InputError if it exists and may not be replaced, or its directory does not exist;
 * OutputError if the directory is not writable.
 */
export async function checkFile(file: string, overwrite: boolean): Promise<void> {
  try {
    if (await isOpenStream(file)) return;
    const found = await foundAt(file);
    if (found !== null) checkReplaceable(file, found, overwrite, 'use --overwrite');
    await access(dirname(file), constants.W_OK);
  } catch (error) {
    throw createError(error, file);
  }
}

function written(path: string, handle: FileHandle, flush: boolean): NewFile {
  return { path, stream: handle.createWriteStream({ flush }), commit: async () => {}, discard: async () => {} };
}

// 'wx' is O_CREAT with O_EXCL: it neither opens an existing file nor follows a link that was put
// there in the meantime.
function create(path: string, { readers }: NewFileOptions): Promise<FileHandle> {
  return open(path, 'wx', readers === 'owner' ? 0o600 : 0o666);
}

const OPEN_STREAM = /^\/(?:dev\/(?:fd\/\d{1,9}|[^/]{1,255})|proc\/(?:self|\d{1,9})\/fd\/\d{1,9})$/;

// A file that a shell hands over: there is nothing to replace, and no foreign link to follow.
async function isOpenStream(file: string): Promise<boolean> {
  if (!OPEN_STREAM.test(resolve(file))) return false;
  const found = await stat(file).catch(() => null);
  return found !== null && !found.isDirectory() && !found.isBlockDevice();
}

function foundAt(file: string): Promise<Stats | null> {
  return lstat(file).catch((error: unknown) => {
    if (errorCodeOf(error) === 'ENOENT') return null;
    throw error;
  });
}

function checkReplaceable(file: string, found: Stats, overwrite: boolean, instead: string): void {
  if (!overwrite) throw new InputError(`${file} already exists: choose another name, or ${instead}`);
  if (!found.isFile() && !found.isSymbolicLink())
    throw new InputError(`${file} is not a file that can be replaced: choose another name`);
}

// Only the owner may give a file away; a shared file gets its permissions by group and mode.
async function keepRights(handle: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  await handle.chown(uid, gid).catch(() => {});
  await handle.chmod(mode & 0o777);
}

async function giveName(path: string, file: string, overwrite: boolean): Promise<void> {
  let isReserved = false;
  try {
    if (!overwrite) {
      // The name may have been taken in the meantime: the process that creates the file owns it.
      await (await open(file, 'wx', 0o600)).close();
      isReserved = true;
    }
    await rename(path, file);
  } catch (error) {
    if (isReserved) await unlink(file).catch(() => {});
    throw createError(error, file);
  }
}

function createError(error: unknown, file: string): Error {
  if (error instanceof InputError || error instanceof OutputError) return error;
  switch (errorCodeOf(error)) {
    case 'EEXIST':
      return new InputError(`${file} already exists: choose another name, or remove it first`, { cause: error });
    case 'ENOENT':
    case 'ENOTDIR':
      return new InputError(`${file}: no such directory`, { cause: error });
    case 'EISDIR':
      return new InputError(`${file} is not a file that can be replaced: choose another name`, { cause: error });
    default:
      return writeError(error, file, '');
  }
}

/**
 * The error for a failed write.
 * @param name the file, or its description.
 * @param left the resulting state, as a clause; '' if obvious.
 */
export function writeError(error: unknown, name: string, left: string): OutputError {
  if (error instanceof OutputError) return error;
  const after = left === '' ? '' : `; ${left}`;
  switch (errorCodeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new OutputError(`${name}: the disk is full${after}`, { cause: error });
    case 'EPIPE':
      return new OutputError(`${name} was closed by its reader${after}`, { cause: error });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new OutputError(`${name}: no permission to write it`, { cause: error });
    default:
      return new OutputError(`${name} cannot be written: ${error instanceof Error ? error.message : String(error)}${after}`, {
        cause: error,
      });
  }
}
