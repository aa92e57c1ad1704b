import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorLineOf, logLines } from '../../../src/diagnosis/log-lines.ts';
import { type LogLook, logsPane } from '../../../src/view/detail/logs-tab.ts';
import { MINUTE, NOW, run, runLog, SECOND, subject, textsOf, waiting, widestOf } from '../../support/record-builder.ts';

const FIRST = run(0, NOW - 200 * SECOND, { exitCode: 0, reason: 'Completed' });
const LAST = run(1, NOW - 45 * SECOND);
const LOG =
  '2026-11-22T15:09:15.123456789Z connecting\n2026-11-22T15:09:19.000000001Z Error: refused\n2026-11-22T15:09:19.1Z bye\n';
const look = (runsBack = 0, fields: Partial<LogLook> = {}): LogLook => ({ runsBack, wraps: true, pattern: null, ...fields });
const scene = { pod: waiting(1, ''), ledger: [FIRST, LAST], logs: [runLog(FIRST, 'of the first run\n'), runLog(LAST, LOG)] };

describe('the Logs tab', () => {
  it('shows the log of the run that died last, whose it is, and which line tells most', () => {
    expect(textsOf(logsPane(subject(scene), look(), 120))).toEqual([
      ' run #1 of api, the run that died last; p the run before',
      ' ran 4s from 15:09:15 to 15:09:19 (41s ago) · exit 1 Error · 000000000000',
      '',
      '  15:09:15.123 connecting',
      '▸ 15:09:19.000 Error: refused',
      '  15:09:19.1   bye',
    ]);
  });

  it('leaves the times away where there is little room', () => {
    expect(textsOf(logsPane(subject(scene), look(), 99)).slice(-3)).toEqual(['  connecting', '▸ Error: refused', '  bye']);
  });

  it('shows the run before, and stays at the oldest', () => {
    for (const back of [1, 2, 99]) {
      const texts = textsOf(logsPane(subject(scene), look(back), 120));
      expect(texts[0]).toBe(' run #0 of api, 1 run before the one that died last; the oldest known');
      expect(texts.at(-1)).toBe('▸ of the first run');
    }
  });

  it('counts the runs between that are no longer kept', () => {
    const [first, last] = [run(0, NOW - 9 * MINUTE), run(8, NOW - MINUTE, { forgottenBefore: 7 })];
    const texts = textsOf(logsPane(subject({ ledger: [first, last] }), look(1), 120));
    expect(texts[0]).toBe(' run #0 of api, 8 runs before the one that died last; the oldest known');
  });

  it('opens at its end, where the death is', () => {
    expect(logsPane(subject(scene), look(), 80).opensAt).toBe('bottom');
    expect(logsPane(subject({ ...scene, logs: [] }), look(), 80).opensAt).toBe('top');
  });

  it('takes a log that was had before one that was not', () => {
    const logs = [...scene.logs, runLog(LAST, '', { error: 'gone' })];
    expect(textsOf(logsPane(subject({ ...scene, logs }), look(), 80)).at(-1)).toBe('  bye');
  });

  it.each([
    [{ ledger: [] }, ' no log yet: no known run of this container has ended'],
    [{ ledger: [{ ...LAST, ended: false }] }, ' no log yet: no known run of this container has ended'],
    [{ logs: [] }, ' no log of this run: logs are fetched when a run ends while being watched, and only until the next one ends'],
    [{ logs: [runLog(LAST, '', { error: 'container not found' })] }, " could not fetch this run's log: container not found"],
    [{ logs: [runLog(LAST, '')] }, ' this run printed nothing'],
    [{ logs: [], hidden: [{ what: 'logs', namespace: 'shop', why: 'pods/log is forbidden' }] }, ' no log: pods/log is forbidden'],
  ])('says why it is empty: %j', (missing, expected) => {
    expect(textsOf(logsPane(subject({ ...scene, ...missing }), look(), 120)).at(-1)).toBe(expected);
  });

  it('does not blame rights of another namespace', () => {
    const hidden = [{ what: 'logs', namespace: 'other', why: 'pods/log is forbidden' }];
    expect(textsOf(logsPane(subject({ ...scene, logs: [], hidden }), look(), 120)).at(-1)).toContain('no log of this run');
  });

  it('says where the beginning is missing', () => {
    const logs = [runLog(LAST, 'tail\n', { truncated: true })];
    expect(textsOf(logsPane(subject({ ...scene, logs }), look(), 80)).slice(-2)).toEqual([
      ' … it printed more before this: only the end was fetched',
      '▸ tail',
    ]);
  });

  it('breaks long lines and stays within its width', () => {
    const logs = [runLog(LAST, `2026-11-22T15:09:19Z ${'日本語🦀 word '.repeat(60)}\n`)];
    for (let width = 60; width <= 250; width += 5) {
      expect(widestOf(logsPane(subject({ ...scene, logs }), look(), width))).toBeLessThanOrEqual(width);
    }
  });
});

describe('a log that is searched', () => {
  const TEXT = `first\n${'word '.repeat(30)}needle here ${'word '.repeat(30)}needle again\nlast needle\n`;
  const of = subject({ ...scene, logs: [runLog(LAST, TEXT)] });

  it('finds a match in the row in which it begins', () => {
    const pane = logsPane(of, look(), 80);
    const texts = textsOf(pane);
    const found = pane.find?.(/needle/g) ?? [];
    expect(found).toHaveLength(3);
    for (const line of found) expect(texts[line]).toContain('needle');
    expect(pane.find?.(/needle he/g)).toHaveLength(1);
  });

  it('finds what is broken into two rows', () => {
    const text = `${'x'.repeat(77)}needle${'x'.repeat(70)}`;
    const pane = logsPane(subject({ ...scene, logs: [runLog(LAST, text)] }), look(), 83);
    const [line = 0] = pane.find?.(/needle/g) ?? [];
    expect(textsOf(pane)[line]).toMatch(/xnee$/);
    expect(pane.textAt?.(line)).toBe(text);
  });

  it('gives the line that tells most to be copied', () => {
    expect(logsPane(subject(scene), look(), 120).telling).toBe('Error: refused');
  });

  it('has one row a line where lines are not broken, and shows of each the part that is searched for', () => {
    const cut = textsOf(logsPane(of, look(0, { wraps: false }), 60));
    expect(cut.slice(-3)).toEqual(['  first', expect.stringMatching(/^ {2}word .*…$/), '▸ last needle']);
    const around = textsOf(logsPane(of, look(0, { wraps: false, pattern: /needle/gi }), 60));
    expect(around.at(-2)).toMatch(/^ {2}….*needle here word.*…$/);
    expect(widestOf(logsPane(of, look(0, { wraps: false, pattern: /needle/gi }), 60))).toBeLessThanOrEqual(60);
  });

  it('finds every match that the lines have, wherever they are broken', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '日', 'ä', '🦀'), maxLength: 90 });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.integer({ min: 20, max: 70 }), (lines, width) => {
        const text = lines.join('\n');
        const pane = logsPane(subject({ ...scene, logs: [runLog(LAST, text)] }), look(), width);
        const expected = lines.filter((l) => l.includes('ab')).length;
        const found = new Set((pane.find?.(/ab/g) ?? []).map((row) => pane.textAt?.(row)));
        expect(found.size).toBe(new Set(lines.filter((l) => l.includes('ab'))).size);
        expect(expected === 0).toBe(found.size === 0);
      }),
    );
  });
});

describe('tellingLine', () => {
  const telling = (log: string) => logLines(log)[errorLineOf(logLines(log))]?.text;

  it.each([
    ['a\nError: refused\nbye\n', 'Error: refused'],
    ['Traceback (most recent call last):\n  File "x"\nValueError: no port\n', 'ValueError: no port'],
    [
      'Exception in thread "main"\n\tat A.b\nCaused by: java.net.ConnectException: Connection refused\n\tat C.d\n',
      'Caused by: java.net.ConnectException: Connection refused',
    ],
    ['panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n', 'panic: boom'],
    ['one\ntwo\n\n  \n', 'two'],
    ['', undefined],
    ['\n\n', undefined],
  ])('of %j', (log, expected) => {
    expect(telling(log)).toBe(expected);
  });
});
