import { afterEach, describe, expect, it } from 'vitest';
import { type OpenedApp, openApp, TestWorld } from '../support/app-harness.ts';
import { crashLoopingPods } from '../support/crash-looping-pods.ts';
import { pod } from '../support/pod.ts';
import { recordedTimeline } from '../support/recorded.ts';
import { liveSession, replaySession } from '../support/sessions.ts';
import { KEYS } from '../support/test-terminal.ts';

const NOW = Date.parse('2026-11-22T16:00:00Z');

const opened: OpenedApp[] = [];
afterEach(async () => {
  for (const app of opened.splice(0)) await app.close();
});

/** payments/api of the zoo, 7 minutes in, its Related tab. */
async function zooRelated(rows = 40): Promise<OpenedApp> {
  const timeline = await recordedTimeline('zoo');
  const at = timeline.startedAt + 420_000;
  const world = new TestWorld(at);
  const app = await openApp(replaySession(timeline, world, at), world, { columns: 120, rows });
  opened.push(app);
  await app.press('/', 'payments/api', KEYS.enter, 'j', KEYS.enter, '6');
  return app;
}

const selectedLine = (app: OpenedApp) => app.terminal.lines().findIndex((line) => line.startsWith('⇒'));
const selected = (app: OpenedApp) => app.terminal.lines()[selectedLine(app)] ?? '';

describe('the rows of the Related tab', () => {
  it('are gone through one by one, also by keys that come together, and the lines between are skipped', async () => {
    const app = await zooRelated();
    expect(selected(app)).toMatch(/^⇒ {2}ReplicaSet api-857b9c97c7 /);
    await app.press('jjj');
    expect(selected(app)).toMatch(/^⇒api-857b9c97c7-wtg95 /);
    await app.press('j', 'k', 'j');
    expect(selected(app)).toMatch(/^⇒infra\/slow-leak-/);
    expect(app.terminal.text()).toContain('Enter opens infra/slow-leak-5b6f475db5-sxwh5 [slow-leak]');
  });

  it('lead with Enter to their container, and Esc leads back to where one was', async () => {
    const app = await zooRelated(24);
    await app.press('G', 'k', 'k');
    const before = app.terminal.text();
    const row = selected(app);
    await app.press(KEYS.enter);
    expect(app.terminal.lines()[1]).toContain(` ${row.slice(1).split(' ')[0]} [`);
    expect(app.terminal.text()).toContain('[1 Why]');
    await app.press('6', KEYS.enter);
    expect(app.terminal.text()).toContain('Esc goes back');
    await app.press(KEYS.backspace, KEYS.escape);
    expect(app.terminal.text()).toBe(before);
    await app.press(KEYS.escape);
    expect(app.terminal.text()).toContain('WORKLOAD / POD');
    expect(app.terminal.text()).toMatch(/^> {4}api-857b9c97c7-2qb7p/m);
  });

  it('all come into sight, and all that stands between them', async () => {
    const app = await zooRelated(24);
    const seen = new Set<string>();
    for (let i = 0; i < 120; i++) {
      for (const line of app.terminal.lines().slice(4, 22)) seen.add(line.slice(1));
      await app.press('j');
    }
    expect([...seen].filter((line) => line.includes('same cause: nothing outside api'))).toHaveLength(1);
    expect(app.terminal.text()).toMatch(/-54 of 54 ─/);
    const last = app.terminal.text();
    await app.press('j');
    expect(app.terminal.text()).toBe(last);
    await app.press('g');
    expect(app.terminal.text()).toContain(' owner');
  });

  it('of another tab open nothing: Enter that comes with the key of a tab does what that tab does', async () => {
    const app = await zooRelated();
    await app.press('2\r');
    expect(app.terminal.text()).toContain('payments/api-857b9c97c7-2qb7p [api]');
    expect(app.terminal.text()).toContain('[2 Runs]');
  });
});

describe('while the cluster changes', () => {
  it('the selected row stays on its line, whatever comes above it, and is gone where its container is', async () => {
    const world = new TestWorld(NOW + 1000);
    const session = liveSession(crashLoopingPods(6, NOW), world);
    const app = await openApp(session, world, { columns: 120, rows: 14 });
    opened.push(app);
    await app.advance(1000);
    await app.press(KEYS.enter, '6', 'G', 'k');
    const [line, row] = [selectedLine(app), selected(app)];
    expect(row).toMatch(/^⇒shop\/api-\d+/);
    for (let i = 0; i < 3; i++) {
      const [record] = crashLoopingPods(1, world.now()).head.pods.values();
      const object = { ...(record?.pod ?? pod()), uid: `uid-new-${i}`, name: `new-${i}` };
      session.timeline.append({ type: 'object', verb: 'ADDED', object, at: world.now(), line: 0 });
      session.connect({ phase: 'live', heardAt: world.now() + 1000 });
      await app.advance(1000);
    }
    expect(app.terminal.text()).toMatch(/of 2\d ─|of 1\d ─/);
    expect([selectedLine(app), selected(app).split(' ')[0]]).toEqual([line, row.split(' ')[0]]);
  });
});
