/** Bundles src into dist: one chunk for all commands, and chunks that a command loads on demand. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

// Ink imports it in development only, but leaving it external makes the bundle fail at start.
const withoutDevtools = {
  name: 'without-devtools',
  setup(plugins) {
    plugins.onResolve({ filter: /^react-devtools-core$/ }, (args) => ({ path: args.path, namespace: 'empty' }));
    plugins.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default undefined' }));
  },
};

// Its loader fetches its own data: URL if there is a fetch, for which Node loads its HTTP client
// (decision 0046).
const withoutFetchingYoga = {
  name: 'without-fetching-yoga',
  setup(plugins) {
    plugins.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path }) => ({
      contents: `const fetch = undefined;\n${readFileSync(path, 'utf8')}`,
    }));
  },
};

/** The options for bundling src for production, as users run it. */
export const OPTIONS = {
  absWorkingDir: fileURLToPath(root),
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  jsx: 'automatic',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',
    // ws looks for these packages to be faster: an installed crashtop loads nothing but itself.
    'process.env.WS_NO_BUFFER_UTIL': '"true"',
    'process.env.WS_NO_UTF_8_VALIDATE': '"true"',
    CRASHTOP_VERSION: JSON.stringify(version),
  },
  // Bundled CommonJS packages call require for Node's own modules.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  plugins: [withoutDevtools, withoutFetchingYoga],
  logLevel: 'warning',
};

/**
 * Bundles for production, as users run it.
 * @param {Record<string, string>} entryPoints file by name
 * @param {string} outdir
 * @returns the inputs of each output file, and its imports
 */
export async function bundle(entryPoints, outdir) {
  const { metafile } = await build({ ...OPTIONS, entryPoints, outdir, metafile: true });
  return metafile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dist = fileURLToPath(new URL('dist', root));
  // Built beside the old one and swapped in as a whole: a crashtop that starts meanwhile gets one
  // or the other.
  const [fresh, old] = [`${dist}.${process.pid}`, `${dist}.old.${process.pid}`];
  const metafile = await bundle({ main: 'src/main.ts' }, fresh);
  // For the documents about the bundle: which packages it contains, and which it needs installed.
  writeFileSync(`${fresh}/metafile.json`, JSON.stringify(metafile));
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
}
