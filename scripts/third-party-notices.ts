/**
 * Writes THIRD_PARTY_NOTICES.md: the licence of every package in the bundle, according to
 * dist/metafile.json of the last build. It is part of the installed package, which does not install
 * these packages itself.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import spdx from 'spdx-license-list/full.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER_OF_PACKAGE = /^.*(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+/;
// Apache-2.0 requires a NOTICE to be passed on, too.
const LICENCE_FILE = /^(?:un)?licen[cs]e(?:[.-].*)?$|^copying(?:\..*)?$|^notice(?:\..*)?$/i;

export interface BundledPackage {
  /** The name under which it was published: an alias has another one. */
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  /** Its licence files, or the standard text of its expression. */
  readonly texts: readonly string[];
}

/** The packages in the bundle, by name. @throws Error if one states no licence. */
export function bundledPackages(metafile: Metafile): BundledPackage[] {
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? path : [])),
  );
  const folders = new Set(inputs.flatMap((path) => FOLDER_OF_PACKAGE.exec(path)?.[0] ?? []));
  return [...folders].map(packageIn).toSorted((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
}

function packageIn(folder: string): BundledPackage {
  const { name, version, license, author } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  if (typeof license !== 'string') throw new Error(`${folder}/package.json names no licence`);
  const files = readdirSync(join(ROOT, folder)).filter((file) => LICENCE_FILE.test(file));
  const texts = files.map((file) => readFileSync(join(ROOT, folder, file), 'utf8').trim());
  if (!files.some((file) => !/^notice/i.test(file)))
    texts.push(standardText(license, author?.name ?? author ?? `the authors of ${name}`));
  return { name, version, license, texts };
}

/** The licence text of a package that only has the name of its licence. */
function standardText(license: string, holder: string): string {
  const text = spdx[license]?.licenseText;
  if (text === undefined) throw new Error(`no text is known of the licence ${license}`);
  return text.replace('<year> ', '').replace('<copyright holders>', holder).trim();
}

// Data that is not a package: how gitleaks' rules begin (scripts/token-prefixes.ts).
const DATA: readonly BundledPackage[] = [
  { name: 'gitleaks', version: '(beginnings of its rules)', license: 'MIT', texts: [standardText('MIT', '2019 Zachary Rice')] },
];

/** The page that goes with the bundle. */
export function noticesOf(packages: readonly BundledPackage[]): string {
  const sections = [...packages, ...DATA].map(({ name, version, license, texts }) => {
    const quoted = texts.map((text) => `\`\`\`\`text\n${text}\n\`\`\`\``);
    return [`## ${name} ${version}`, `Licence: ${license}`, ...quoted].join('\n\n');
  });
  const head = 'crashtop is one package: these are bundled with it. Each is under its own licence.';
  return `${['# Third-party notices', head, ...sections].join('\n\n')}\n`;
}

if (basename(process.argv[1] ?? '') === basename(fileURLToPath(import.meta.url))) {
  const metafile = join(ROOT, 'dist/metafile.json');
  if (!existsSync(metafile)) throw new Error('it is not built yet: run `npm run build` first');
  writeFileSync(join(ROOT, 'THIRD_PARTY_NOTICES.md'), noticesOf(bundledPackages(JSON.parse(readFileSync(metafile, 'utf8')))));
}
