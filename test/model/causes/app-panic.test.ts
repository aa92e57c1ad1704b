import { describe, expect, it } from 'vitest';
import { said } from '../../support/cause-facts.ts';

describe('words of a cause in the log of a run that ended of something else', () => {
  it.each([
    [
      'a connection that was refused, tried again and made, long before a panic',
      `${'WARN dial tcp 10.0.0.1:5432: connect: connection refused, retrying\n'.repeat(3)}connected\npanic: runtime error: invalid memory address or nil pointer dereference\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:12 +0x25\n`,
      2,
      'app-panic',
      'exit 2: panic: runtime error: invalid memory address or nil pointer dereference',
    ],
  ])('%s', (_, log, code, id, words) => {
    const cause = said(log, code);
    expect(cause).toMatchObject({ id });
    expect(cause?.summary).toContain(words);
  });
});

describe('app-panic', () => {
  const trace = 'Traceback (most recent call last):\n  File "/app/main.py", line 12, in <module>\nKeyError: DATABASE_URL';

  it('quotes what was thrown, and names the language', () => {
    const cause = said(trace);
    expect(cause).toMatchObject({ id: 'app-panic', confidence: 'likely', summary: 'exit 1: KeyError: DATABASE_URL' });
    expect(cause?.evidence).toContain('the log ends with a Python stack trace');
  });

  it('is the form that C++ and .NET give the code 134, which is else an abort', () => {
    expect(said("terminate called after throwing an instance of 'int'\n", 134)).toMatchObject({ id: 'app-panic' });
    expect(said('assert failed: n > 0', 134)).toMatchObject({ id: 'abort' });
  });

  it('is not a trace in the log of a run that somebody killed, nor one that the program outlived', () => {
    expect(said(trace, 137, 'OOMKilled')).toMatchObject({ id: 'oom-killed' });
    expect(said(trace, 139)).toMatchObject({ id: 'segfault' });
    expect(said(`${trace}\nrecovered\nERROR lost the lease`)).toMatchObject({
      id: 'app-error',
      summary: 'exit 1: ERROR lost the lease',
    });
  });

  it('is what it is about, where that has a name', () => {
    const log =
      'Traceback (most recent call last):\n  File "/app/main.py", line 12, in <module>\nConnectionRefusedError: [Errno 111] Connection refused';
    expect(said(log)).toMatchObject({ id: 'connection-refused' });
  });
});
