import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The Node.js that runs what is installed: the one of the tests, or the one that CRASHTOP_TEST_NODE names. */
export const NODE = process.env.CRASHTOP_TEST_NODE ?? process.execPath;

/** What a person has after `npm install -g` of the package, on a machine that has nothing else of it. */
export interface InstalledPackage {
  /** The command on PATH. */
  readonly command: string;
  /** Path and size in bytes of every file that was installed, below the global node_modules. */
  readonly files: ReadonlyMap<string, number>;
  /** Bytes of what is downloaded. */
  readonly packedSize: number;
  /** An environment that leads to no other package, with a home directory of its own. */
  readonly env: NodeJS.ProcessEnv;
  /** An empty folder to run in. */
  readonly cwd: string;
  remove(): void;
}

/** Packs what is built and installs it into an empty prefix, without the registry. */
export async function installPackage(): Promise<InstalledPackage> {
  const folder = mkdtempSync(join(tmpdir(), 'crashtop-package-'));
  const inFolder = (name: string) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };
  const [prefix, cache, home, cwd] = [inFolder('prefix'), inFolder('cache'), inFolder('home'), inFolder('empty')];
  const env = { ...withoutNpm(process.env), HOME: home, XDG_STATE_HOME: home, XDG_CACHE_HOME: home, npm_config_cache: cache };
  const run = (args: string[]) => promisify(execFile)('npm', args, { cwd: ROOT, env });
  // What `prepack` does beside the build, which was before all tests.
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/third-party-notices.ts')]);
  const { stdout } = await run(['pack', '--ignore-scripts', '--json', '--pack-destination', folder]);
  // npm 12 keys them by name.
  const [{ filename, size }] = Object.values(JSON.parse(stdout)) as [{ filename: string; size: number }];
  await run(['install', '--global', '--offline', '--prefix', prefix, join(folder, filename)]);
  return {
    command: join(prefix, 'bin', 'crashtop'),
    files: filesBelow(join(prefix, 'lib', 'node_modules')),
    packedSize: size,
    env: {
      ...env,
      PATH: [dirname(NODE), process.env.PATH].join(delimiter),
      KUBECONFIG: join(home, 'none'),
      KUBERNETES_SERVICE_HOST: '',
    },
    cwd,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Without what the npm that runs the tests says to whatever it starts, and without ways to other packages. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_|^NODE_(?:PATH|ENV|OPTIONS)$/i.test(name)));
}

function filesBelow(folder: string): Map<string, number> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
    (path) => [path, statSync(join(folder, path))] as const,
  );
  return new Map(files.filter(([, stat]) => stat.isFile()).map(([path, { size }]) => [path, size]));
}
