import { afterEach, describe, expect, it } from 'vitest';
import { type AcknowledgementKeeper, memoryKeeper } from '../../src/diagnosis/acknowledgement/acknowledgement-keeper.ts';
import type { Pod } from '../../src/model/pod.ts';
import { type OpenedApp, openApp, TestWorld } from '../support/app-harness.ts';
import { containerStatus, termination } from '../support/container-status.ts';
import { crashLoopingPods } from '../support/crash-looping-pods.ts';
import { expectScreen } from '../support/expect-screen.ts';
import { pod } from '../support/pod.ts';
import { recordedTimeline } from '../support/recorded.ts';
import { liveSession, replaySession } from '../support/sessions.ts';
import { KEYS } from '../support/test-terminal.ts';

const NOW = Date.parse('2026-11-22T16:00:00Z');

const opened: OpenedApp[] = [];
afterEach(async () => {
  for (const app of opened.splice(0)) await app.close();
});

async function live(
  count: number,
  keeper: AcknowledgementKeeper = { ...memoryKeeper(), by: 'anna', isLasting: true },
  rows = 24,
) {
  const world = new TestWorld(NOW + 1000);
  const session = { ...liveSession(crashLoopingPods(count, NOW), world), acknowledgements: keeper };
  const app = await openApp(session, world, { columns: 100, rows });
  opened.push(app);
  await app.advance(1000);
  /** A pod as it is from now on. */
  const tell = async (object: Pod) => {
    session.timeline.append({ type: 'object', verb: 'MODIFIED', object, at: world.now(), line: 0 });
    session.connect({ phase: 'live', heardAt: world.now() });
    await app.advance(1000);
  };
  const pass = async (ms: number) => {
    session.connect({ phase: 'live', heardAt: world.now() + ms });
    await app.advance(ms);
  };
  return { app, world, session, tell, pass, text: () => app.terminal.text() };
}

function oomKilled(at: number): Pod {
  const last = termination({
    ...{ containerID: 'containerd://oom', exitCode: 137, reason: 'OOMKilled', startedAt: at - 3000, finishedAt: at - 1000 },
  });
  const state = { type: 'waiting', reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } as const;
  return pod({
    ...{ uid: 'uid-0000', name: 'api-0000', createdAt: NOW - 3_600_000 },
    containers: [containerStatus({ restartCount: 8, containerID: 'containerd://oom', state, last })],
  });
}

describe('x, which acknowledges a problem', () => {
  it('asks until when, folds the problem into a counted line, and takes it back on that row', async () => {
    const { app, text } = await live(3);
    await app.press('x');
    expect(text()).toMatch(
      /acknowledge {2}x until changed {2}1 1h {2}4 4h {2}d 1d {2}w 1w {2}Esc cancel {2}shop\/api-0000 \[api\] app-error/,
    );
    await app.press('x');
    expect(text()).not.toContain('1 1h');
    expect(text()).toContain('2 down  1 acknowledged');
    expect(text()).toContain('ACKNOWLEDGED  1 workload, 1 container · X shows them');
    expect(text()).toContain('acknowledged: shop/api-0000 [api] app-error');
    await app.press('X', 'G');
    expect(text()).toMatch(/^> {2}shop\/api-0000 .* by anna: exit 1/m);
    expect(text()).toContain('acknowledged by anna at 16:00:02 until it changes');
    await app.press(KEYS.enter);
    expect(text()).toContain('acknowledged by anna at 16:00:02 until it changes');
    await app.press(KEYS.escape, 'x');
    expect(text()).toContain('no longer acknowledged: shop/api-0000 [api] app-error');
    expect(text()).toContain('3 down');
    expect(text()).not.toContain('ACKNOWLEDGED');
  });

  it('does so in the drill-down for the container that it shows, and X tells what the table shows', async () => {
    const { app, text } = await live(3);
    await app.press('j', KEYS.enter, 'x');
    expect(text()).toMatch(/acknowledge {2}x until changed .* shop\/api-0001 \[api\] app-error/);
    expect(text()).toContain('[1 Why]');
    await app.press('x');
    expect(text()).toContain('acknowledged: shop/api-0001 [api] app-error');
    expect(text()).toContain('known      acknowledged by anna');
    await app.press('X');
    expect(text()).toContain('the table shows acknowledged problems');
    await app.press(KEYS.escape);
    expect(text()).toContain('2 down  1 acknowledged');
    expect(text()).toMatch(/shop\/api-0001 .* by anna: exit 1/);
    await app.press('G', KEYS.enter, 'x');
    expect(text()).toContain('no longer acknowledged: shop/api-0001 [api] app-error');
    expect(text()).not.toContain('known      acknowledged');
  });

  it('acknowledges nothing when another key comes', async () => {
    const { app, text } = await live(3);
    await app.press('x', KEYS.escape);
    expect(text()).toContain('3 down');
    await app.press('x', 'q');
    expect(text()).toContain('3 down');
  });

  it('acknowledges for a time, after which the problem is back', async () => {
    const { app, text, pass } = await live(2);
    await app.press('x', '1');
    await pass(3_590_000);
    expect(text()).toContain('1 acknowledged');
    await pass(20_000);
    expect(text()).not.toContain('1 acknowledged');
  });

  it('leaves a line to look at where all is acknowledged', async () => {
    const { app, text } = await live(1);
    await app.press('x', 'd');
    expect(text()).toMatch(/^ 1 acknowledged /m);
    expect(text()).toContain('ACKNOWLEDGED  1 workload, 1 container · X shows them');
    await app.press('x', 'j', KEYS.enter);
    expect(text()).not.toContain('1 1h');
  });

  it('opens again with another cause, says why, and is new', async () => {
    const { app, world, tell, pass, text } = await live(2);
    await app.press('x', 'x');
    await pass(60_000);
    await tell(oomKilled(world.now()));
    expect(text()).toContain('1 acknowledged');
    await pass(15_000);
    expect(text()).not.toContain('1 acknowledged');
    expect(text()).toMatch(/^..\+shop\/api-0000 .* reopened: OOMKilled/m);
    expect(text()).toMatch(/\+1 new since 16:00/);
    await app.press('g');
    expect(text()).toMatch(/reopened at 16:01:\d\d: cause changed from app-error to oom-killed; acknowledged by/);
  });
});

describe('A, which acknowledges what is old', () => {
  /** Nobody has answered yet. */
  function firstTime() {
    const keeper = memoryKeeper();
    let isAnswered = false;
    return {
      ...keeper,
      isLasting: true,
      by: 'anna',
      isFirstTime: () => !isAnswered && keeper.list().length === 0,
      decline: () => {
        isAnswered = true;
      },
    };
  }

  async function withOld(keeper: AcknowledgementKeeper) {
    const opened = await live(2, keeper);
    const containers = oomKilled(NOW).containers.map((c) => ({ ...c, restartCount: 4000 }));
    await opened.tell({ ...oomKilled(NOW), createdAt: NOW - 20 * 24 * 3_600_000, containers });
    return opened;
  }

  it('is offered in a cluster with old loops, and acknowledges those alone', async () => {
    const { app, text } = await withOld(firstTime());
    expect(text()).toContain('shop/api-0000 [api] oom-killed older than a day: A acknowledges, Esc does not');
    await app.press('j');
    expect(text()).toContain('older than a day');
    await app.press('A', 'x');
    expect(text()).toContain('1 down  1 acknowledged');
    await app.press('j');
    expect(text()).not.toContain('older than a day');
  });

  it('is not offered again after Esc', async () => {
    const { app, text } = await withOld(firstTime());
    await app.press(KEYS.escape);
    expect(text()).not.toContain('older than a day');
    expect(text()).toContain('2 down');
  });

  it('says so where nothing is old', async () => {
    const { app, text } = await live(2, firstTime());
    expect(text()).not.toContain('older than a day');
    await app.press('A');
    expect(text()).toContain('no unacknowledged problem is older than a day');
  });
});

describe('an acknowledgement in a recording', () => {
  it('holds until the session ends, and says so', async () => {
    const timeline = await recordedTimeline('zoo');
    const at = timeline.startedAt + 600_000;
    const world = new TestWorld(at);
    const app = await openApp(replaySession(timeline, world, at), world, { columns: 120, rows: 40 });
    opened.push(app);
    await app.press('x', 'x');
    expect(app.terminal.text()).toContain('acknowledged until you quit: shop/gateway');
    await app.press('j', 'x', 'x', 'X', 'G');
    expectScreen(app.terminal, 'acknowledged-120x40');
  });
});

describe('new', () => {
  it('is what came since the last key, while somebody reads as well', async () => {
    const { app, world, session, pass, text } = await live(2);
    await app.press('j');
    await pass(60_000);
    const object = { ...oomKilled(world.now()), uid: 'uid-new', name: 'api-new' };
    session.timeline.append({ type: 'object', verb: 'ADDED', object, at: world.now(), line: 0 });
    await pass(120_000);
    expect(text()).toContain('+1 new since 16:00');
    for (let i = 0; i < 4; i++) {
      await app.press('k');
      await pass(20_000);
    }
    expect(text()).toContain('+1 new since 16:00');
    await pass(40_000);
    expect(text()).not.toContain('new since');
  });
});
