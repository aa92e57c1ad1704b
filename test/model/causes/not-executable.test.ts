import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { expectStartError } from '../../support/cause-expectations.ts';
import { ended, factsOf, PROCESS, said } from '../../support/cause-facts.ts';

describe('programs that cannot be run, as the log says it', () => {
  it.each([
    ['/bin/sh: /app/run.sh: Permission denied', 126, 'not-executable', 'likely'],
    ['sh: 1: /app: Is a directory', 126, 'not-executable', 'likely'],
    ['served 12 orders', 126, 'not-executable', 'possible'],
  ])('%s (exit %d)', (logTail, code, id, confidence) => {
    expect(said(logTail, code)).toMatchObject({ id, confidence });
  });
});

describe('a start that fails', () => {
  it.each([
    [`${PROCESS}exec: "/bin/x": permission denied: unknown`, 'not-executable', 'cannot start: /bin/x: permission denied'],
    [`${PROCESS}exec: "/app": is a directory: unknown`, 'not-executable', 'cannot start: /app: is a directory'],
  ])('%s', (message, id, summary) => expectStartError(message, id, summary));
});

describe('a shell that cannot run its command', () => {
  it.each([
    [126, '/bin/sh: /app/run: Permission denied', 'not-executable', 'exit 126: /app/run: Permission denied'],
    [126, '', 'not-executable', 'exit 126: command not executable'],
  ])('exit %d, %s', (code, logTail, id, summary) => {
    expect(causeOf(factsOf({ status: { state: ended(code) }, logTail }))).toMatchObject({ id, summary, confidence: 'likely' });
  });
});

describe('a program that the runtime cannot execute and says so in the log', () => {
  it.each([
    ['exec /app/run: permission denied', 1, 'not-executable', 'cannot start: /app/run: permission denied'],
  ])('%s', (logTail, code, id, summary) => {
    expect(said(logTail, code)).toMatchObject({ id, confidence: 'likely', summary });
  });
});

describe('permission-denied against not-executable', () => {
  it('is a file that a program may not open, not a command that a shell may not run', () => {
    expect(said('/bin/sh: /app/run: Permission denied', 126)).toMatchObject({ id: 'not-executable' });
    expect(said('/app/run: /data/x: Permission denied', 13)).toMatchObject({ id: 'permission-denied' });
  });
});
