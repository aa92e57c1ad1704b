import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Pod } from '../../src/model/pod.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import type { Session } from '../../src/ui/session.ts';
import { type OpenedApp, type OpenOptions, openApp, TestWorld } from '../support/app-harness.ts';
import { containerStatus } from '../support/container-status.ts';
import { crashLoopingPods } from '../support/crash-looping-pods.ts';
import { expectScreen } from '../support/expect-screen.ts';
import { pod } from '../support/pod.ts';
import { eventually } from '../support/real-time.ts';
import { RECORDED, recordedTimeline } from '../support/recorded.ts';
import { liveSession, replaySession, type SessionFields, type TestSession } from '../support/sessions.ts';
import { KEYS } from '../support/test-terminal.ts';

const opened: OpenedApp[] = [];
afterEach(async () => {
  for (const app of opened.splice(0)) await app.close();
});

async function open(session: Session, world: TestWorld, options: OpenOptions = {}): Promise<OpenedApp> {
  const app = await openApp(session, world, options);
  opened.push(app);
  return app;
}

/** `zoo` (or another recording) so many seconds after its start, paused. */
async function replayAt(
  seconds: number,
  options: OpenOptions = {},
  name: 'zoo' | 'zoo-1.33' = 'zoo',
  fields: SessionFields = {},
) {
  const timeline = await recordedTimeline(name);
  const at = timeline.startedAt + seconds * 1000;
  const world = new TestWorld(at);
  const session = replaySession(timeline, world, at, { source: { ...RECORDED, name: `${name}.ndjson.gz` }, ...fields });
  return { app: await open(session, world, options), session, world };
}

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: control sequences are what is looked for
/** A sequence that sets how text looks. */
const SGR = /\u001b\[[\d;]*m/;
/** All that ink and the painter may write: cursor movements, erasing of lines and of the screen, and private modes of the terminal. */
const OF_INK = /\u001b(?:\[(?:\d*[ABCDEGK]|J|\d*(?:;\d*)?H|\?(?:25|1049|2004|2026)[hl])|[78])/g;
const CONTROLS = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: as above
const INVISIBLE = /[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff]/;

const LATER = Date.parse('2026-11-22T16:00:00Z');

/** A live session on so many pods in a crash loop. */
async function liveOn(
  count: number,
  options: OpenOptions = {},
): Promise<{ app: OpenedApp; session: TestSession; world: TestWorld }> {
  const world = new TestWorld(LATER);
  const session = liveSession(crashLoopingPods(count, LATER), world);
  return { app: await open(session, world, options), session, world };
}

const selectedRow = (app: OpenedApp) => app.terminal.lines().find((line) => line.startsWith('>')) ?? '';

describe('the main screen', () => {
  it.each([
    ['80x24', 80, 24],
    ['120x40', 120, 40],
    ['200x60', 200, 60],
  ])('at %s has the words of test/golden', async (size, columns, rows) => {
    const { app } = await replayAt(700, { columns, rows }, 'zoo-1.33');
    expectScreen(app.terminal, `main-${size}`);
  });

  it('says without colours all that it says with them', async () => {
    const { app } = await replayAt(700, { colorLevel: 1 }, 'zoo-1.33');
    const coloured = app.terminal.text();
    const { app: plain } = await replayAt(700, { colorLevel: 0 }, 'zoo-1.33');
    expect(plain.terminal.text()).toBe(coloured);
    expect(app.terminal.raw).toMatch(SGR);
    expect(plain.terminal.raw).not.toMatch(SGR);
    expect(selectedRow(plain)).not.toBe('');
  });

  it('shows the selected row inverse over its whole width, and what is down in bold red', async () => {
    const { app } = await replayAt(600);
    const { y } = app.terminal.find('>');
    expect([0, 60, 119].map((x) => app.terminal.cell(x, y).inverse)).toEqual([true, true, true]);
    const down = app.terminal.find('39 down');
    expect(app.terminal.cell(down.x, down.y)).toMatchObject({ color: 1, bold: true, background: null });
  });

  it('says that a terminal is too small, and goes on when it is not', async () => {
    const { app } = await replayAt(600, { columns: 50, rows: 10 });
    expect(app.terminal.text()).toContain('crashtop needs 60x12; this terminal is 50x10.');
    app.terminal.resize(80, 24);
    await app.settle();
    expect(app.terminal.text()).toContain('WORKLOAD / POD');
  });

  it.each([
    ['wider', 80, 24, 200, 60],
    ['narrower', 200, 60, 80, 24],
    ['lower', 120, 40, 120, 20],
    ['narrow and high', 160, 20, 70, 50],
    ['too small', 120, 40, 40, 8],
  ])('leaves nothing behind when the terminal gets %s', async (_, columns, rows, newColumns, newRows) => {
    const { app } = await replayAt(600, { columns, rows });
    app.terminal.resize(newColumns, newRows);
    await app.settle();
    const { app: fresh } = await replayAt(600, { columns: newColumns, rows: newRows });
    expect(app.terminal.text()).toBe(fresh.terminal.text());
  });

  it('survives a window that is dragged', async () => {
    const { app } = await replayAt(600, { columns: 120, rows: 40 });
    for (let i = 0; i < 25; i++) app.terminal.resize(120 - i * 2, 40 - (i % 7));
    app.terminal.resize(100, 30);
    await app.settle();
    const { app: fresh } = await replayAt(600, { columns: 100, rows: 30 });
    expect(app.terminal.text()).toBe(fresh.terminal.text());
  });
});

describe('keys', () => {
  it('move the selection, each character of fast typing one', async () => {
    const { app } = await liveOn(100, { columns: 100, rows: 24 });
    expect(selectedRow(app)).toContain('api-0000');
    await app.press('jjj');
    expect(selectedRow(app)).toContain('api-0003');
    await app.press(KEYS.down, KEYS.up, 'k');
    expect(selectedRow(app)).toContain('api-0002');
    await app.press('G');
    expect(selectedRow(app)).toContain('api-0099');
    await app.press('g', KEYS.ctrlF);
    expect(selectedRow(app)).toContain('api-0017');
    await app.press(KEYS.pageUp);
    expect(selectedRow(app)).toContain('api-0000');
  });

  it('fold and unfold the pods of a workload', async () => {
    const { app } = await replayAt(700, { columns: 120, rows: 40 }, 'zoo-1.33');
    await app.press('/', 'tenant-beta', KEYS.enter);
    expect(app.terminal.text()).toContain('▾ tenant-beta/api  (2 pods)');
    await app.press(KEYS.left);
    expect(app.terminal.text()).toContain('▸ tenant-beta/api  (2 pods)');
    await app.press(KEYS.right);
    expect(app.terminal.text()).toContain('▾ tenant-beta/api  (2 pods)');
  });

  it('filter while typing, and the filter stays visible with what it hides', async () => {
    const { app } = await liveOn(30);
    await app.press('/');
    await app.press('0007');
    expect(app.terminal.text()).toContain('filter: 0007▏  hides 29 of 30');
    await app.press(KEYS.enter);
    expect(app.terminal.text()).toContain('filter: 0007  hides 29 of 30   Esc clears it');
    expect(selectedRow(app)).toContain('api-0007');
    await app.press('/', KEYS.ctrlU, '!0007', KEYS.enter);
    expect(app.terminal.text()).toContain('hides 1 of 30');
    await app.press(KEYS.escape);
    expect(app.terminal.text()).not.toContain('filter');
  });

  it('type what else would be commands, and take pasted text in one piece', async () => {
    const { app } = await liveOn(3);
    await app.press('/', 'q s?', KEYS.backspace);
    expect(app.terminal.text()).toContain('filter: q s▏');
    app.terminal.paste('00\u001b[2J01\nsecond line');
    await app.settle();
    expect(app.terminal.text()).toContain('filter: q s00␛[2J01▏');
  });

  it('do nothing with what is pasted where nothing is typed', async () => {
    const { app } = await liveOn(3);
    app.terminal.paste('q');
    await app.settle();
    expect(app.terminal.isAlternate).toBe(true);
  });

  it('sort the table by what is chosen', async () => {
    const { app } = await replayAt(600);
    await app.press('s');
    expect(app.terminal.text()).toContain('sort by  i impact  n name  r restarts');
    await app.press('n');
    expect(app.terminal.text()).toContain('sort: name');
    expect(app.terminal.text()).not.toContain('DOWN');
  });

  it('list all containers, and only those in trouble again', async () => {
    const { app } = await replayAt(600, { columns: 120, rows: 60 });
    await app.press('a', 'G');
    expect(app.terminal.text()).toContain('QUIET  no trouble');
    expect(app.terminal.text()).toContain('infra/healthy-nginx');
    await app.press('a');
    expect(app.terminal.text()).not.toContain('healthy-nginx');
  });

  it('show the help, which scrolls, and leave it again', async () => {
    const { app } = await replayAt(600, { columns: 80, rows: 24 });
    await app.press('?');
    expectScreen(app.terminal, 'help-80x24');
    await app.press('G');
    expect(app.terminal.text()).toContain('waiting; not observed');
    await app.press(KEYS.escape);
    expect(app.terminal.text()).toContain('WORKLOAD / POD');
  });

  it.each([['q'], [KEYS.ctrlC]])('quit with %j, and leave the terminal as it was', async (key) => {
    const { app } = await liveOn(3);
    expect([app.terminal.isAlternate, app.terminal.isRawMode]).toEqual([true, true]);
    await app.press(key);
    await app.exited;
    expect([app.terminal.isAlternate, app.terminal.isRawMode]).toEqual([false, false]);
    expect(app.terminal.raw.lastIndexOf('\u001b[?25h')).toBeGreaterThan(app.terminal.raw.lastIndexOf('\u001b[?25l'));
    expect(app.terminal.raw.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(app.terminal.raw.lastIndexOf('\u001b[?2004h'));
    expect(app.terminal.text().trim()).toBe('');
  });
});

describe('the drill-down', () => {
  it('opens, shows the header of the session, and goes back', async () => {
    const { app } = await replayAt(600, { columns: 100, rows: 30 });
    await app.press('/', 'payments/fraud', KEYS.enter, KEYS.enter);
    expect(app.terminal.lines()[0]).toContain('REPLAY of a recording');
    expect(app.terminal.text()).toContain('payments/fraud [proxy]');
    expect(app.terminal.text()).toContain('[1 Why]');
    await app.press('2');
    expect(app.terminal.text()).toContain('[2 Runs]');
    await app.press(KEYS.right);
    expect(app.terminal.text()).toContain('[3 Logs]');
    await app.press(KEYS.escape);
    expect(app.terminal.text()).toContain('WORKLOAD / POD');
    expect(selectedRow(app)).toContain('payments/fraud');
  });

  it('follows its container through time, and says where it is not known', async () => {
    const { app } = await replayAt(600, { columns: 100, rows: 30 });
    await app.press(KEYS.enter, KEYS.home);
    expect(app.terminal.text()).toContain('this container is not known at');
    await app.press(':', '10m', KEYS.enter);
    expect(app.terminal.text()).toContain('[1 Why]');
  });

  it('scrolls within its tab', async () => {
    const { app } = await replayAt(600, { columns: 80, rows: 14 });
    await app.press(KEYS.enter, '4');
    const before = app.terminal.text();
    await app.press('j');
    expect(app.terminal.text()).not.toBe(before);
    await app.press('g');
    expect(app.terminal.text()).toBe(before);
  });
});

describe('time', () => {
  it('plays a recording, at the speed that was asked for', async () => {
    const { app } = await replayAt(600);
    expect(app.terminal.lines()[0]).toContain('15:07:48 UTC');
    await app.press(' ');
    await app.advance(2000);
    expect(app.terminal.lines()[0]).toContain('15:07:50 UTC');
    await app.press('+', '+');
    await app.advance(1000);
    expect(app.terminal.lines()[0]).toContain('15:07:54 UTC');
    await app.press(' ');
    await app.advance(5000);
    expect(app.terminal.lines()[0]).toContain('15:07:54 UTC');
  });

  it('goes where it is told, and says what it does not understand', async () => {
    const { app } = await replayAt(600);
    await app.press(']');
    expect(app.terminal.lines()[0]).not.toContain('15:07:48 UTC');
    await app.press(':', '20m', KEYS.enter);
    expect(app.terminal.lines()[0]).toContain('15:17:48 UTC');
    await app.press(KEYS.shiftLeft, '<');
    expect(app.terminal.lines()[0]).toContain('15:16:38 UTC');
    await app.press(':', 'soon', KEYS.enter);
    expect(app.terminal.text()).toContain('"soon" is not a time');
    await app.press(KEYS.escape, KEYS.end);
    expect(app.terminal.lines()[0]).toContain('15:38:18 UTC');
  });

  it('rewinds a live session only after T, and then no line of its header looks live', async () => {
    const { app } = await liveOn(5);
    await app.press('<', '[', ' ');
    expect(app.terminal.lines()[0]).toContain('● live');
    await app.advance(240_000);
    await app.press('T');
    await app.advance(5000);
    const [first] = app.terminal.lines();
    expect(first).toContain('NOT LIVE, 5s behind');
    expect(first).not.toContain('● live');
    expect([0, 50, 119].map((x) => app.terminal.cell(x, 0).inverse)).toEqual([true, true, true]);
    await app.press('<');
    expect(app.terminal.lines()[0]).toContain('NOT LIVE, 65s behind');
    await app.press(KEYS.escape);
    expect(app.terminal.lines()[0]).not.toContain('NOT LIVE');
  });

  it('counts down once a second, and ages what it shows', async () => {
    const { app } = await liveOn(1);
    // 4m40s are left of its back-off; the kubelet is expected to look 5.2 s later, and takes 1.3 s to start it.
    expect(selectedRow(app)).toContain('4m47s');
    await app.advance(1000);
    expect(selectedRow(app)).toContain('4m46s');
    expect(app.terminal.lines()[0]).toContain('data 1s old');
    await app.advance(95_000);
    expect(app.terminal.lines()[0]).toContain('SILENT: no data for 96s');
  });

  it('draws nothing while nothing changes', async () => {
    const { app, session } = await replayAt(600);
    app.terminal.clearRaw();
    for (let i = 0; i < 20; i++) {
      session.changed();
      await app.advance(200);
    }
    expect(app.terminal.raw).toBe('');
  });
});

describe('a live session', () => {
  it('says how it stands with the cluster from the first frame on', async () => {
    const world = new TestWorld(LATER);
    const session = liveSession(new Timeline(LATER), world);
    session.connect({ phase: 'connecting', since: LATER, to: 'https://10.0.0.1:6443' });
    const app = await open(session, world);
    expect(app.terminal.text()).toContain('Connecting to https://10.0.0.1:6443');
    session.connect({ phase: 'lost', since: LATER, heardAt: null, reason: 'connect ECONNREFUSED', retryAt: LATER + 4000 });
    await app.advance(1000);
    expect(app.terminal.text()).toContain('No connection to prod-eu: connect ECONNREFUSED');
    session.connect({ phase: 'live', heardAt: world.now() });
    session.timeline.append({
      type: 'snapshot',
      kind: 'Pod',
      namespace: null,
      items: [],
      more: false,
      at: world.now(),
      line: 0,
    });
    session.changed();
    await app.advance(1000);
    expect(app.terminal.text()).toContain('Nothing is crash-looping. 0 pods watched for 2s.');
    expect(app.terminal.text()).toContain('No pods found in all namespaces of prod-eu.');
  });

  it('calls nothing new that the first list showed, however long it took to come', async () => {
    const world = new TestWorld(LATER);
    const session = liveSession(new Timeline(LATER), world);
    const app = await open(session, world);
    const item = pod({
      phase: 'Pending',
      containers: [containerStatus({ containerID: '', state: { type: 'waiting', reason: 'InvalidImageName', message: '' } })],
    });
    const list = (more: boolean, items: readonly Pod[], at: number) =>
      session.timeline.append({ type: 'snapshot', kind: 'Pod', namespace: null, items, more, at, line: 0 });
    list(true, [], LATER + 3000);
    list(false, [item], LATER + 7000);
    session.changed();
    await app.advance(8000);
    expect(app.terminal.text()).toContain('1 down');
    expect(app.terminal.text()).not.toContain('new since');
    session.timeline.append({
      type: 'object',
      verb: 'ADDED',
      object: { ...item, uid: 'pod-2', name: 'api-2' },
      at: LATER + 9000,
      line: 0,
    });
    session.changed();
    await app.advance(8000);
    expect(app.terminal.text()).toContain('+1 new since 16:00');
  });

  it('tells which container is looked at, once each time that it is another', async () => {
    const world = new TestWorld(LATER);
    const preferred: string[] = [];
    const prefer = (podUid: string, container: string) => preferred.push(`${podUid}/${container}`);
    const session = liveSession(crashLoopingPods(3, LATER), world, { prefer });
    const app = await open(session, world);
    const keys = app.store.frame().entries.map((entry) => entry.key);
    expect(preferred).toHaveLength(1);
    await app.advance(3000);
    expect(preferred).toHaveLength(1);
    await app.press('j', 'j', KEYS.enter, '2', KEYS.escape, 'k');
    expect(preferred).toHaveLength(4);
    expect(new Set(preferred.slice(0, 3))).toEqual(new Set(keys));
    expect(preferred[3]).toBe(preferred[1]);
  });

  it('tells on its help what is read, at the end', async () => {
    const world = new TestWorld(LATER);
    const collection = {
      kind: 'Pod',
      namespace: null,
      phase: 'live',
      since: LATER,
      heardAt: LATER,
      error: null,
      retryAt: null,
    } as const;
    const activity = () => ({ collections: [collection], requests: { total: 3, perSecond: 0.05 }, startedAt: LATER });
    const app = await open(liveSession(crashLoopingPods(3, LATER), world, { activity }), world, { columns: 80, rows: 24 });
    await app.press('?', 'G');
    expect(app.terminal.text()).toMatch(/Pod +all namespaces: live for 0s, heard 0s ago\n +requests +0.1 requests\/s/);
    await app.advance(2000);
    expect(app.terminal.text()).toContain('heard 2s ago');
  });

  it('shows a notice until the next key', async () => {
    const { app, session } = await liveOn(1);
    session.say('the log of shop/api-0000 could not be read');
    await app.advance(200);
    expect(app.terminal.text()).toContain('─ the log of shop/api-0000 could not be read ─');
    await app.press('j');
    expect(app.terminal.text()).not.toContain('could not be read');
  });

  it('scrolls over 5,000 problems, of which it draws only those in sight', async () => {
    const { app } = await liveOn(5000, { columns: 120, rows: 40 });
    expect(app.terminal.text()).toContain('1-33 of 5,001 rows');
    app.terminal.clearRaw();
    await app.press('G');
    expect(selectedRow(app)).toContain('api-4999');
    expect(app.terminal.text()).toContain('4,969-5,001 of 5,001 rows');
    expect(app.terminal.raw.match(/api-\d{4}/g)?.length).toBeLessThan(80);
    app.terminal.clearRaw();
    await app.press('k');
    expect(app.terminal.raw.match(/api-\d{4}/g)?.length).toBeLessThan(10);
  });
});

describe('what a pod controls', () => {
  it('reaches the terminal as no control sequence', async () => {
    const { app } = await replayAt(2000, { columns: 160, rows: 50, colorLevel: 0 });
    await app.press('/', 'hostile', KEYS.enter);
    expect(app.terminal.text()).toContain('batch/hostile');
    for (const key of [KEYS.enter, '2', '3', '4', '5', KEYS.escape]) await app.press(key);
    const { raw } = app.terminal;
    expect(raw.replace(OF_INK, '')).not.toMatch(CONTROLS);
    expect(raw).not.toMatch(INVISIBLE);
  });
});

describe('the program', () => {
  it('hands the terminal to the shell on Ctrl-Z and draws everything again when it is continued', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = vi.fn(() => promise);
    const { app } = await replayAt(600, { jobControl: { stop, onStop: () => () => {} } });
    const before = app.terminal.text();
    await app.press('\u001a');
    expect(stop).toHaveBeenCalledOnce();
    expect([app.terminal.isAlternate, app.terminal.isRawMode]).toEqual([false, false]);
    resolve();
    await eventually(() => expect(app.terminal.text()).toBe(before));
    expect([app.terminal.isAlternate, app.terminal.isRawMode]).toEqual([true, true]);
  });

  it('does the same when somebody else asks it to stop', async () => {
    let ask = () => {};
    const stop = vi.fn(async () => {});
    const onStop = (callback: () => void) => {
      ask = callback;
      return () => {};
    };
    const { app } = await replayAt(600, { jobControl: { stop, onStop } });
    ask();
    await eventually(() => expect(stop).toHaveBeenCalledOnce());
    await eventually(() => expect(app.terminal.isAlternate).toBe(true));
  });

  it('leaves the terminal in order and reports the error when something throws', async () => {
    const { app, session } = await liveOn(3);
    const broken = vi.spyOn(session.timeline, 'stateAt').mockImplementation(() => {
      throw new Error('this should not happen');
    });
    session.changed();
    await app.advance(1000);
    await expect(app.exited).rejects.toThrow('this should not happen');
    broken.mockRestore();
    expect([app.terminal.isAlternate, app.terminal.isRawMode]).toEqual([false, false]);
  });
});
