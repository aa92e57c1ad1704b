import { describe, expect, it, vi } from 'vitest';
import { runApp } from '../../src/ui/run-app.ts';
import { TestWorld } from '../support/app-harness.ts';
import { crashLoopingPods } from '../support/crash-looping-pods.ts';
import { eventually } from '../support/real-time.ts';
import { liveSession } from '../support/sessions.ts';
import { TestTerminal } from '../support/test-terminal.ts';

const NOW = Date.parse('2026-11-22T16:00:00Z');

function run(terminal = new TestTerminal(100, 30)) {
  const world = new TestWorld(NOW);
  const { stdin, stdout } = terminal;
  const session = liveSession(crashLoopingPods(3, NOW), world);
  let throwUncaught = (_: Error) => {};
  const onUncaught = (callback: (error: Error) => void) => {
    throwUncaught = callback;
    return () => {};
  };
  const given = { multiplexer: null, explain: async () => 'the explanation' };
  const surroundings = { stdin, stdout, stderr: stdout, timers: world, jobControl: null, onUncaught, ...given };
  const ended = runApp(session, { colorLevel: 0 }, surroundings);
  return { terminal, ended, session, world, throwUncaught: (error: Error) => throwUncaught(error) };
}

describe('running the screens', () => {
  it('shows the session and ends when the person quits', async () => {
    const { terminal, ended } = run();
    await eventually(() => expect(terminal.text()).toContain('api-0001'));
    terminal.press('q');
    await ended;
    expect([terminal.isAlternate, terminal.isRawMode]).toEqual([false, false]);
  });

  it('shows nothing before the terminal is in raw mode: a key that comes then would be echoed', async () => {
    const terminal = new TestTerminal(100, 30);
    const wasRaw: boolean[] = [];
    const write = vi.spyOn(terminal.stdout, 'write');
    write.mockImplementation((chunk) => {
      if (String(chunk).includes('api-0001')) wasRaw.push(terminal.isRawMode);
      return true;
    });
    const { ended } = run(terminal);
    await eventually(() => expect(wasRaw.length).toBeGreaterThan(0));
    expect(wasRaw).not.toContain(false);
    write.mockRestore();
    terminal.press('q');
    await ended;
  });

  it('says again what was copied, where it can still be read', async () => {
    const { terminal, ended } = run();
    await eventually(() => expect(terminal.text()).toContain('api-0001'));
    terminal.press('c', 'n', 'c', 'e');
    await eventually(() => expect(terminal.text()).toContain('copied: the explanation'));
    terminal.press('q');
    await ended;
    await eventually(() => expect(terminal.text()).toContain('copied text, for terminals without'));
    expect(terminal.isAlternate).toBe(false);
    expect(terminal.lines().map((line) => line.trim())).toEqual(expect.arrayContaining(['api-0000', 'the explanation']));
  });

  it('says nothing where nothing was copied', async () => {
    const { terminal, ended } = run();
    await eventually(() => expect(terminal.text()).toContain('api-0001'));
    terminal.press('q');
    await ended;
    expect(terminal.raw).not.toContain('copied');
  });

  it('ends quietly when the terminal is gone', async () => {
    const { terminal, ended } = run();
    await eventually(() => expect(terminal.text()).toContain('api-0001'));
    terminal.stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await expect(ended).resolves.toBeUndefined();
  });

  it('throws what nobody caught, after the terminal is in order', async () => {
    const { terminal, ended, throwUncaught } = run();
    await eventually(() => expect(terminal.text()).toContain('api-0001'));
    throwUncaught(new Error('boom'));
    await expect(ended).rejects.toThrow('boom');
    expect([terminal.isAlternate, terminal.isRawMode]).toEqual([false, false]);
  });

  it('throws what went wrong while drawing, after the terminal is in order', async () => {
    const { terminal, ended, session, world } = run();
    await eventually(() => expect(terminal.text()).toContain('api-0001'));
    vi.spyOn(session, 'connection').mockImplementation(() => {
      throw new Error('no such phase');
    });
    session.changed();
    world.advance(1000);
    await expect(ended).rejects.toThrow('no such phase');
    expect([terminal.isAlternate, terminal.isRawMode]).toEqual([false, false]);
  });
});
