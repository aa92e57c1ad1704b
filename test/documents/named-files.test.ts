import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pageOf, pages, ROOT } from './pages.ts';

const LEFT_OUT = /^(?:node_modules|dist|\.git|\.vitest-cache)(?:$|[./])/;
// Made by the build or by `npm pack`.
const GENERATED = /^(?:dist\/|THIRD_PARTY_NOTICES\.md$)/;

const FILE = /^[\w@.-]+(?:\/[\w@.-]+)*\.(?:[cm]?[jt]sx?|grit|md)$/;
const FOLDER = /^[\w@.-]+(?:\/[\w@.-]+)*\/$/;

/** Every file and folder of the project, folders with a slash at their end. */
const paths: readonly string[] = filesBelow('');
const known = new Set(paths.flatMap((path) => endsOf(path)));

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (LEFT_OUT.test(path)) return [];
    return entry.isDirectory() ? [`${path}/`, ...filesBelow(`${path}/`)] : [path];
  });
}

/** `src/model/pod.ts`, `model/pod.ts` and `pod.ts`: pages may leave out the folders that go without saying. */
function endsOf(path: string): string[] {
  const parts = path.split(/(?<=\/)/);
  return parts.flatMap((_, i) => parts.slice(i).join('')).flatMap((end) => [end, end.replace(/\/$/, '')]);
}

// A path from the root, as a command has it: in a block as well as in a line.
const FROM_ROOT = /^(?:\.ci|bench|bin|demo-data|docs|scripts|src|test)\/[\w@./-]+$/;

function namedIn(page: string): string[] {
  const inLine = Array.from(page.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g), ([, code = '']) => code);
  const blocks = Array.from(page.matchAll(/^```([\s\S]*?)^```/gm), ([, code = '']) => code);
  const words = [...inLine, ...blocks].flatMap((code) => code.split(/\s+/)).filter((word) => FROM_ROOT.test(word));
  return [...inLine.filter((code) => FILE.test(code) || FOLDER.test(code)), ...words.map((word) => word.replace(/\/$/, ''))];
}

function linksIn(page: string): string[] {
  return Array.from(page.matchAll(/\]\((?!\w+:)([^)\s#]+)/g), ([, target = '']) => target);
}

function headingsOf(page: string): ReadonlySet<string> {
  return new Set(Array.from(page.matchAll(/^#+ (\d+(?:\.\d+)*)\b/gm), ([, number = '']) => number));
}

describe('the pages', () => {
  it.each(pages())('%s names only files and folders that are there', (path) => {
    const gone = namedIn(pageOf(path)).filter((name) => !known.has(name) && !GENERATED.test(name));
    expect(gone).toEqual([]);
  });

  it.each(pages())('%s links only to files that are there', (path) => {
    const gone = linksIn(pageOf(path)).filter((target) => !existsSync(join(ROOT, dirname(path), target)));
    expect(gone).toEqual([]);
  });

  it('ARCHITECTURE.md gives paths from the root, so that each can be opened', () => {
    const files = namedIn(pageOf('ARCHITECTURE.md')).filter((name) => FILE.test(name));
    expect(files.length).toBeGreaterThan(40);
    expect(files.filter((name) => !paths.includes(name))).toEqual([]);
  });

  it('docs/decisions/README.md lists every decision, each once', () => {
    const decisions = readdirSync(join(ROOT, 'docs/decisions')).filter((name) => /^\d/.test(name));
    expect(
      linksIn(pageOf('docs/decisions/README.md'))
        .filter((target) => /^\d/.test(target))
        .toSorted(),
    ).toEqual(decisions.toSorted());
    expect(new Set(decisions.map((name) => name.slice(0, 4))).size).toBe(decisions.length);
  });
});

interface Citation {
  readonly file: string;
  readonly text: string;
}

/** The comments of a source file, as one text each line of which is one line of a comment. */
function commentsOf(source: string): string {
  return Array.from(
    source.matchAll(/^\s*(?:\/\/|\/?\*+)(.*)$|\s\/\/ (.*)$/gm),
    ([, whole, behind]) => whole ?? behind ?? '',
  ).join('\n');
}

function cited(pattern: RegExp): Citation[] {
  const sources = paths.filter((path) => /\.(?:[cm]?[jt]sx?|grit)$/.test(path) && !/^test\/(?:documents|fixtures)\//.test(path));
  return sources.flatMap((file) =>
    Array.from(commentsOf(readFileSync(join(ROOT, file), 'utf8')).matchAll(pattern), (match) => ({
      file,
      text: match.slice(1).join(' '),
    })),
  );
}

describe('comments', () => {
  it('cite only pages that are in the repository', () => {
    const pagesCited = cited(/([\w./-]+\.md)\b/g);
    expect(pagesCited.length).toBeGreaterThan(10);
    expect(
      pagesCited.filter(
        ({ file, text }) =>
          !GENERATED.test(text) && !existsSync(join(ROOT, text)) && !existsSync(join(ROOT, dirname(file), text)),
      ),
    ).toEqual([]);
  });

  it('name only files that are there', () => {
    const files = cited(/(?<![\w./-])([\w.-]+(?:\/[\w.-]+)*\.tsx?)\b/g);
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter(({ text }) => !known.has(text) && !GENERATED.test(text))).toEqual([]);
  });

  it('cite kubernetes-facts by the page and a section that it has', () => {
    const sections = headingsOf(pageOf('docs/kubernetes-facts.md'));
    const wholly = cited(/docs\/kubernetes-facts\.md(?:, (\d+(?:\.\d+)*)(?: (?:to|and) (\d+(?:\.\d+)*))?)?/g);
    expect(wholly.length).toBeGreaterThan(10);
    const missing = wholly.filter(
      ({ text }) =>
        !text
          .trim()
          .split(' ')
          .every((number) => sections.has(number)),
    );
    expect(missing).toEqual([]);
    expect(cited(/(?<!docs\/)(kubernetes-facts\b.{0,10})/g)).toEqual([]);
  });

  it('cite only decisions that are there', () => {
    const numbers = new Set(readdirSync(join(ROOT, 'docs/decisions')).map((name) => name.slice(0, 4)));
    const decisions = cited(/\bdecisions? (\d+)\b/g);
    expect(decisions.filter(({ text }) => !numbers.has(text))).toEqual([]);
  });
});
