import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { access, type FileHandle, lstat, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { errorCodeOf, InputError } from './input-error.ts';
import { OutputError } from './output-error.ts';

export interface NewFileOptions {
  readonly file: string;
  /** Replace a file (or a symbolic link, not what it points to) that is there. */
  readonly overwrite?: boolean;
  /** Who may read it: its owner alone (0600: it holds a session), or whoever the umask lets (it is made to be handed on). */
  readonly readers: 'owner' | 'umask';
  /** The rights and the owner of the file that is replaced stay. */
  readonly keepsRights?: boolean;
  /**
   * When the file has its name: `at-once` to be read while it grows, and only where no other has that name; else when it is whole, so
   * that whatever fails leaves what was there as it was.
   */
  readonly named: 'at-once' | 'when-whole';
  /** false: closing does not wait until the disk itself has the bytes. */
  readonly sync?: boolean;
}

/** A stream of bytes into a file. */
export type FileStream = Writable & { readonly bytesWritten: number; readonly errored: Error | null };

/**
 * A file that is being made: the one way in which crashtop writes files. Never through a link, never into a file that is there; what is
 * made to be handed on goes into a pipe or a device that a shell names (`/dev/stdout`, `/dev/fd/63`) as well.
 */
export interface NewFile {
  /** Where the bytes are until the file has its name. */
  readonly path: string;
  readonly stream: FileStream;
  /** Gives the file its name; the stream must be closed. @throws as {@link createFile}. */
  commit(): Promise<void>;
  /** Removes what was written, where the name was not given yet. Does not fail. */
  discard(): Promise<void>;
}

/** @throws InputError where the name cannot be used; OutputError where rights or the disk do not allow it. */
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
 * Looks whether a file could be made, before the work is done that is to fill it; nothing is made yet.
 * @throws InputError where it is there already and may not be replaced, or its directory is not there; OutputError where the
 * directory cannot be written.
 */
export async function checkFile(file: string, overwrite: boolean): Promise<void> {
  try {
    if (await isOpenStream(file)) return;
    const found = await foundAt(file);
    if (found !== null) checkReplaceable(file, found, overwrite, '--overwrite');
    await access(dirname(file), constants.W_OK);
  } catch (error) {
    throw createError(error, file);
  }
}

function written(path: string, handle: FileHandle, flush: boolean): NewFile {
  return { path, stream: handle.createWriteStream({ flush }), commit: async () => {}, discard: async () => {} };
}

// 'wx' is O_CREAT with O_EXCL: it neither opens what is there nor follows a link that somebody put there meanwhile.
function create(path: string, { readers }: NewFileOptions): Promise<FileHandle> {
  return open(path, 'wx', readers === 'owner' ? 0o600 : 0o666);
}

const OPEN_STREAM = /^\/(?:dev\/(?:fd\/\d{1,9}|[^/]{1,255})|proc\/(?:self|\d{1,9})\/fd\/\d{1,9})$/;

// What a shell hands over as a file: there is nothing to be replaced, and nobody else's link is followed there.
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
  if (!overwrite) throw new InputError(`${file} exists already: give another name, or ${instead}`);
  if (!found.isFile() && !found.isSymbolicLink())
    throw new InputError(`${file} is no file that can be replaced: give another name`);
}

// Only its owner may give a file away; a team's file has its rights by its group and mode.
async function keepRights(handle: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  await handle.chown(uid, gid).catch(() => {});
  await handle.chmod(mode & 0o777);
}

async function giveName(path: string, file: string, overwrite: boolean): Promise<void> {
  let isReserved = false;
  try {
    if (!overwrite) {
      // Somebody may have taken the name meanwhile: whoever makes the file has it.
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
      return new InputError(`${file} exists already: give another name, or remove it first`, { cause: error });
    case 'ENOENT':
    case 'ENOTDIR':
      return new InputError(`${file}: there is no such directory`, { cause: error });
    case 'EISDIR':
      return new InputError(`${file} is no file that can be replaced: give another name`, { cause: error });
    default:
      return writeError(error, file, '');
  }
}

/**
 * What went wrong while a file was written.
 * @param name the file, or what it is called.
 * @param left what there is now, as a clause; '' where that goes without saying.
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
