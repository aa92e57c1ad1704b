import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { check } from '../../src/commands/check.ts';
import { explain } from '../../src/commands/explain.ts';
import { replay } from '../../src/commands/replay.ts';
import { report } from '../../src/commands/report.ts';
import { shot } from '../../src/commands/shot.ts';
import { exitCodeOf } from '../../src/process/exit-codes.ts';
import type { Terminal } from '../../src/process/terminal.ts';
import { safeLine } from '../../src/text/safe-text.ts';
import { commandTerminal } from '../support/command-terminal.ts';
import { hostileRecording } from '../support/hostile-recordings.ts';

const SCREEN = { columns: 120, rows: 40, theme: 'dark', output: '-' } as const;

type Command = (file: string, terminal: Terminal, lenient: boolean) => Promise<void>;

const COMMANDS: Readonly<Record<string, Command>> = {
  json: (file, terminal, lenient) => replay([file], { output: 'json', lenient }, terminal),
  table: (file, terminal, lenient) => replay([file], { output: 'wide', every: 30_000, lenient }, terminal),
  runs: (file, terminal, lenient) => replay([file], { runs: true, lenient }, terminal),
  explain: (file, terminal, lenient) => explain(undefined, { file: [file], output: 'text', lenient }, terminal),
  check: (file, terminal, lenient) => check([file], { lenient }, terminal),
  md: (file, terminal, lenient) => report([file], { output: '-', format: 'md', lenient }, terminal),
  html: (file, terminal, lenient) => report([file], { output: '-', format: 'html', lenient }, terminal),
  openmetrics: (file, terminal, lenient) => report([file], { output: '-', format: 'openmetrics', lenient }, terminal),
  shot: (file, terminal, lenient) => shot([file], { ...SCREEN, view: 'main', lenient }, terminal),
  spec: (file, terminal, lenient) => shot([file], { ...SCREEN, view: 'spec', lenient }, terminal),
  tabs: (file, terminal, lenient) => shot([file], { ...SCREEN, view: 'runs', keys: ['3', '4', '6', '1'], lenient }, terminal),
};

const folder = mkdtempSync(join(tmpdir(), 'crashtop-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  // `check` says with it what it found.
  process.exitCode = undefined;
});

class Sink extends Writable {
  length = 0;
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.length += chunk.length;
    if (this.text.length < 10_000) this.text += chunk.toString();
    done();
  }
}

/** What a command did with a file: how it would end the process, and how much it wrote. */
async function run(command: Command, file: string, lenient: boolean) {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const terminal = commandTerminal(stdout, stderr);
  let error: unknown = null;
  try {
    await command(file, terminal, lenient);
  } catch (thrown) {
    error = thrown;
  }
  return { error, written: stdout.length, told: stderr.text };
}

// `CRASHTOP_FUZZ=5000 npx vitest run test/commands/hostile-recordings.test.ts` tries so many, `CRASHTOP_FUZZ_FROM` from that seed on.
const TRIED = Number(process.env.CRASHTOP_FUZZ ?? 60);
const FROM = Number(process.env.CRASHTOP_FUZZ_FROM ?? 1);
const MOST_WRITTEN = 4 << 20;

describe('recordings that a seed has spoiled', () => {
  it.each(Object.keys(COMMANDS))('%s ends with output or one clear line, and no more of it than fits', async (name) => {
    for (let seed = FROM; seed < FROM + TRIED; seed++) {
      const file = join(folder, `${name}-${seed}.ndjson`);
      writeFileSync(file, hostileRecording(seed));
      const { error, written, told } = await run(COMMANDS[name] as Command, file, seed % 3 === 0);
      rmSync(file);
      const where = `${name}, seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`;
      if (error !== null) {
        expect(exitCodeOf(error), where).toBe(2);
        expect(safeLine((error as Error).message).length, where).toBeLessThan(1000);
      }
      expect(written, where).toBeLessThan(MOST_WRITTEN);
      expect(told.length, where).toBeLessThan(10_000);
    }
  });
});
