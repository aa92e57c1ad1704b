import { execFile, spawnSync } from 'node:child_process';
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWhole } from '../../src/process/output-file.ts';
import { createFile } from '../../src/recording/new-file.ts';
import { RecordingWriter } from '../../src/recording/writer.ts';

let folder = '';
beforeEach(async () => {
  folder = await files.mkdtemp(join(tmpdir(), 'crashtop-file-'));
});
afterEach(() => files.rm(folder, { recursive: true }));

const path = (name = 'x') => join(folder, name);
const textOf = (name = 'x') => files.readFile(path(name), 'utf8');
const modeOf = async (name = 'x') => (await files.lstat(path(name))).mode & 0o777;
const names = () => files.readdir(folder);
const SHARED = { readers: 'umask', keepsRights: true } as const;

describe('a file that is made to be handed on', () => {
  it('has the rights that the umask lets, and a session those of its owner alone', async () => {
    await writeWhole(['shared'], { file: path('shared'), ...SHARED });
    await writeWhole(['own'], { file: path('own'), readers: 'owner' });
    expect([await modeOf('shared'), await modeOf('own')]).toEqual([0o666 & ~process.umask(), 0o600]);
  });

  it('replaces nothing unasked, and else the file whole, with the rights that it had', async () => {
    await files.writeFile(path(), 'old', { mode: 0o640 });
    await expect(writeWhole(['new'], { file: path(), ...SHARED })).rejects.toThrow(/already exists/);
    expect(await textOf()).toBe('old');
    const open = await files.open(path());
    await writeWhole(['new'], { file: path(), overwrite: true, ...SHARED });
    // Whoever reads the old one goes on with it.
    expect([await textOf(), await open.readFile('utf8'), await modeOf()]).toEqual(['new', 'old', 0o640]);
    await open.close();
    expect(await names()).toEqual(['x']);
  });

  it('is never written through a link: a link is replaced, or refused', async () => {
    await files.writeFile(path('target'), 'precious');
    for (const to of ['target', 'nowhere']) {
      await files.symlink(path(to), path('link'));
      await expect(writeWhole(['new'], { file: path('link'), ...SHARED })).rejects.toThrow(/already exists/);
      await writeWhole(['new'], { file: path('link'), overwrite: true, ...SHARED });
      expect([await textOf('link'), (await files.lstat(path('link'))).isFile()]).toEqual(['new', true]);
      await files.unlink(path('link'));
    }
    expect([await textOf('target'), await names()]).toEqual(['precious', ['target']]);
  });

  it('takes a name that somebody else has taken meanwhile from nobody', async () => {
    const made = await createFile({ file: path(), named: 'when-whole', ...SHARED });
    await promisify(made.stream.end.bind(made.stream) as (text: string, done: () => void) => void)('mine');
    await files.writeFile(path(), 'theirs');
    await expect(made.commit()).rejects.toThrow(/already exists/);
    await made.discard();
    expect([await textOf(), await names()]).toEqual(['theirs', ['x']]);
  });

  it('is no directory, and no pipe but those that a shell hands over', async () => {
    spawnSync('mkfifo', [path('pipe')]);
    for (const file of [folder, path('pipe')])
      await expect(writeWhole(['x'], { file, overwrite: true, ...SHARED })).rejects.toThrow(/is not a file that can be replaced/);
    await expect(writeWhole(['x'], { file: path('no/x'), ...SHARED })).rejects.toThrow(/no such directory/);
    await writeWhole(['x'], { file: '/dev/null', overwrite: true, ...SHARED });
    expect((await files.lstat('/dev/null')).isCharacterDevice()).toBe(true);
    const program = `
      import { writeWhole } from ${JSON.stringify(new URL('../../src/process/output-file.ts', import.meta.url).href)};
      await writeWhole(['to a pipe'], { file: '/dev/stdout', overwrite: true, readers: 'umask' });`;
    const { stdout } = await promisify(execFile)('sh', [
      '-c',
      '"$0" --input-type=module -e "$1" | cat',
      process.execPath,
      program,
    ]);
    expect([stdout, (await files.lstat('/dev/stdout')).isSymbolicLink()]).toEqual(['to a pipe', true]);
  });
});

// Where the disk is full a write takes less than it was given, and only the next one fails: so does a limit on the size of files.
function withLittleRoom(program: string): { readonly stdout: string; readonly stderr: string } {
  const script = `trap '' XFSZ; ulimit -f 8; exec "$0" --input-type=module -e "$1"`;
  return spawnSync('sh', ['-c', script, process.execPath, program], { encoding: 'utf8', cwd: folder });
}

const moduleOf = (name: string) => JSON.stringify(new URL(`../../src/${name}`, import.meta.url).href);

describe('a disk that is full', () => {
  it('leaves the old file as it was, and nothing beside it', async () => {
    await files.writeFile(path(), 'old');
    const { stdout } = withLittleRoom(`
      import { writeWhole } from ${moduleOf('process/output-file.ts')};
      const give = (file, overwrite) => writeWhole(['y'.repeat(200_000)], { file, overwrite, readers: 'umask', keepsRights: true });
      for (const [file, overwrite] of [['x', true], ['new', false]])
        console.log(await give(file, overwrite).then(() => 'written', (error) => error.name + ' ' + error.message));`);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^OutputError x cannot be written: EFBIG.*; it is unchanged$/),
      expect.stringMatching(/^OutputError new cannot be written: EFBIG.*; nothing was written$/),
      '',
    ]);
    expect([await textOf(), await names()]).toEqual(['old', ['x']]);
  });

  it('leaves an old recording as it was, and beside it what of the new one was written', async () => {
    await files.writeFile(path(), 'old');
    const header = {
      startedAt: 0,
      source: { kind: 'cluster', context: null, serverVersion: null, namespaces: null, selector: null },
      tool: 't',
    };
    const { stdout } = withLittleRoom(`
      import { RecordingWriter } from ${moduleOf('recording/writer.ts')};
      const writer = await RecordingWriter.open(${JSON.stringify(header)}, { file: 'x', overwrite: true });
      const all = async () => {
        for (let t = 0; t < 500; t++) await writer.write({ t, type: 'marker', name: 'y'.repeat(100) });
        await writer.end(500);
      };
      console.log(await all().then(() => 'written', (error) => error.message));`);
    expect(stdout).toMatch(
      /^x\.[0-9a-f]{8}\.part cannot be written: EFBIG.*; what was written so far can be replayed, and x is unchanged\n$/,
    );
    const [old, part = ''] = await names();
    expect([old, await textOf()]).toEqual(['x', 'old']);
    expect((await textOf(part)).split('\n').length).toBeGreaterThan(20);
  });
});

describe('a recording that replaces another', () => {
  const header = {
    startedAt: 0,
    source: { kind: 'cluster', context: null, serverVersion: null, namespaces: null, selector: null },
    tool: 't',
  };

  it('has its name once it is whole', async () => {
    await files.writeFile(path(), 'old');
    const writer = await RecordingWriter.open(header, { file: path(), overwrite: true });
    await writer.write({ t: 1, type: 'marker', name: 'm' });
    await writer.flush();
    expect(await textOf()).toBe('old');
    await writer.end(2);
    expect((await textOf()).split('\n')).toHaveLength(4);
    expect([await names(), await modeOf()]).toEqual([['x'], 0o600]);
  });
});
