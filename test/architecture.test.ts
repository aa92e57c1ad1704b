import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** The rooms of src, lowest floor first: what each may import of the project. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  text: [],
  model: ['text'],
  timeline: ['text', 'model'],
  recording: ['text', 'model', 'timeline'],
  diagnosis: ['text', 'model', 'timeline'],
  wording: ['text', 'model', 'timeline', 'diagnosis'],
  view: ['text', 'model', 'timeline', 'diagnosis', 'wording'],
  report: ['text', 'model', 'timeline', 'diagnosis', 'wording', 'view'],
  sources: ['text', 'model', 'timeline', 'recording', 'diagnosis'],
  ui: ['text', 'model', 'timeline', 'diagnosis', 'wording', 'view'],
  process: ['text', 'model', 'recording', 'report', 'ui'],
  session: ['text', 'model', 'timeline', 'recording', 'diagnosis', 'wording', 'view', 'report', 'sources', 'ui', 'process'],
  commands: [
    'text',
    'model',
    'timeline',
    'recording',
    'diagnosis',
    'wording',
    'view',
    'report',
    'sources',
    'ui',
    'process',
    'session',
  ],
};

/** What a room may load that is not of the project. Rooms that are not named may load anything. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  text: ['string-width', 'yaml', 'fastest-levenshtein'],
  model: [],
  timeline: ['immutable'],
  diagnosis: ['immutable'],
  wording: [],
  view: [],
  report: ['react', 'react-dom/static', 'react-dom/server', 'xmlbuilder', 'mdast-util-to-markdown', 'mdast-util-gfm', 'mdast'],
};

/** The way in: nothing below imports it. */
const ENTRY = ['main.ts', 'run.ts', 'program.ts'];

const SRC = fileURLToPath(new URL('../src/', import.meta.url));
// Statements alone: what a comment names is not loaded. Types count: a floor that needs another one's types needs that floor.
const IMPORT = /^(?:import|export)\b[^;']*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
const imports = new Map(files.map((file) => [file, importsOf(file)]));

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(SRC, file), 'utf8').replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  return Array.from(text.matchAll(IMPORT), (match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function ownImports(file: string): readonly string[] {
  return (imports.get(file) ?? []).filter((name) => name.startsWith('.')).map((name) => normalize(join(dirname(file), name)));
}

function roomOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : '';
}

/** The first circle that is found from each file on, as the files that it leads through. */
function circles(): readonly string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]) => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (path.includes(file) || done.has(file)) return;
    for (const next of ownImports(file)) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  return found;
}

/** `nothing`, `text, model` or `all above but text`, as the names of rooms. */
function belowAsTold(words: string, above: readonly string[]): readonly string[] {
  const but = words.startsWith('all above but ') ? words.slice('all above but '.length).split(', ') : [];
  if (words.startsWith('all above')) return above.filter((room) => !but.includes(room));
  return words === 'nothing' ? [] : words.split(', ');
}

describe('the house', () => {
  it('has every file in a room that is named here', () => {
    const homeless = files.filter((file) => !(roomOf(file) in ROOMS) && !ENTRY.includes(file));
    expect(homeless).toEqual([]);
  });

  it('is read as it is: imports are found, and each leads to a file', () => {
    expect(imports.get('main.ts')).toContain('./run.ts');
    expect(files.flatMap((file) => ownImports(file).filter((name) => !imports.has(name)))).toEqual([]);
  });

  it('has imports that go down only, types included', () => {
    const upward = files.flatMap((file) =>
      ownImports(file)
        .filter((name) => roomOf(name) !== roomOf(file) && !ENTRY.includes(file))
        .filter((name) => !ROOMS[roomOf(file)]?.includes(roomOf(name)))
        .map((name) => `${file} imports ${name}`),
    );
    expect(upward).toEqual([]);
  });

  it('names its rooms lowest floor first: each may import only rooms named before it', () => {
    const names = Object.keys(ROOMS);
    for (const [room, below] of Object.entries(ROOMS)) {
      for (const name of below) expect(names.indexOf(name), `${room} imports ${name}`).toBeLessThan(names.indexOf(room));
      expect(names, `${room} imports a room that is not there`).toEqual(expect.arrayContaining([...below]));
    }
  });

  it('is told in ARCHITECTURE.md as it is: the rooms in their order, and what each may import', () => {
    const page = readFileSync(new URL('../ARCHITECTURE.md', import.meta.url), 'utf8');
    const rows = Array.from(page.matchAll(/^\| `(\w+)\/` \|.*\| ([^|]+) \|$/gm), ([, room = '', below = '']) => ({
      room,
      below,
    }));
    const rooms = rows.map(({ room }) => room);
    const told = rows.map(({ room, below }, i) => [room, belowAsTold(below, rooms.slice(0, i))]);
    expect(told).toEqual(Object.entries(ROOMS));
  });

  it('has no circle of files, types included', () => {
    expect(circles()).toEqual([]);
  });

  it('loads in pure rooms neither Node, nor React, nor the terminal', () => {
    const loaded = files.flatMap((file) => {
      const allowed = PACKAGES[roomOf(file)];
      const packages = (imports.get(file) ?? []).filter((name) => !name.startsWith('.'));
      return allowed === undefined
        ? []
        : packages.filter((name) => !allowed.includes(name)).map((name) => `${file} loads ${name}`);
    });
    expect(loaded).toEqual([]);
  });

  it('loads ink in ui alone: the views run where there is no terminal', () => {
    const loads = (file: string) => imports.get(file)?.some((name) => name === 'ink' || name === 'ink-table') ?? false;
    expect([...new Set(files.filter(loads).map(roomOf))]).toEqual(['ui']);
  });

  it('has one renderer: ink is where the terminal is kept, and ink-table where a small table becomes lines', () => {
    const loading = (name: string) => files.filter((file) => imports.get(file)?.includes(name)).sort();
    expect(loading('ink')).toEqual(['ui/app.tsx', 'ui/ink-grid.tsx', 'ui/key-names.ts', 'ui/render-app.tsx']);
    expect(loading('ink-table')).toEqual(['ui/ink-grid.tsx']);
  });
});
