/** Makes the startup snapshot: V8's heap as it is when all modules of a live session are loaded, for Node to begin with. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { replacedSource } from '../replaced-source.js';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

// They are in Node's own snapshot anyway, or have no state but their functions: libraries use them while they are loaded.
const IN_SNAPSHOT = new Set([
  'assert',
  'async_hooks',
  'buffer',
  'crypto',
  'diagnostics_channel',
  'events',
  'fs',
  'fs/promises',
  'module',
  'os',
  'path',
  'perf_hooks',
  'process',
  'querystring',
  'stream',
  'stream/promises',
  'string_decoder',
  'timers/promises',
  'tty',
  'url',
  'util',
  'util/types',
  'v8',
]);

const builtinsWhenUsed = {
  name: 'builtins-when-used',
  setup(plugins) {
    plugins.onResolve({ filter: /^(?:node:)?[\w/]+$/ }, ({ path }) => {
      const name = path.replace(/^node:/, '');
      return builtinModules.includes(name) && !IN_SNAPSHOT.has(name) ? { path: name, namespace: 'builtin' } : undefined;
    });
    plugins.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const builtin = process.getBuiltinModule(path);
      const isFunction = (key) => typeof builtin[key] === 'function';
      const functions = Object.keys(builtin).filter(isFunction);
      const others = Object.keys(builtin).filter((key) => !isFunction(key) && JSON.stringify(builtin[key])?.length < 10_000);
      const constants = Object.fromEntries(others.map((key) => [key, builtin[key]]));
      return {
        resolveDir: here('.'),
        contents: `
          const { builtinWhenUsed } = require('./builtin-when-used.js');
          module.exports = builtinWhenUsed(${[path, functions, constants].map((part) => JSON.stringify(part)).join()});`,
      };
    });
  },
};

// yoga-layout's index compiles WebAssembly while it is loaded. This one does it when it is told to; a package that is built otherwise
// fails the build.
const layoutWhenTold = {
  name: 'layout-when-told',
  setup(plugins) {
    plugins.onLoad({ filter: /yoga-layout.dist.src.index\.js$/ }, ({ path }) => {
      const eager = 'const Yoga = wrapAssembly(await loadYoga());';
      const told = `
        import * as enums from './generated/YGEnums.js';
        const { default: constants } = enums;
        const Yoga = { ...constants };
        export async function loadLayout() { Object.assign(Yoga, wrapAssembly(await loadYoga())); }`;
      return replacedSource(path, [[eager, told]]);
    });
  },
};

// CommonJS has no await at its top level. Both are for developers of ink.
const inkWithoutDevelopment = {
  name: 'ink-without-development',
  setup(plugins) {
    plugins.onLoad({ filter: /ink.build.reconciler\.js$/ }, ({ path }) =>
      replacedSource(path, [
        ["await import('./devtools.js')", ''],
        ['await loadPackageJson()', '{}'],
      ]),
    );
  },
};

// The other commands are never asked of a process that began with the snapshot (bin/crashtop.js), nor is most of a client library, which is
// read from a file of its own where a kubeconfig asks for it.
const withoutOthers = {
  name: 'without-others',
  setup(plugins) {
    plugins.onResolve({ filter: /^\.\/[\w/-]+\.ts$/ }, ({ path, kind, importer }) => {
      if (kind !== 'dynamic-import') return undefined;
      if (path === './auth-provider.ts') return { path, namespace: 'beside' };
      return importer.endsWith('program.ts') && path !== './commands/live.ts' ? { path, namespace: 'other' } : undefined;
    });
    plugins.onLoad({ filter: /.*/, namespace: 'other' }, ({ path }) => ({
      contents: `throw new Error('${path} is not in the startup snapshot');`,
    }));
    plugins.onLoad({ filter: /.*/, namespace: 'beside' }, () => ({
      resolveDir: here('.'),
      contents: `
        import { createRequire } from 'node:module';
        const blob = process.execArgv[process.execArgv.indexOf('--snapshot-blob') + 1];
        export const { AuthProvider } = createRequire(blob)('./auth-provider.cjs');`,
    }));
  },
};

/**
 * @param {import('esbuild').BuildOptions} options of the ordinary bundle
 * @param {string} outdir gets `live.cjs`, `auth-provider.cjs`, and the snapshot for this Node on this machine
 */
export async function buildSnapshot(options, outdir) {
  const common = { ...options, splitting: false, format: 'cjs', banner: {}, outExtension: { '.js': '.cjs' }, outdir };
  // Loaded without a snapshot as well: a plain file.
  await build({ ...common, entryPoints: { 'auth-provider': 'src/sources/kubernetes/auth/auth-provider.ts' } });
  const { outputFiles } = await build({
    ...common,
    entryPoints: { live: 'build/startup/snapshot-entry.js' },
    plugins: [builtinsWhenUsed, layoutWhenTold, inkWithoutDevelopment, withoutOthers, ...options.plugins],
    write: false,
  });
  const [{ path: script, text }] = outputFiles;
  // One character beyond Latin-1 makes V8 keep two bytes of each.
  const ascii = text.replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  // The folder is another one by the time that somebody reads a stack trace.
  writeFileSync(script, `${ascii}\n//# sourceURL=dist/live.cjs\n`);
  takeSnapshot(script, outdir);
}

/** Without an environment: what libraries read of it while they are loaded would be that of whoever built. */
function takeSnapshot(script, outdir) {
  const [recording, config] = [`${outdir}/warm-up.ndjson`, `${outdir}/snapshot.json`];
  writeFileSync(recording, gunzipSync(readFileSync(here('../../demo-data/recovery.ndjson.gz'))));
  const node = (args) => execFileSync(process.execPath, args, { encoding: 'utf8', env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    // Of V8's version, its options and the processor: bin/crashtop.js takes a snapshot only where all are the same.
    const tag = node(['-p', 'v8.cachedDataVersionTag().toString(16)']).trim();
    const blob = `${outdir}/live-${process.version}-${tag}.blob`;
    // Of Node's own modules, whose code is in Node itself: half of the snapshot, all of it resident.
    writeFileSync(config, JSON.stringify({ builder: script, withoutCodeCache: true }));
    node(['--no-warnings', '--snapshot-blob', blob, '--build-snapshot-config', config, here('kubeconfig.yaml'), recording]);
  } catch (error) {
    const why = /^\w*Error: .*/m.exec(String(error.stderr))?.[0] ?? error.message.split('\n', 1)[0];
    console.error(`build: no startup snapshot, so crashtop starts a tenth of a second slower (${why})`);
  } finally {
    for (const file of [recording, config]) rmSync(file, { force: true });
  }
}
