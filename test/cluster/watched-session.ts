import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RecordingLine } from '../../src/recording/line.ts';
import { RecordingReader } from '../../src/recording/reader.ts';
import { Pty } from '../support/pty.ts';
import type { LedgerRun } from './compare-runs.ts';

const run = promisify(execFile);
const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));

/** Opens the live screen as a person does, from a shell that says afterwards what became of the terminal. */
export function openScreen(env: NodeJS.ProcessEnv): Pty {
  const script = `"${process.execPath}" "${BIN}" -A; code=$?; echo "terminal: $(stty -a | tr '\\n' ' ')"; echo "exit code: $code"`;
  return new Pty('/bin/sh', ['-c', script], { columns: 200, rows: 54, env });
}

/** `crashtop record`, beside the screen. */
export class Recorder {
  readonly #child;
  readonly #exited: Promise<unknown[]>;

  constructor(file: string, env: NodeJS.ProcessEnv) {
    this.#child = execFile(process.execPath, [BIN, 'record', '-A', '-o', file], { env: { ...process.env, ...env } });
    this.#exited = once(this.#child, 'exit');
  }

  /** Ends it as Ctrl-C does. Resolves with its exit code; null where a signal killed it. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGINT');
    const [code] = await this.#exited;
    return code as number | null;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/** What `crashtop replay --runs` prints of a file, or of the newest session that was kept. @throws with what it wrote to stderr. */
export async function runsOf(file: string | 'the last session', env: NodeJS.ProcessEnv): Promise<LedgerRun[]> {
  const what = file === 'the last session' ? '--last' : file;
  const { stdout } = await run(process.execPath, [BIN, 'replay', what, '--runs', '-o', 'ndjson'], {
    env: { ...process.env, ...env },
    maxBuffer: 256 << 20,
  });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LedgerRun);
}

/** The lines of a recording, and when it began, epoch ms. */
export async function linesOf(file: string): Promise<{ startedAt: number; lines: RecordingLine[] }> {
  const reader = await RecordingReader.open(createReadStream(file), { file });
  const lines: RecordingLine[] = [];
  for await (const batch of reader.batches()) lines.push(...batch.map(({ line }) => line));
  return { startedAt: reader.header.startedAt, lines };
}
