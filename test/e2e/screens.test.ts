import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Pty } from '../support/pty.ts';
import { fixture } from '../support/recorded.ts';

const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));
const ZOO = fixture('recordings/zoo.ndjson.gz');

const opened: Pty[] = [];
function crashtop(args: readonly string[], options: ConstructorParameters<typeof Pty>[2] = {}): Pty {
  const pty = new Pty(process.execPath, [BIN, ...args], options);
  opened.push(pty);
  return pty;
}
afterEach(() => {
  for (const pty of opened.splice(0)) pty.kill('SIGKILL');
});

describe('the demo', () => {
  it('opens, says that it is a recording, and ends with what to try next on the person’s own screen', async () => {
    const pty = crashtop(['demo']);
    await pty.until((text) => text.includes('shop/') && text.includes('DEMO'));
    expect(pty.isOnAlternateScreen).toBe(true);
    pty.send('q');
    expect((await pty.exited).code).toBe(0);
    expect(pty.isOnAlternateScreen).toBe(false);
    expect(pty.showsCursor).toBe(true);
    expect(pty.text()).toContain('crashtop replay FILE');
  });

  it('plays by itself: before long the new version of the gateway panics', async () => {
    const pty = crashtop(['demo', 'bad-rollout', '--speed', '16']);
    await pty.until((text) => text.includes('shop/gateway') && text.includes('panic'));
    pty.send('q');
    await pty.exited;
  });
});

describe('a replay', () => {
  it('opens a row, goes through its tabs, and comes back', async () => {
    const pty = crashtop(['replay', ZOO, '--at', '10m']);
    await pty.until((text) => text.includes('shop/gateway'));
    pty.send('/ledger\r');
    await pty.until((text) => text.includes('payments/ledger') && /filter: ledger +hides/.test(text));
    pty.send('\r');
    await pty.until((text) => text.includes('OOMKilled'));
    pty.send('2');
    await pty.until((text) => text.includes('137'));
    pty.send('\u001b');
    await pty.until((text) => text.includes('WORKLOAD'));
    pty.send('q');
    expect((await pty.exited).code).toBe(0);
  });

  it('follows a new size of the terminal', async () => {
    const pty = crashtop(['replay', ZOO, '--at', '10m']);
    await pty.until((text) => text.includes('shop/gateway'));
    pty.resize(80, 24);
    await pty.until((text) => text.split('\n').length <= 24 && text.includes('shop/gateway') && text.includes('NEXT START'));
    expect(
      Math.max(
        ...pty
          .text()
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
    pty.resize(20, 5);
    await pty.until((text) => text.includes('Make it'));
    pty.resize(160, 50);
    await pty.until((text) => text.includes('LAST 30 MIN'));
    pty.send('q');
    await pty.exited;
  });

  it('lets nothing of a hostile pod through: not on the table, not in a log, not in a message', async () => {
    const pty = crashtop(['replay', ZOO, '--at', '10m']);
    await pty.until((text) => text.includes('shop/gateway'));
    pty.send('/hostile\r');
    await pty.until((text) => text.includes('batch/hostile'));
    for (const [key, word] of [
      ['\r', 'exit'],
      ['2', '65'],
      ['3', 'log'],
      ['4', 'BackOff'],
      ['5', 'image'],
    ] as const) {
      pty.send(key);
      await pty.until((text) => text.includes(word));
    }
    pty.send('q');
    await pty.exited;
    // Everything that crashtop itself sends is CSI; titles, links and clipboards are OSC, and 8-bit controls are C1.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the sequences that must not be there
    expect(pty.raw).not.toMatch(/\u001b[\]P_^X]|[\u0080-\u009f\u202a-\u202e\u2066-\u2069\u0007]/);
    // Nor is the screen ever cleared but by crashtop's own erasing below the cursor.
    expect(pty.raw).not.toContain('\u001b[2J');
    expect(pty.raw).not.toContain('\u001b[3J');
    expect(pty.raw).not.toContain('\u001bc');
  });

  it('takes what is piped in, and its keys from the terminal', async () => {
    const pty = new Pty('/bin/sh', ['-c', `gzip -dc "${ZOO}" | "${process.execPath}" "${BIN}" replay - --at 10m`]);
    opened.push(pty);
    await pty.until((text) => text.includes('shop/gateway'));
    pty.send('?');
    await pty.until((text) => text.includes('open the selected container'));
    pty.send('q');
    expect((await pty.exited).code).toBe(0);
  });
});

describe('the terminal is as it was', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'])('after %s', async (signal) => {
    const pty = crashtop(['demo']);
    await pty.until((text) => text.includes('shop/'));
    pty.kill(signal);
    await pty.exited;
    expect(pty.isOnAlternateScreen).toBe(false);
    expect(pty.showsCursor).toBe(true);
  });

  it('after Ctrl-Z, and the screen is back after fg', async () => {
    const pty = new Pty('/bin/bash', ['--norc', '--noprofile', '-i'], { env: { PS1: 'shell> ' } });
    opened.push(pty);
    await pty.until((text) => text.includes('shell>'));
    pty.send(`"${process.execPath}" "${BIN}" demo\r`);
    await pty.until((text) => text.includes('WORKLOAD'));
    pty.send('\u001a');
    await pty.until((text) => text.includes('Stopped') && !pty.isOnAlternateScreen);
    pty.send('echo to""gether\r');
    await pty.until((text) => text.includes('together'));
    pty.send('fg\r');
    await pty.until((text) => text.includes('WORKLOAD'));
    expect(pty.isOnAlternateScreen).toBe(true);
    pty.send('q');
    await pty.until((text) => text.trimEnd().endsWith('shell>'));
    expect(pty.showsCursor).toBe(true);
  });

  it('after an error that nobody caught, which is told in one line on the person’s own screen', async () => {
    const thrower = `data:text/javascript,${encodeURIComponent(`
      const { stdout } = process;
      const { write } = stdout;
      stdout.write = function (data, ...more) {
        if (String(data).includes('shop/')) {
          stdout.write = write;
          setTimeout(() => { throw new Error('boom'); }, 100);
        }
        return write.call(stdout, data, ...more);
      };`)}`;
    const pty = crashtop(['demo'], { env: { NODE_OPTIONS: `--import=${thrower}` } });
    await pty.until((text) => text.includes('shop/'));
    expect((await pty.exited).code).toBe(3);
    expect(pty.isOnAlternateScreen).toBe(false);
    expect(pty.showsCursor).toBe(true);
    expect(pty.text()).toMatch(/^crashtop: boom$/m);
  });

  it('after an error in the middle of a damaged file, which is told on leaving', async () => {
    const pty = new Pty('/bin/sh', [
      '-c',
      `(gzip -dc "${ZOO}" | head -2000; echo broken; echo '{}') | "${process.execPath}" "${BIN}" replay -`,
    ]);
    opened.push(pty);
    await pty.until((text) => text.includes('WORKLOAD') && text.includes('2001'));
    pty.send('q');
    expect((await pty.exited).code).toBe(2);
    expect(pty.isOnAlternateScreen).toBe(false);
    expect(pty.text()).toMatch(/crashtop: .*2001/);
  });
});
