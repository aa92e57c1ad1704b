import { afterEach, describe, expect, it } from 'vitest';
import { type OpenedApp, openApp, TestWorld } from '../support/app-harness.ts';
import { expectScreen } from '../support/expect-screen.ts';
import { RECORDED, recordedTimeline } from '../support/recorded.ts';
import { replaySession } from '../support/sessions.ts';
import { KEYS } from '../support/test-terminal.ts';

const opened: OpenedApp[] = [];
afterEach(async () => {
  for (const app of opened.splice(0)) await app.close();
});

/** `zoo-1.33` so many seconds after its start, filtered. */
async function filtered(filter: string, seconds = 700): Promise<OpenedApp> {
  const timeline = await recordedTimeline('zoo-1.33');
  const at = timeline.startedAt + seconds * 1000;
  const world = new TestWorld(at);
  const source = { ...RECORDED, name: 'zoo-1.33.ndjson.gz' };
  const app = await openApp(replaySession(timeline, world, at, { source }), world, { columns: 120, rows: 40 });
  opened.push(app);
  await app.press('/', filter, KEYS.enter);
  return app;
}

describe('a workload that is listed for itself', () => {
  it('has a row, and the strip tells of it', async () => {
    const app = await filtered('quota');
    expectScreen(app.terminal, 'workload-quota-row-120x40');
  });

  it('has a drill-down that says why, how that is known, and what to run', async () => {
    const app = await filtered('quota');
    await app.press(KEYS.enter);
    expectScreen(app.terminal, 'workload-quota-why-120x40');
  });

  it('shows the pod that failed last in the tabs that are about a pod', async () => {
    const app = await filtered('cron/');
    await app.press('l');
    expect(app.terminal.text()).toContain('of its pod cleanup-29922736-v8n82 [cleanup]');
    expect(app.terminal.text()).toContain('lock is held by cleanup-0');
    await app.press('2');
    expect(app.terminal.text()).toContain('1 run known');
    await app.press('1');
    expectScreen(app.terminal, 'workload-cron-why-120x40');
  });

  it('has its own events, and says where no pod can be shown', async () => {
    const app = await filtered('quota');
    await app.press('e');
    expect(app.terminal.text()).toContain('FailedCreate');
    await app.press('l');
    expect(app.terminal.text()).toContain('no known pod of this workload shows it');
  });

  it('says so when the problem is not there at the time that is shown', async () => {
    const app = await filtered('quota');
    await app.press(KEYS.enter, KEYS.home);
    expect(app.terminal.text()).toContain('nothing is wrong with Deployment/quota/burst itself');
  });
});

describe('a container whose workload has a problem besides', () => {
  it('tells of it in the strip and in its drill-down', async () => {
    const app = await filtered('storefront');
    expect(app.terminal.text()).toContain('rollout stuck: 5 of 6 updated');
    await app.press(KEYS.enter);
    expect(app.terminal.text()).toContain('workload   Deployment storefront: rollout stuck');
  });
});
