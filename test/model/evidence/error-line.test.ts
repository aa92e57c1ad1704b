import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorIn, errorLine, errorLineIndex } from '../../../src/model/evidence/error-line.ts';
import { logEntriesOf } from '../../../src/model/evidence/log-entries.ts';

describe('tellingLine', () => {
  it.each([
    ['', ''],
    ['\n  \n', ''],
    ['one\ntwo\n', 'two'],
    // The last line that calls itself an error, wherever other lines stand.
    [
      'Error: connect ECONNREFUSED 10.88.9.9:5432\n    at TCPConnectWrap [as oncomplete]\ndatabase is unreachable, giving up',
      'Error: connect ECONNREFUSED 10.88.9.9:5432',
    ],
    [
      'database is unreachable, giving up\nError: connect ECONNREFUSED\n    at x (node:net:1611:16)\n\nNode.js v24.1.0',
      'Error: connect ECONNREFUSED',
    ],
    [
      'Traceback (most recent call last):\n  File "/app/main.py", line 12, in <module>\nKeyError: DATABASE_URL',
      'KeyError: DATABASE_URL',
    ],
    [
      'panic: want duration, got "30"\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:7 +0x1d',
      'panic: want duration, got "30"',
    ],
    [
      'Exception in thread "main" java.lang.IllegalStateException: boot\n\tat A.b(A.java:1)\nCaused by: java.net.ConnectException: refused\n\t... 12 more',
      'Caused by: java.net.ConnectException: refused',
    ],
    ['cannot open /data/in.csv: Permission denied\nbye', 'cannot open /data/in.csv: Permission denied'],
    // Timestamps of the kubelet, of the program, and both; colours.
    ['2026-11-22T14:57:58.299995269Z exec /bin/app: exec format error', 'exec /bin/app: exec format error'],
    ['2026-11-22T14:57:58.299995269Z 2026/11/22 14:57:58 listen EADDRINUSE', 'listen EADDRINUSE'],
    ['2026-11-22T14:57:58.299995269Z ', ''],
    ['␛[31mError: red␛[0m', 'Error: red'],
    // Structured lines.
    ['{"error":"schema 12 is newer than 11","code":"E_SCHEMA"}', 'schema 12 is newer than 11'],
    ['{"level":"error","msg":"connect","err":{"message":"refused","code":7}}\n{"level":"info","msg":"bye"}', 'connect: refused'],
    ['{"level":50,"msg":"no config"}\nstopped', 'no config'],
    ['{"severity":"INFO","message":"done"}', 'done'],
    ['{"count":7}', '{"count":7}'],
    ['{"broken": ', '{"broken":'],
  ])('chooses the line that says why in %j', (text, line) => {
    expect(errorLine(text)).toBe(line);
  });

  it('makes safe again what the escapes of JSON bring back', () => {
    expect(errorLine('{"msg":"\\u001b[2J\\u202ex"}')).toBe('␛[2J�x');
  });

  it('looks at the end of a long log and at the beginning of a long line', () => {
    expect(errorLine(`Error: old\n${'line\n'.repeat(300)}`)).toBe('line');
    expect(errorLine(`Error: ${'x'.repeat(40_000)}`)).toBe(`Error: ${'x'.repeat(152)}…`);
  });

  it('never halves a character', () => {
    for (const padding of ['', 'x']) {
      expect(errorLine(padding + '🦀'.repeat(60_000)).isWellFormed()).toBe(true);
      expect(errorLine(`${padding}${'␛[31m'.repeat(199)}${'🦀'.repeat(20)}`).isWellFormed()).toBe(true);
      expect(errorLine(`${'🦀'.repeat(60_000)}\n${padding}${'\n'.repeat(30)}`).isWellFormed()).toBe(true);
    }
  });

  it('is always one line, short, and part of no line break', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (lines) => {
        const line = errorLine(lines.join('\n'));
        expect(line).not.toContain('\n');
        expect(Array.from(line).length).toBeLessThanOrEqual(160);
      }),
    );
  });
});

describe('errorIn', () => {
  it('is silent where no line tells of anything wrong', () => {
    expect(errorIn(logEntriesOf('loading model table\nlistening'))).toBe('');
    expect(errorIn(logEntriesOf('up\nheap exhausted'))).toBe('heap exhausted');
  });
});

describe('tellingIndex', () => {
  it('is where the line stands among all, however long the log', () => {
    const lines = [...Array.from({ length: 500 }, (_, i) => `line ${i}`), 'Error: refused', '    at x (a.js:1:2)', 'bye', ''];
    expect(errorLineIndex(lines)).toBe(500);
    expect(errorLineIndex(['Error: old', ...Array(300).fill('x'.repeat(900)), 'over to you'])).toBe(301);
    expect(errorLineIndex(['', ' '])).toBe(-1);
    expect(errorLineIndex([])).toBe(-1);
  });
});
