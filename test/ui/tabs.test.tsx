import { Buffer } from 'node:buffer';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PodRecord } from '../../src/timeline/state.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import type { Session } from '../../src/ui/session.ts';
import { type OpenedApp, type OpenOptions, openApp, TestWorld } from '../support/app-harness.ts';
import { containerStatus } from '../support/container-status.ts';
import { crashLoopingPods } from '../support/crash-looping-pods.ts';
import { expectScreen } from '../support/expect-screen.ts';
import { open } from '../support/opening.ts';
import { pod } from '../support/pod.ts';
import { eventually } from '../support/real-time.ts';
import { fixture, RECORDED, recordedTimeline } from '../support/recorded.ts';
import { liveSession, replaySession } from '../support/sessions.ts';
import { KEYS } from '../support/test-terminal.ts';

const opened: OpenedApp[] = [];
afterEach(async () => {
  for (const app of opened.splice(0)) await app.close();
});

async function openOn(session: Session, world: TestWorld, options: OpenOptions = {}): Promise<OpenedApp> {
  const app = await openApp(session, world, options);
  opened.push(app);
  return app;
}

/** One pod of the zoo, so many seconds after its start, in the drill-down. */
async function zooPod(name: string, seconds: number, options: OpenOptions = {}): Promise<OpenedApp> {
  const timeline = await recordedTimeline('zoo');
  const at = timeline.startedAt + seconds * 1000;
  const world = new TestWorld(at);
  const file = await open(fixture('recordings/zoo.ndjson.gz'));
  const getObject = ({ line, pod: { uid } }: PodRecord) => file.objectAt(line, uid);
  const app = await openOn(replaySession(timeline, world, at, { source: RECORDED, getObject }), world, options);
  await app.press('/', name, KEYS.enter, KEYS.enter);
  return app;
}

const sees = (app: OpenedApp, text: string) => eventually(() => expect(app.terminal.text()).toContain(text));

/** What was written to the clipboard, one text for each time. */
function clipboardOf(app: OpenedApp): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what is looked for
  return Array.from(app.terminal.raw.matchAll(/\u001b\]52;c;([^\u0007]*)\u0007/g), (m) =>
    Buffer.from(m[1] as string, 'base64').toString(),
  );
}

describe.each([
  ['80x24', 80, 24],
  ['120x40', 120, 40],
])('at %s', (size, columns, rows) => {
  it.each([
    ['hostile', 600, 'l', 'hostile-logs'],
    ['infra/pair', 900, '2', 'pair-runs'],
    ['payments/api', 600, 'e', 'api-events'],
    ['gateway', 600, '6', 'gateway-related'],
  ])('the tab of %s, %d s in, after %s, has the words of test/golden', async (name, seconds, key, golden) => {
    const app = await zooPod(name, seconds, { columns, rows });
    await app.press(key);
    expectScreen(app.terminal, `tab-${golden}-${size}`);
  });

  it('the Spec tab says in its place what the revision changed', async () => {
    const app = await zooPod('gateway', 600, { columns, rows });
    await app.press('y');
    await sees(app, '≠ image app:1.4.2 → app:1.5.0');
    expectScreen(app.terminal, `tab-gateway-spec-${size}`);
  });
});

describe('the Spec tab', () => {
  it('scrolls its grids away with the lines below them', async () => {
    const app = await zooPod('gateway', 600, { columns: 120, rows: 24 });
    await app.press('5');
    await sees(app, ' image      ');
    const before = app.terminal.lines();
    expect(before[4]).toContain('┌───');
    await app.press('j', 'j');
    expect(app.terminal.lines().slice(4, 18)).toEqual(before.slice(6, 20));
    await app.press('G');
    expect(app.terminal.text()).not.toMatch(/[┌│└]/);
  });

  it.each([
    ['narrower', 80, 24],
    ['wider', 200, 60],
  ])('leaves nothing behind when the terminal gets %s', async (_, columns, rows) => {
    const [app, fresh] = [
      await zooPod('gateway', 600, { columns: 120, rows: 40 }),
      await zooPod('gateway', 600, { columns, rows }),
    ];
    for (const shown of [app, fresh]) {
      await shown.press('5');
      await sees(shown, ' image      ');
    }
    app.terminal.resize(columns, rows);
    await app.settle();
    expect(app.terminal.text()).toBe(fresh.terminal.text());
    expect(app.terminal.text()).toContain('│ CONTAINER');
  });
});

describe('a search in a tab', () => {
  it('finds while it is typed, says how many there are, and goes on and back', async () => {
    const app = await zooPod('gateway', 600);
    await app.press('l', '/', 'panic');
    expect(app.terminal.text()).toContain(' search: panic▏');
    expect(app.terminal.text()).toContain('"panic": match 1 of 1');
    await app.press(KEYS.enter, 'y');
    await sees(app, ' image      ');
    await app.press('/', 'NAME:', KEYS.enter);
    const [, count] = /"NAME:": match 1 of (\d+), n next/.exec(app.terminal.text()) ?? [];
    expect(Number(count)).toBeGreaterThan(3);
    await app.press('n');
    expect(app.terminal.text()).toContain(`match 2 of ${count}`);
    await app.press('N', 'N');
    expect(app.terminal.text()).toContain(`match ${count} of ${count}`);
    const current = app.terminal.lines().findIndex((line) => line.startsWith('»'));
    const x = (app.terminal.lines()[current] ?? '').indexOf('name:');
    expect(app.terminal.cell(x, current).inverse).toBe(true);
  });

  it('says that there is nothing, moves nothing, and ends with Esc before the drill-down does', async () => {
    const app = await zooPod('gateway', 600);
    await app.press('2');
    const before = app.terminal.lines().slice(4);
    await app.press('/', 'no such text', KEYS.enter);
    expect(app.terminal.lines()[3]).toContain('"no such text": not found');
    expect(app.terminal.lines().slice(4)).toEqual(before);
    await app.press(KEYS.escape);
    expect(app.terminal.lines()[3]).not.toContain('no such');
    expect(app.terminal.lines()[2]).toContain('[2 Runs]');
    await app.press(KEYS.escape);
    expect(app.terminal.text()).toContain('WORKLOAD / POD');
  });
});

describe('the evidence of the Why tab', () => {
  it('leads to the line of the log that it quotes', async () => {
    const app = await zooPod('gateway', 600);
    expect(app.terminal.text()).toContain('→ 3 Logs, line 2 of 3');
    await app.press(KEYS.enter);
    expect(app.terminal.lines()[2]).toContain('[3 Logs]');
    expect(app.terminal.lines().find((line) => line.startsWith('»'))).toContain('panic: config key upstreams.timeout');
  });

  it('leads to the event that it quotes', async () => {
    const app = await zooPod('shop/search', 600);
    expect(app.terminal.text()).toContain(' 4 Events');
    await app.press(KEYS.enter);
    expect(app.terminal.lines()[2]).toContain('[4 Events]');
    expect(app.terminal.lines().find((line) => line.startsWith('»'))).toMatch(/Killing|Unhealthy/);
  });

  it('has one reference that Enter follows, which Tab changes', async () => {
    const app = await zooPod('shop/search', 600);
    const followed = () => app.terminal.lines().findIndex((line) => line.includes('⇒ '));
    const first = followed();
    expect(first).toBeGreaterThan(0);
    await app.press(KEYS.tab);
    expect(followed()).toBeGreaterThan(first);
  });
});

describe('c', () => {
  it('offers what can be copied, copies it and says so, in the drill-down', async () => {
    const app = await zooPod('gateway', 600);
    await app.press('c');
    expect(app.terminal.text()).toContain('1  kubectl -n shop logs gateway-');
    await app.press('1');
    expect(clipboardOf(app)).toEqual([expect.stringMatching(/^kubectl -n shop logs gateway-\S+ -c gateway --previous$/)]);
    expect(app.terminal.lines()[3]).toContain('copied: kubectl -n shop logs gateway-');
    await app.press('j');
    expect(app.terminal.text()).not.toContain('copied:');
  });

  it('copies the page that crashtop explain prints', async () => {
    const app = await zooPod('gateway', 600);
    await app.press('c', 'e');
    await sees(app, 'copied: ');
    expect(clipboardOf(app)[0]).toMatch(
      /^shop\/gateway-\S+ \[gateway\], of Deployment gateway[\s\S]*\n evidence [\s\S]* run next /,
    );
  });

  it('copies the line that was searched for, whole', async () => {
    const app = await zooPod('gateway', 600);
    await app.press('l', '/', 'goroutine', KEYS.enter, 'c');
    expect(app.terminal.text()).toContain('l  line goroutine 1 [running]:');
    await app.press('l');
    expect(clipboardOf(app)).toEqual(['goroutine 1 [running]:']);
  });

  it('copies nothing for another key, and works on the selected row of the table', async () => {
    const world = new TestWorld(Date.parse('2026-11-22T16:00:00Z'));
    const app = await openOn(liveSession(crashLoopingPods(3, world.now()), world), world, { columns: 80, rows: 24 });
    const before = app.terminal.lines();
    await app.press('c', 'x');
    expect(app.terminal.lines()).toEqual(before);
    expect(clipboardOf(app)).toEqual([]);
    await app.press('c', 'n');
    expect(clipboardOf(app)).toEqual(['api-0000']);
    expect(app.terminal.text()).toContain('copied: api-0000');
  });

  it.each([
    [60, 12],
    [80, 24],
  ])('leaves its place to every part of a screen of %dx%d', async (columns, rows) => {
    const timeline = await recordedTimeline('zoo');
    const at = timeline.startedAt + 600_000;
    const world = new TestWorld(at);
    const app = await openOn(replaySession(timeline, world, at, { source: RECORDED }), world, { columns, rows });
    const bottom = app.terminal.lines().slice(-2);
    for (const keys of [['c'], [KEYS.enter, KEYS.enter, 'c']]) {
      await app.press(...keys);
      expect(app.terminal.lines()[0]).toContain('crashtop zoo');
      expect(app.terminal.text()).toContain('copy to the clipboard');
      expect(app.terminal.lines().slice(-2)).toEqual(bottom);
      await app.press('x');
    }
  });

  it('does nothing where nothing is selected', async () => {
    const world = new TestWorld(Date.parse('2026-11-22T16:00:00Z'));
    const app = await openOn(liveSession(new Timeline(world.now()), world), world);
    const before = app.terminal.text();
    await app.press('c');
    expect(app.terminal.text()).toBe(before);
  });
});

describe('the Events tab of a live session', () => {
  it('has the events of its pod read while it is open, and only then', async () => {
    const now = Date.parse('2026-11-22T16:00:00Z');
    const world = new TestWorld(now);
    const readEvents = vi.fn();
    const app = await openOn({ ...liveSession(crashLoopingPods(2, now), world), readEvents }, world);
    await app.press(KEYS.enter);
    expect(readEvents).not.toHaveBeenCalled();
    await app.press('e');
    const asked = readEvents.mock.calls.length;
    expect(readEvents.mock.calls[0]).toEqual([expect.any(String), expect.any(String)]);
    await app.advance(3000);
    expect(readEvents.mock.calls.length).toBeGreaterThan(asked);
    await app.press('T');
    const live = readEvents.mock.calls.length;
    await app.press(KEYS.home);
    await app.press('j', 'k');
    expect(readEvents.mock.calls.length).toBe(live);
  });
});

describe('a log of 64 kB', () => {
  it('is searched and scrolled to its ends', async () => {
    const now = Date.parse('2026-11-22T16:00:00Z');
    const world = new TestWorld(now);
    const timeline = new Timeline(now - 60_000);
    const containerID = `containerd://${'a'.repeat(64)}`;
    const last = {
      containerID,
      exitCode: 1,
      signal: 0,
      reason: 'Error',
      message: '',
      startedAt: now - 9000,
      finishedAt: now - 8000,
    };
    const waiting = { type: 'waiting', reason: 'CrashLoopBackOff', message: '' } as const;
    const looping = pod({ containers: [containerStatus({ restartCount: 3, containerID, last, state: waiting })] });
    timeline.append({
      type: 'snapshot',
      kind: 'Pod',
      items: [looping],
      namespace: null,
      more: false,
      at: now - 5000,
      line: 0,
    });
    const text = Array.from({ length: 1000 }, (_, i) => `line ${i} ${'of many words '.repeat(4)}`).join('\n');
    timeline.append({
      type: 'log',
      uid: looping.uid,
      namespace: 'shop',
      pod: 'api-1',
      container: 'api',
      containerID,
      text,
      truncated: false,
      error: '',
      at: now - 4000,
      line: 0,
    });
    const app = await openOn(liveSession(timeline, world), world, { columns: 60, rows: 24 });
    await app.press('l');
    expect(app.terminal.text()).toContain('line 999 ');
    await app.press('/', 'line 500 ', KEYS.enter);
    expect(app.terminal.text()).toContain('match 1 of 1');
    expect(app.terminal.lines().find((line) => line.startsWith('»'))).toContain('line 500 ');
    await app.press('W', 'g');
    expect(app.terminal.text()).toContain('line 0 ');
    expect(app.terminal.text()).toContain('of 1004');
  });
});

describe('the Related tab of a workload that is listed for itself', () => {
  it('shows its revisions and the pods that it has, where none of them shows its problem', async () => {
    const timeline = await recordedTimeline('zoo-1.33');
    const at = timeline.startedAt + 700_000;
    const world = new TestWorld(at);
    const app = await openOn(replaySession(timeline, world, at, { source: RECORDED }), world);
    await app.press('/', 'quota', KEYS.enter, '6');
    expect(app.terminal.text()).toContain('revisions of Deployment burst');
    const lines = app.terminal.lines();
    const pods = lines.findIndex((line) => line.includes('1 pod of Deployment burst'));
    expect(lines[pods + 2]).toMatch(/^.burst-8b9bf8467-\S+ +1\/1 +Running/);
    await app.press('G', KEYS.enter);
    expect(app.terminal.text()).toMatch(/^ quota\/burst-8b9bf8467-\S+ \[burst\]/m);
    await app.press(KEYS.escape);
    expect(app.terminal.text()).toContain('1 pod of Deployment burst');
  });
});
