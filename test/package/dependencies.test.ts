import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import type { Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';

const read = (file: string) => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
const metafile: Metafile = read('dist/metafile.json');
const { dependencies = {}, devDependencies } = read('package.json');
const locked: Record<string, { integrity?: string; link?: boolean }> = read('package-lock.json').packages;

const IN_A_PACKAGE = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/;
const isInPackage = (path: string) => IN_A_PACKAGE.test(path);

describe('the bundle', () => {
  it('loads nothing at run time but modules of Node.js and what package.json names as a dependency', () => {
    const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
    expect(outside.length).toBeGreaterThan(0);
    const packages = outside.map(({ path }) => path).filter((path) => !isBuiltin(path));
    expect([...new Set(packages)].sort()).toEqual(Object.keys(dependencies).sort());
  });

  it('loads little before it knows the command: what --version and --help wait for', () => {
    const loaded = new Set(['src/main.ts']);
    for (const path of loaded) {
      const needed = metafile.inputs[path]?.imports.filter(({ kind, external }) => kind !== 'dynamic-import' && !external);
      for (const { path: next } of needed ?? []) loaded.add(next);
    }
    expect(loaded).toContain('src/program.ts');
    const heavy = /^src\/(?:diagnosis|wording|view|report)\/|^src\/model\/causes\/|\/(?:undici|yaml|string-width|immutable)\//;
    expect([...loaded].filter((path) => heavy.test(path))).toEqual([]);
  });

  it('is made of packages that package.json names for development, so that nobody installs them twice', () => {
    const imported = Object.entries(metafile.inputs)
      .filter(([path]) => !isInPackage(path))
      .flatMap(([, { imports }]) => imports.flatMap(({ path }) => IN_A_PACKAGE.exec(path)?.[1] ?? []));
    expect(imported).toContain('ink');
    expect([...new Set(imported)].filter((name) => !(name in devDependencies))).toEqual([]);
  });
});

describe('the lock file', () => {
  it('pins each package by a hash of its content', () => {
    const unpinned = Object.entries(locked).filter(([path, { integrity }]) => path !== '' && !integrity?.startsWith('sha512-'));
    expect(unpinned.map(([path]) => path)).toEqual([]);
  });

  it('has the build of ink-table that was looked at: its version would be the same for another one', () => {
    expect(devDependencies['ink-table']).toBe('npm:@tqman/ink-table@0.0.0-development');
    expect(locked['node_modules/ink-table']?.integrity).toBe(
      'sha512-ntq9MXvYorARml3PiVLfxG7EL2Zy0+wuJ12wcCZOhThq8naiA1djexTeNOGGRaf6CIKTMTyCbPN2n5phdHlckg==',
    );
  });
});
