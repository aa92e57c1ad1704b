import { type Instance, render } from 'ink';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PodRecord } from '../../src/timeline/state.ts';
import { DrillDown, type DrillDownProps } from '../../src/ui/screens/drill-down.tsx';
import { createTheme } from '../../src/ui/theme.ts';
import type { Tab } from '../../src/view/detail/tabs.ts';
import { type Detail, type DrawnTab, openedDetail } from '../../src/view/update/screen-state.ts';
import { eventually } from '../support/real-time.ts';
import { NOW, run, runLog, SECOND, subject, waiting } from '../support/record-builder.ts';
import { TestTerminal } from '../support/test-terminal.ts';

const DEAD = run(13, NOW - 45 * SECOND, { exitCode: 137, reason: 'OOMKilled' });
const LOG = Array.from({ length: 40 }, (_, i) => `line ${i}`).join('\n');
const CONDITIONS = ['Ready', 'Initialized'].map((type) => ({ type, status: 'True', reason: '', message: '', since: NOW }));
const SUBJECT = {
  ...subject({ pod: { ...waiting(13, ''), conditions: CONDITIONS }, ledger: [DEAD], logs: [runLog(DEAD, LOG)] }),
  serverVersion: null,
  problems: [],
};
const OBJECT = { kind: 'Pod', spec: { containers: [{ name: 'api', image: 'registry.example.com/api:1\u001b[2J' }] } };

function detail(tab: Tab, offset: number | null = null): Detail {
  return { ...openedDetail(SUBJECT.entry.key, tab, 0), offset };
}

const apps: Instance[] = [];
afterEach(() => {
  for (const app of apps.splice(0)) app.unmount();
});

/** Draws a drill-down that fills a terminal, and what changes it afterwards. */
function draw(columns: number, rows: number, props: Partial<DrillDownProps> = {}) {
  const terminal = new TestTerminal(columns, rows);
  const shown: DrillDownProps = {
    subject: SUBJECT,
    detail: detail('why'),
    width: columns,
    height: rows,
    theme: createTheme(0),
    getObject: () => Promise.resolve(OBJECT),
    notice: '',
    onDrawn: () => {},
    ...props,
  };
  const app = render(<DrillDown {...shown} />, {
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    interactive: true,
    alternateScreen: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  apps.push(app);
  return {
    terminal,
    change: (changes: Partial<DrillDownProps>) => app.rerender(<DrillDown {...Object.assign(shown, changes)} />),
  };
}

const sees = (terminal: TestTerminal, text: string) => eventually(() => expect(terminal.text()).toContain(text));

describe('the drill-down', () => {
  it('fills what it is given, and says what of the tab is on the screen', async () => {
    const onDrawn = vi.fn<(drawn: DrawnTab) => void>();
    const { terminal } = draw(80, 14, { detail: detail('logs', 5), onDrawn });
    await sees(terminal, 'line 4');
    expect(terminal.lines()[0]).toContain('shop/api-1 [api]');
    expect(terminal.lines().slice(3)).toEqual(Array.from({ length: 11 }, (_, i) => `  line ${i + 2}`));
    await eventually(() =>
      expect(onDrawn).toHaveBeenLastCalledWith({
        lines: 43,
        height: 11,
        top: 5,
        references: [],
        rows: [],
        row: null,
        line: 'line 39',
      }),
    );
  });

  it('opens a log at its end', async () => {
    const { terminal } = draw(80, 14, { detail: detail('logs') });
    await sees(terminal, '33-43 of 43');
    expect(terminal.lines().at(-1)).toBe('▸ line 39');
  });

  it('shows the object when it has come, drawn with a grid that scrolls away', async () => {
    const { terminal, change } = draw(130, 16, { detail: detail('spec') });
    await sees(terminal, 'kind: Pod');
    expect(terminal.lines().slice(3, 12)).toEqual([
      ' ┌───────────┬──────┬────────────────────────────┬─────────────┬──────────┬────────┐ ┌─────────────┬────────┬──────────┬────────┐',
      ' │ CONTAINER │ TYPE │ IMAGE                      │ RESTARTS ON │ MEMORY   │ PROBES │ │ CONDITION   │ STATUS │ SINCE    │ REASON │',
      ' ├───────────┼──────┼────────────────────────────┼─────────────┼──────────┼────────┤ ├─────────────┼────────┼──────────┼────────┤',
      ' │ ▸ api     │ app  │ registry.example.com/api:1 │ Always      │ no limit │ none   │ │ Ready       │ True   │ 15:10:00 │        │',
      ' └───────────┴──────┴────────────────────────────┴─────────────┴──────────┴────────┘ ├─────────────┼────────┼──────────┼────────┤',
      `${' '.repeat(85)}│ Initialized │ True   │ 15:10:00 │        │`,
      `${' '.repeat(85)}└─────────────┴────────┴──────────┴────────┘`,
      '',
      ' image      registry.example.com/api:1␛[2J',
    ]);
    change({ detail: detail('spec', 1) });
    await eventually(() => expect(terminal.lines()[3]).toContain('│ CONTAINER │'));
    change({ height: 12, detail: detail('spec', 3) });
    await eventually(() => expect(terminal.lines()[3]).toContain('│ ▸ api     │'));
    expect(
      terminal
        .lines()
        .slice(4, 8)
        .map((line) => line.slice(0, 30).trimEnd()),
    ).toEqual([' └───────────┴──────┴─────────', '', '', '']);
    expect(terminal.lines()[6]).toContain('└─────────────┴');
    change({ height: 8, detail: detail('spec', 99) });
    await sees(terminal, 'name: api');
    expect(terminal.text()).not.toMatch(/[┌│└]/);
  });

  it('writes nothing of the object to the terminal as a control sequence', async () => {
    const { terminal } = draw(100, 30, { detail: detail('spec') });
    await sees(terminal, 'kind: Pod');
    expect(terminal.raw).not.toContain('\u001b[2J');
    expect(terminal.text()).toContain('api:1\\e[2J');
  });

  it('says that the object is being fetched, and why it was not had', async () => {
    let fail = (_: Error): void => {};
    const getObject = vi.fn(() => new Promise((_, reject) => (fail = reject)));
    const { terminal } = draw(100, 20, { detail: detail('spec'), getObject });
    await sees(terminal, 'the whole object is being fetched');
    fail(new Error('pods "api-1" not found\u001b[2J'));
    await sees(terminal, 'could not be had: pods "api-1" not found␛[2J');
    expect(getObject).toHaveBeenCalledTimes(1);
  });

  it('fetches nothing until somebody looks, and again when the pod has changed', async () => {
    const getObject = vi.fn((record: PodRecord) => Promise.resolve({ kind: 'Pod', line: record.line }));
    const { terminal, change } = draw(100, 30, { getObject });
    await sees(terminal, 'ended');
    expect(getObject).not.toHaveBeenCalled();
    change({ detail: detail('spec') });
    await sees(terminal, 'line: 7');
    change({ subject: { ...SUBJECT, now: NOW + SECOND } });
    const record = { ...SUBJECT.entry.record, line: 9 };
    change({ subject: { ...SUBJECT, entry: { ...SUBJECT.entry, record } } });
    await sees(terminal, 'line: 9');
    expect(getObject).toHaveBeenCalledTimes(2);
  });
});
