import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Acknowledgement } from '../../src/diagnosis/acknowledgement/acknowledgement.ts';
import { AcknowledgementsFile } from '../../src/session/acknowledgements-file.ts';
import { AcknowledgementsText } from '../../src/session/acknowledgements-text.ts';

const AT = Date.parse('2026-11-22T15:10:00Z');
const WEEK = 7 * 24 * 3_600_000;
const CLUSTER = { name: 'prod-eu', server: 'https://10.0.0.1:6443' };
const SEEN = {
  impact: 'down',
  crashes: 6,
  revisions: ['abc'],
  causes: ['app-error'],
  besides: '',
  without: [],
  runs: [],
} as const;

function acknowledgement(name: string, fields: Partial<Acknowledgement> = {}): Acknowledgement {
  return {
    ...{ workload: `Deployment/shop/${name}`, container: 'app', cause: 'app-error', by: 'anna', at: AT, until: null },
    ...{ seen: SEEN, reopened: null },
    ...fields,
  };
}

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-acknowledged-'));
  file = join(folder, 'acknowledged.yaml');
});
const opened: AcknowledgementsFile[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const keeper of opened.splice(0)) await keeper.end();
  rmSync(folder, { recursive: true });
});

interface Opened {
  readonly keeper: AcknowledgementsFile;
  readonly notices: string[];
}

async function open(fields: { server?: string; file?: string; isOwn?: boolean } = {}): Promise<Opened> {
  const notices: string[] = [];
  const keeper = new AcknowledgementsFile({
    file: fields.file ?? file,
    isOwn: fields.isOwn ?? false,
    cluster: { ...CLUSTER, server: fields.server ?? CLUSTER.server },
    by: 'anna',
    clock: { now: () => AT },
    notify: (notice) => notices.push(notice),
    onChange: () => {},
  });
  opened.push(keeper);
  await keeper.start();
  return { keeper, notices };
}

const put = (...list: readonly Acknowledgement[]) => ({ remove: [], add: list });
const names = (list: readonly Acknowledgement[]) => list.map((a) => a.workload.split('/')[2]).sort();
const kept = (server = CLUSTER.server) => new AcknowledgementsText(readFileSync(file, 'utf8'), file).of(server);

describe('a file of acknowledgements', () => {
  it('is read back as it was written, by a file that says what it is', async () => {
    const all = [
      acknowledgement('web', { until: AT + 3_600_000 }),
      acknowledgement('api', {
        container: '',
        cause: 'stuck-rollout',
        seen: {
          ...SEEN,
          causes: ['app-error', 'stuck-rollout'],
          impact: null,
          besides: 'x',
          without: ['logs', 'node'],
          runs: ['0123456789ab', 'cdef01234567'],
        },
      }),
      acknowledgement('db', { reopened: { at: AT, why: 'cause changed from app-error to oom-killed' } }),
    ];
    const { keeper, notices } = await open();
    expect(keeper.isFirstTime()).toBe(true);
    keeper.change(put(...all));
    await keeper.end();
    expect(kept()).toEqual(all);
    expect((await open()).keeper.list()).toEqual(all);
    expect(keeper.isFirstTime()).toBe(false);
    expect(notices).toEqual([]);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^# Problems that somebody acknowledged/);
    expect(text).toContain('workload: Deployment/shop/web\n    container: app\n    cause: app-error\n    by: anna\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['acknowledged.yaml']);
  });

  it('keeps comments, and the entries of other clusters, when something changes', async () => {
    const { keeper } = await open();
    keeper.change(put(acknowledgement('web'), acknowledgement('api')));
    await keeper.end();
    const other = await open({ server: 'https://other:6443' });
    expect(other.keeper.isFirstTime()).toBe(true);
    expect(other.keeper.list()).toEqual([]);
    writeFileSync(file, readFileSync(file, 'utf8').replace('  - cluster', '  # the vendor knows\n  - cluster'));
    other.keeper.change(put(acknowledgement('web')));
    await other.keeper.end();
    expect(names(kept())).toEqual(['api', 'web']);
    expect(readFileSync(file, 'utf8')).toContain('# the vendor knows');
  });

  it('asks once whether what is old is to be acknowledged', async () => {
    const { keeper } = await open();
    keeper.decline();
    await keeper.end();
    expect((await open()).keeper.isFirstTime()).toBe(false);
  });

  it('loses nothing of many that write at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => open()));
    for (const [i, { keeper }] of all.entries()) for (let k = 0; k < 4; k++) keeper.change(put(acknowledgement(`w${i}-${k}`)));
    await Promise.all(all.map(({ keeper }) => keeper.end()));
    expect(kept()).toHaveLength(32);
    expect(all.flatMap((o) => o.notices)).toEqual([]);
    expect(readdirSync(folder)).toEqual(['acknowledged.yaml']);
  });

  it('does not take away what somebody else acknowledged again meanwhile', async () => {
    const { keeper: mine } = await open();
    mine.change(put(acknowledgement('web')));
    await mine.end();
    const { keeper: theirs } = await open();
    theirs.change(put(acknowledgement('web', { at: AT + 1000, by: 'bert' })));
    await theirs.end();
    mine.change({ remove: [acknowledgement('web')], add: [] });
    mine.change(put(acknowledgement('web', { reopened: { at: AT, why: 'X' } })));
    await mine.end();
    expect(kept()).toEqual([acknowledgement('web', { at: AT + 1000, by: 'bert' })]);
  });

  it('sees what others change in it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { keeper: mine } = await open();
    const { keeper: theirs } = await open();
    theirs.change(put(acknowledgement('web')));
    await theirs.end();
    vi.advanceTimersByTime(3000);
    await mine.end();
    expect(names(mine.list())).toEqual(['web']);
  });

  it('forgets what is over for a week', async () => {
    const { keeper } = await open();
    keeper.change(put(acknowledgement('old', { until: AT - WEEK - 1 }), acknowledgement('new', { until: AT - WEEK + 1 })));
    keeper.change(put(acknowledgement('web')));
    await keeper.end();
    expect(names(kept())).toEqual(['new', 'web']);
  });

  it('keeps the mode of a file that a team shares, and the link to it', async () => {
    const shared = join(folder, 'shared.yaml');
    writeFileSync(shared, '');
    chmodSync(shared, 0o664);
    symlinkSync(shared, file);
    const { keeper } = await open();
    keeper.change(put(acknowledgement('web')));
    await keeper.end();
    expect(statSync(shared).mode & 0o777).toBe(0o664);
    expect(readFileSync(shared, 'utf8')).toContain('Deployment/shop/web');
  });

  it('breaks the lock of one who was killed while it wrote', async () => {
    const { keeper, notices } = await open();
    mkdirSync(`${file}.lock`);
    const { utimesSync } = await import('node:fs');
    utimesSync(`${file}.lock`, 1, 1);
    keeper.change(put(acknowledgement('web')));
    await keeper.end();
    expect([names(kept()), notices]).toEqual([['web'], []]);
  });

  it('makes the directory of its own file, for its owner alone', async () => {
    const own = join(folder, 'state', 'crashtop', 'acknowledged.yaml');
    const { keeper } = await open({ file: own, isOwn: true });
    keeper.change(put(acknowledgement('web')));
    await keeper.end();
    expect(statSync(join(folder, 'state', 'crashtop')).mode & 0o777).toBe(0o700);
  });
});

describe('what cannot be kept holds for the session, and a notice says so', () => {
  it('where there is no such directory', async () => {
    const { keeper, notices } = await open({ file: join(folder, 'no', 'file.yaml') });
    keeper.change(put(acknowledgement('web')));
    await keeper.end();
    expect(names(keeper.list())).toEqual(['web']);
    expect(notices).toEqual([expect.stringMatching(/^acknowledged for this session only: .*no such file or directory/)]);
  });

  it('where it is a directory', async () => {
    mkdirSync(file);
    const { notices } = await open();
    expect(notices).toEqual([`${file} is a directory; nothing is acknowledged`]);
  });

  it('where it is broken: nothing of it is overwritten', async () => {
    const broken =
      'version: 1\nacknowledged:\n  - server: x\n    workload: web\n    cause: app-error\n    at: 2026-11-22T15:10:00Z\n';
    writeFileSync(file, broken);
    const { keeper, notices } = await open();
    expect(notices[0]).toBe(`${file}:3: workload must be Kind/namespace/name, not "web"; nothing is acknowledged`);
    expect(keeper.isFirstTime()).toBe(false);
    keeper.change(put(acknowledgement('web')));
    await keeper.end();
    expect(names(keeper.list())).toEqual(['web']);
    expect(notices).toHaveLength(2);
    expect(readFileSync(file, 'utf8')).toBe(broken);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('and its previous content still holds when it breaks; mended, it is read and written again', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { keeper, notices } = await open();
    keeper.change(put(acknowledgement('web')));
    await keeper.end();
    const good = readFileSync(file, 'utf8');
    const again = await open();
    writeFileSync(file, '{');
    for (let i = 0; i < 3; i++) vi.advanceTimersByTime(3000);
    await again.keeper.end();
    expect(names(again.keeper.list())).toEqual(['web']);
    expect(again.notices).toEqual([expect.stringMatching(/acknowledged\.yaml:1: .*; its previous content still holds$/)]);
    again.keeper.change(put(acknowledgement('api')));
    await again.keeper.end();
    writeFileSync(file, good);
    again.keeper.change(put(acknowledgement('db')));
    await again.keeper.end();
    expect(names(kept())).toEqual(['api', 'db', 'web']);
    expect(notices).toEqual([]);
  });
});

describe('what is wrong in it is told by file and line', () => {
  const entry = (line: string) =>
    `version: 1\nacknowledged:\n  - server: s\n    workload: Deployment/shop/web\n    cause: app-error\n    at: 2026-11-22T15:10:00Z\n    ${line}\n`;
  it.each([
    ['version: 2\n', 1, 'version must be 1'],
    ['- a\n', 1, 'no fields'],
    ['version: 1\nacknowledged: yes\n', 2, 'must be a list'],
    ['version: 1\nacknowledged:\n  - text\n', 3, 'must have fields'],
    ['version: 1\nanswered: [1]\n', 2, 'list of strings'],
    ['version: 1\nacknowledged:\n  - server: s\n', 3, 'cause must be a string'],
    [entry('untill: 2026-11-22T16:10:00Z'), 7, 'there is no field "untill"'],
    [entry('until: tomorrow'), 7, 'until must be a time such as'],
    [entry('seen: {impact: awful}'), 7, 'seen.impact must be available, degraded or down'],
    [entry('seen: {crashesIn30m: many}'), 7, 'a number'],
    [entry('seen: 3'), 7, 'seen must have fields'],
    [entry('reopened: {at: 2026-11-22T15:10:00Z}'), 7, 'why must be a string'],
    [entry('by: [a'), 8, 'Flow sequence'],
  ])('%j', (text, line, what) => {
    const read = () => new AcknowledgementsText(text, 'team.yaml');
    expect(read).toThrow(what);
    expect(read).toThrow(new RegExp(`^team\\.yaml:${line}: `));
  });

  it('an entry by hand needs no more than what it is about; nothing that was not said is compared', () => {
    const [a] = new AcknowledgementsText(entry('by: "a\\e[31mb"'), 'x').of('s');
    expect(a).toMatchObject({ container: '', by: 'a␛[31mb', until: null, seen: { impact: null, revisions: [] } });
  });
});
