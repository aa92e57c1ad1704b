import { afterEach, describe, expect, it } from 'vitest';
import { Timeline } from '../../src/timeline/timeline.ts';
import { type OpenedApp, type OpenOptions, openApp, TestWorld } from '../support/app-harness.ts';
import { nodeReboot, REBOOTED_AT } from '../support/node-reboot.ts';
import { MINUTE, NOW } from '../support/record-builder.ts';
import { recordedTimeline } from '../support/recorded.ts';
import { liveSession, replaySession } from '../support/sessions.ts';
import { KEYS } from '../support/test-terminal.ts';

const opened: OpenedApp[] = [];
afterEach(async () => {
  for (const app of opened.splice(0)) await app.close();
});

async function zooAt(minutes: number, options: OpenOptions = {}) {
  const timeline = await recordedTimeline('zoo-1.33');
  const at = timeline.startedAt + minutes * MINUTE;
  const world = new TestWorld(at);
  const app = await openApp(replaySession(timeline, world, at), world, options);
  opened.push(app);
  return app;
}

async function rebootAt(at: number, options: OpenOptions = {}) {
  const timeline = new Timeline(NOW);
  for (const envelope of nodeReboot().toSorted((a, b) => a.at - b.at)) if (envelope.at <= at) timeline.append(envelope);
  const world = new TestWorld(at);
  const app = await openApp(liveSession(timeline, world), world, options);
  opened.push(app);
  return app;
}

const selectedRow = (app: OpenedApp) => app.terminal.lines().find((line) => line.startsWith('>')) ?? '';

describe('v', () => {
  it('makes one row of the name that three tenants cannot resolve, and stays on the container that was selected', async () => {
    const app = await zooAt(12);
    while (!selectedRow(app).includes('tenant-beta/api')) await app.press('j');
    expect(app.terminal.text()).toContain('same problem in 3 workloads: v groups by cause');
    await app.press('v');
    expect(app.terminal.lines()[1]).toContain('group: cause');
    expect(selectedRow(app)).toMatch(/dns-failure {2}\(6 pods, 3 ns\).* 3 down .*exit 1: cannot resolve config/);
    expect(app.terminal.text()).toContain('dns-failure · 3 workloads: tenant-alpha/api, tenant-beta/api, tenant-gamma/api');
    expect(app.terminal.lines().filter((line) => line.includes('/api  (2 pods)'))).toHaveLength(0);
    await app.press('v');
    expect(selectedRow(app)).toContain('node-a');
    await app.press('v');
    expect(selectedRow(app)).toContain('tenant-beta/api');
    await app.press('v');
    expect(selectedRow(app)).toContain('tenant-beta');
    await app.press('v');
    expect(app.terminal.lines()[1]).not.toContain('group:');
    expect(selectedRow(app)).toContain('tenant-beta/api');
  });

  it('remembers for each grouping what was folded', async () => {
    const app = await zooAt(12);
    while (!selectedRow(app).includes('tenant-beta/api')) await app.press('j');
    const membersOf = (name: string) => app.terminal.lines().filter((line) => line.slice(1).startsWith(`    ${name}`));
    await app.press(KEYS.right, 'v', KEYS.right);
    expect(membersOf('tenant-')).toHaveLength(6);
    await app.press('v', 'v', 'v', 'v');
    expect(membersOf('api-5bcf')).toHaveLength(2);
    await app.press('v');
    expect(membersOf('tenant-')).toHaveLength(6);
  });
});

describe('a node that was rebooted under thirty containers', () => {
  it.each([
    [80, 24],
    [120, 40],
    [200, 60],
  ])('is one line at %dx%d, with its pods under it for who asks', async (columns, rows) => {
    const app = await rebootAt(REBOOTED_AT + 2 * MINUTE, { columns, rows, colorLevel: 0 });
    expect(app.terminal.lines()[1]).toContain('1 restarting');
    expect(selectedRow(app)).toMatch(/^>▸.node node-a.* \(30.* rebooted at 15:11 .*all 30 run again/);
    expect(app.terminal.lines().filter((line) => line.includes('app-'))).toHaveLength(0);
    await app.press(KEYS.right);
    expect(app.terminal.lines().filter((line) => line.includes('app-')).length).toBeGreaterThan(10);
    expect(selectedRow(app)).toContain('▾');
  });

  it('opens one of its containers like any other', async () => {
    const app = await rebootAt(REBOOTED_AT + 2 * MINUTE);
    await app.press(KEYS.right, 'j', KEYS.enter);
    expect(app.terminal.text()).toContain('exit 255: the runtime lost the container');
  });

  it('says how many are back while they come', async () => {
    const app = await rebootAt(REBOOTED_AT + 25_000, { colorLevel: 0 });
    expect(selectedRow(app)).toMatch(/ 7 down .* 15 of 30 run again/);
    expect(app.terminal.text()).toContain(' DOWN ');
  });
});
