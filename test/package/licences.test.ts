import { readFileSync } from 'node:fs';
import satisfies from 'spdx-satisfies';
import { expect, it } from 'vitest';
import { bundledPackages, noticesOf } from '../../scripts/third-party-notices.ts';

const read = (file: string) => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
const locked: Record<string, { license?: string }> = read('package-lock.json').packages;
const bundled = bundledPackages(read('dist/metafile.json'));

/** They ask for nothing but that their text is handed on. */
const BUNDLED = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Unlicense', 'CC0-1.0', 'BlueOak-1.0.0'];
/** Of what is only built and tested with, nothing is handed on: files under MPL-2.0 stay as they are, and CC-BY-3.0 is of data. */
const DEVELOPMENT = [...BUNDLED, 'MPL-2.0', 'PSF-2.0', 'Python-2.0', 'CC-BY-3.0', 'CC-BY-4.0'];

it('everything that is bundled is under a licence that allows it', () => {
  expect(bundled.map(({ name }) => name)).toEqual(expect.arrayContaining(['ink', 'react', '@tqman/ink-table', 'undici']));
  expect(bundled.filter(({ license }) => !satisfies(license, BUNDLED))).toEqual([]);
});

it('everything that it is built and tested with is under a licence that was looked at', () => {
  const others = Object.entries(locked).filter(([path]) => path !== '');
  expect(others.length).toBeGreaterThan(200);
  expect(others.filter(([, { license }]) => license === undefined || !satisfies(license, DEVELOPMENT))).toEqual([]);
});

it('the notices have the text of each licence, also where a package has only its name', () => {
  const notices = noticesOf(bundled);
  for (const { name, version, license } of bundled)
    expect(notices).toContain(`## ${name} ${version}\n\nLicence: ${license}\n\n\`\`\`\`text\n`);
  expect(bundled.filter(({ texts }) => texts.some((text) => text.length < 200))).toEqual([]);
  expect(
    notices.match(/Permission is hereby granted|Permission to use, copy, modify|Apache License|Redistribution and use/g)?.length,
  ).toBeGreaterThan(bundled.length * 0.9);
  expect(notices).toContain('Copyright (c) AlCalzone');
});
