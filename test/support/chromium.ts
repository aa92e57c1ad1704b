import { existsSync } from 'node:fs';
import { type Browser, launch, type Page } from 'puppeteer-core';

/** One page as a browser showed it, and what it did besides. */
export interface Shown {
  readonly page: Page;
  /** What was written to the console, and what was thrown. */
  readonly complaints: readonly string[];
  /** Every address that was asked for, but that of the page itself and `data:`. */
  readonly requests: readonly string[];
}

/** A busy machine may take any time. */
const PATIENT = { timeout: 0, protocolTimeout: 0 };

/**
 * A real headless Chromium: the one that an npm package brings for this machine, else one that is installed. A text says why there
 * is none.
 */
export async function openChromium(): Promise<Browser | string> {
  const bundled = await bundledChromium();
  if (typeof bundled !== 'string') return bundled;
  const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
  if (installed === undefined) return bundled;
  return launch({ executablePath: installed, args: ['--no-sandbox'], headless: true, ...PATIENT });
}

async function bundledChromium(): Promise<Browser | string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return `no Chromium for ${process.platform} ${process.arch}`;
  try {
    // A machine that has none of the libraries of a desktop is what the package was made for; it brings them where it finds itself there.
    process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs22.x';
    const { default: chromium } = await import('@sparticuz/chromium');
    const executablePath = await chromium.executablePath();
    // That package's own arguments turn off what a web page must not do: here it has to be on.
    const args = ['--no-sandbox', '--disable-dev-shm-usage'];
    return await launch({
      executablePath,
      args,
      headless: 'shell',
      ...PATIENT,
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Opens a file in a new page. @param width of the window, in pixels. */
export async function show(browser: Browser, file: string, width: number, scheme: 'dark' | 'light'): Promise<Shown> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(dialog.message());
    void dialog.dismiss();
  });
  const address = `file://${file}`;
  page.on('request', (request) => {
    const url = request.url();
    if (url !== address && !url.startsWith('data:')) requests.push(url);
  });
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(address, { waitUntil: 'load' });
  return { page, complaints, requests };
}
