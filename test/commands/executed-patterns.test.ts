import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { page, watch } from '../api-server/answers.ts';
import { startApiServer } from '../api-server/api-server.ts';
import { ARGUED } from '../patterns/argued-patterns.ts';
import { patternsOfProject } from '../patterns/project-patterns.ts';
import { proofOf } from '../patterns/proof.ts';
import { nameOf, patternsOfFile } from '../patterns/source-patterns.ts';
import { crashingPod } from '../support/crashing-pod.ts';
import { Pty } from '../support/pty.ts';
import { systemNow } from '../support/real-time.ts';
import { startCrashtop } from '../support/run-crashtop.ts';

const path = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const ZOO = path('test/fixtures/recordings/zoo.ndjson.gz');
const VIEWS = ['main', 'why', 'runs', 'logs', 'events', 'spec', 'related', 'help'];
const COMMANDS: readonly (readonly string[])[] = [
  ...VIEWS.map((view) => [
    'shot',
    ZOO,
    '--at',
    '20m',
    '--view',
    view,
    '--columns',
    '160',
    '--rows',
    '60',
    '--format',
    'txt',
    '-o',
    '-',
  ]),
  ['shot', ZOO, '--at', '20m', '--keys', '/ g a Enter G Enter / e r r Enter', '-o', 'keys.svg'],
  ['replay', ZOO, '-o', 'table', '--every', '10m'],
  ['replay', ZOO, '-o', 'json', '--at', '20m'],
  ['check', ZOO, '--junit', 'junit.xml'],
  ['explain', '--file', ZOO],
  ['report', ZOO, '-o', 'incident.md'],
  ['report', ZOO, '-o', 'incident.html'],
  ['replay', 'hostile.ndjson', '-o', 'table'],
  ['shot', 'hostile.ndjson', '--view', 'logs', '--format', 'txt', '-o', '-'],
  ['--help'],
  ['--once', '-o', 'table'],
];

interface Executed {
  readonly source: string;
  readonly flags: string;
  /** Where it ran first. */
  readonly stack: string;
}

let folder = '';
let executed: readonly Executed[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-patterns-'));
  writeFileSync(join(folder, 'hostile.ndjson'), hostileRecording());
  const server = await startApiServer({
    'list pods': () => page([crashingPod(3, systemNow(), { name: 'web-1-x', waits: true })], '100'),
    'list events': [page([], '100')],
    'watch pods': [watch()],
    'watch events': [watch()],
  });
  const file = join(folder, 'executed.ndjson');
  const env = {
    CRASHTOP_TEST_PATTERNS: file,
    NODE_OPTIONS: `--import=${pathToFileURL(path('test/patterns/register-executed.js'))}`,
    KUBECONFIG: server.kubeconfig(),
    HOME: folder,
    XDG_STATE_HOME: folder,
  };
  const cwd = process.cwd();
  process.chdir(folder);
  for (const args of COMMANDS) {
    const { code, stderr } = await startCrashtop(args, env).ended;
    if (code !== 0 && code !== 1) throw new Error(`crashtop ${args.join(' ')}: ${code} ${stderr}`);
  }
  await drawTables(env);
  process.chdir(cwd);
  await server.close();
  executed = linesOf(readFileSync(file, 'utf8'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The Spec tab in a terminal: ink-table draws its small tables there alone. */
async function drawTables(env: Record<string, string>): Promise<void> {
  const pty = new Pty(process.execPath, [path('bin/crashtop.js'), 'replay', ZOO, '--at', '20m'], { env });
  await pty.until((text) => text.includes('shop/gateway'));
  pty.send('/gateway\r');
  await pty.until((text) => /filter: gateway +hides/.test(text));
  pty.send('\r5');
  await pty.until((text) => text.includes('┌') || text.includes('╭'));
  pty.send('q');
  await pty.exited;
}

function linesOf(text: string): Executed[] {
  const all = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Executed);
  // Node.js reads its own command line, and nothing from outside, in modules that load before ours.
  const ours = all.filter(({ stack }) => !/^.*\n.*\n.*\(node:internal/.test(stack));
  return [...new Map(ours.map((one) => [nameOf(one), one])).values()];
}

/** A recording with the lines of a log that once stopped a screen, and words for the rest. */
function hostileRecording(): string {
  const lines = ['1'.repeat(60), 'e3b0c44298fc1c149afbf4c8996fb924'.repeat(2), '1732800000,1732800001,1732800002,1732800003'];
  const dead = { namespace: 'shop', pod: 'web', uid: 'uid-web', container: 'app', containerID: 'containerd://web-3' };
  const log = { ...dead, previous: true, text: lines.join('\n'), truncated: false };
  const pod = crashingPod(3, Date.UTC(2026, 10, 22, 15), { name: 'web', waits: true });
  return [
    {
      crashtop: 'recording',
      version: 1,
      startedAt: '2026-11-22T15:00:00.000Z',
      source: { kind: 'cluster', context: 'x', serverVersion: 'v1.35.0', namespaces: null, selector: null },
      redaction: 'none',
    },
    { t: 0, type: 'snapshot', kind: 'Pod', resourceVersion: '1', items: [pod] },
    { t: 10, type: 'log', ...log },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

/** A search for what was typed: letters, one after the other. */
const isTyped = ({ source, flags }: Executed) => /^[a-z]+$/.test(source) && flags === 'giu';

// React and mdast-util-to-markdown put them together of constants; the proof below reads the results.
const BUILDERS = /^ *at (?:isAttributeNameSafe|safe|Object\.inlineCode) \(/m;
const isBuiltByLibrary = ({ stack }: Executed) => BUILDERS.test(stack);

describe('the regular expressions that run in the built program', () => {
  it('are many, of ours and of libraries', () => {
    expect(existsSync(path('dist/metafile.json'))).toBe(true);
    expect(executed.length).toBeGreaterThan(150);
  });

  it('are those in the source text of src and of the bundled packages, and what was typed into a search', async () => {
    const { inputs } = JSON.parse(readFileSync(path('dist/metafile.json'), 'utf8')) as Metafile;
    const bundled = Object.keys(inputs).filter((file) => /^node_modules\/.*\.[cm]?js$/.test(file));
    const known = new Set([
      ...(await patternsOfProject()).patterns.map(nameOf),
      ...bundled.flatMap((file) => patternsOfFile(file).literals.map(nameOf)),
    ]);
    const unknown = executed.filter((one) => !known.has(nameOf(one)));
    expect(unknown.filter((one) => !isTyped(one) && !isBuiltByLibrary(one))).toEqual([]);
  });

  it('are proven to be linear, those of libraries too, or argued for one by one', () => {
    const unproven = executed.filter((one) => proofOf(one).is === 'not proven');
    expect(unproven.map(nameOf).sort()).toEqual(ARGUED.map(({ name }) => name).sort());
  });
});
