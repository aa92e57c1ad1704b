import { existsSync, utimesSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { Pty } from '../support/pty.ts';
import { systemNow } from '../support/real-time.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const opened: Pty[] = [];
function dev(...args: readonly string[]): Pty {
  const pty = new Pty(process.execPath, ['build/dev.js', ...args], { cwd: ROOT });
  opened.push(pty);
  return pty;
}
afterEach(() => {
  for (const pty of opened.splice(0)) pty.kill('SIGKILL');
});

const isDemo = (text: string) => text.includes('shop/') && text.includes('DEMO');

it('npm run dev opens the demo, opens it anew when a source file has changed, and ends with q', async () => {
  const pty = dev();
  await pty.until(isDemo);
  pty.raw = '';
  const now = systemNow() / 1000;
  utimesSync(fileURLToPath(new URL('../../src/process/version.ts', import.meta.url)), now, now);
  await pty.until((text) => isDemo(text) && pty.raw.includes('\u001b[?1049l') && pty.isOnAlternateScreen);
  pty.send('q');
  expect((await pty.exited).code).toBe(0);
  expect([pty.isOnAlternateScreen, pty.showsCursor]).toEqual([false, true]);
  expect(existsSync(`${ROOT}dist.dev.${pty.pid}`)).toBe(false);
});

it('npm run dev waits for the next change where the program fails, and ends with Ctrl-C', async () => {
  const pty = dev('replay', 'none');
  await pty.until((text) => text.includes('dev: it ended with code 2; it is started again when a file changes'));
  pty.send('\u0003');
  expect((await pty.exited).code).toBe(0);
});
