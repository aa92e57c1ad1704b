import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Acknowledgement } from '../diagnosis/acknowledgement/acknowledgement.ts';
import { type AcknowledgementKeeper, changed } from '../diagnosis/acknowledgement/acknowledgement-keeper.ts';
import type { AcknowledgementChange } from '../diagnosis/acknowledgement/judge.ts';
import type { Clock } from '../model/clock.ts';
import { writeWhole } from '../process/output-file.ts';
import { makePrivateDirectory } from '../recording/session-files.ts';
import { readBounded } from '../sources/bounded-file.ts';
import { safeLine } from '../text/safe-text.ts';
import { type AcknowledgedCluster, AcknowledgementsText } from './acknowledgements-text.ts';

/** The options for a file of acknowledgements. */
export interface AcknowledgementsFileOptions {
  readonly file: string;
  /** Is it crashtop's own, so that its missing directory is created? */
  readonly isOwn: boolean;
  readonly cluster: AcknowledgedCluster;
  readonly by: string;
  readonly clock: Clock;
  /** Shows on the screen what went wrong. */
  readonly notify: (notice: string) => void;
  /** Another user or crashtop changed the acknowledgements. */
  readonly onChange: () => void;
}

const LOOK_EVERY_MS = 3000;
const LOCK_WITHIN_MS = 2000;
const TRY_EVERY_MS = 25;
// A lock held for longer is dead: writing takes milliseconds.
const LOCK_DEAD_AFTER_MS = 10_000;
const NOT_THERE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR']);

/**
 * The acknowledgements of a cluster, in a file that several people and crashtops may write. Each
 * change reads the file again, under a lock, and replaces it as a whole. A change that cannot be
 * saved holds for this session, and a notice says so.
 */
export class AcknowledgementsFile implements AcknowledgementKeeper {
  readonly isLasting = true;
  readonly by: string;
  readonly #options: AcknowledgementsFileOptions;
  #list: readonly Acknowledgement[] = [];
  #isAnswered = false;
  /** Changes not in the file yet. */
  #unkept: AcknowledgementChange[] = [];
  #turn: Promise<void> = Promise.resolve();
  /**
   * Identifies the file as last read: its inode, time and size; '' if it was missing; null before.
   */
  #read: string | null = null;
  #isReadable = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AcknowledgementsFileOptions) {
    this.#options = options;
    this.by = options.by;
  }

  /**
   * Reads the file, and follows it until {@link end}. Does not fail: a notice says what is wrong.
   */
  async start(): Promise<void> {
    await this.#inTurn(() => this.#look());
    this.#timer = setInterval(() => void this.#inTurn(() => this.#look()), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Waits until all changes are saved, or cannot be. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#turn;
  }

  list(): readonly Acknowledgement[] {
    return this.#list;
  }

  // An unreadable file does not show whether this is the first time.
  isFirstTime(): boolean {
    return this.#isReadable && !this.#isAnswered && this.#list.length === 0;
  }

  change(change: AcknowledgementChange): void {
    this.#list = changed(this.#list, change);
    this.#unkept.push(change);
    this.#isAnswered = true;
    void this.#inTurn(() => this.#keep());
  }

  // Runs actions one by one: none reads a file that another is about to replace.
  #inTurn(action: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(action);
    return this.#turn;
  }

  decline(): void {
    this.change({ remove: [], add: [] });
  }

  async #keep(): Promise<void> {
    const changes = [...this.#unkept];
    if (changes.length === 0) return;
    const { file, isOwn, cluster, clock, notify } = this.#options;
    try {
      if (isOwn) await makePrivateDirectory(dirname(file));
      const path = await realpath(file).catch(() => file);
      await withLock(path, async (checkLock) => {
        const text = new AcknowledgementsText(await readIfThere(path), path);
        for (const change of changes) text.change(cluster, change, clock.now());
        text.answer(cluster.server);
        await writeWhole([text.toString()], { file: path, overwrite: true, readers: 'owner', keepsRights: true }, checkLock);
        this.#read = await fingerprint(path);
        this.#take(text, this.#unkept.slice(changes.length));
      });
    } catch (error) {
      notify(`acknowledged for this session only: ${describeError(error)}`);
    }
  }

  async #look(): Promise<void> {
    const { file, notify, onChange } = this.#options;
    const now = await fingerprint(file);
    if (now === this.#read && this.#isReadable) return;
    const isSame = now === this.#read;
    const wasThere = this.#read !== null && this.#read !== '';
    this.#read = now;
    try {
      this.#take(new AcknowledgementsText(await readIfThere(file), file), this.#unkept);
      if (now === '' && wasThere) notify(`${safeLine(file)} is gone: its acknowledgements no longer hold`);
    } catch (error) {
      this.#isReadable = false;
      // One notice for each state of the file.
      if (!isSame)
        notify(
          `${describeError(error)}; ${this.#list.length === 0 ? 'nothing is acknowledged' : 'its previous content still holds'}`,
        );
    }
    onChange();
  }

  #take(text: AcknowledgementsText, unkept: readonly AcknowledgementChange[]): void {
    const { server } = this.#options.cluster;
    this.#unkept = [...unkept];
    this.#list = unkept.reduce(changed, text.of(server));
    this.#isAnswered = text.isAnswered(server) || unkept.length > 0;
    this.#isReadable = true;
  }
}

// Ten thousand entries take 5 MB.
const MAX_BYTES = 16 * 1024 * 1024;

/** The text of a file of acknowledgements, crashtop's own or not. @throws UnreadableFile. */
export function readAcknowledgements(file: string): string {
  return readBounded(file, MAX_BYTES, false).toString('utf8');
}

async function readIfThere(file: string): Promise<string> {
  try {
    return readAcknowledgements(file);
  } catch (error) {
    // No directory, no file; writing it reports the error.
    if (NOT_THERE.has((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

async function fingerprint(file: string): Promise<string> {
  const found = await stat(file).catch(() => null);
  return found === null ? '' : `${found.ino} ${found.mtimeMs} ${found.size}`;
}

/** @throws the error of locking, or of the action. */
async function withLock(file: string, action: (checkLock: () => void) => Promise<void>): Promise<void> {
  // A CommonJS package: the bundle only has its default export.
  const { lock } = (await import('proper-lockfile')).default;
  const lockfilePath = `${file}.lock`;
  let isLost = false;
  const release = await lock(file, {
    ...{ lockfilePath, realpath: false, stale: LOCK_DEAD_AFTER_MS },
    retries: { retries: LOCK_WITHIN_MS / TRY_EVERY_MS, factor: 1, minTimeout: TRY_EVERY_MS, maxTimeout: TRY_EVERY_MS },
    onCompromised: () => {
      isLost = true;
    },
  }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ELOCKED' ? new Error(`${lockfilePath}: another crashtop holds it`) : error;
  });
  try {
    await action(() => {
      if (isLost) throw new Error(`${file} is being written by another crashtop`);
    });
  } finally {
    // A lost lock belongs to another process.
    await release().catch(() => {});
  }
}

function describeError(error: unknown): string {
  return safeLine(error instanceof Error ? error.message : String(error));
}
