import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../../src/model/causes/index.ts';
import { backingOff, ended, factsOf } from '../given-facts.ts';

const said = (logTail: string, exitCode = 1) => causeOf(factsOf({ status: backingOff(ended(exitCode)), logTail }));

describe('words of a cause in the log of a run that ended of something else', () => {
  it.each([
    [
      'a connection that was refused, tried again and made, long before a panic',
      `${'WARN dial tcp 10.0.0.1:5432: connect: connection refused, retrying\n'.repeat(3)}connected\npanic: runtime error: invalid memory address or nil pointer dereference\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:12 +0x25\n`,
      2,
      'app-panic',
      'exit 2: panic: runtime error: invalid memory address or nil pointer dereference',
    ],
    [
      'a connection that was refused, and then sixty requests served',
      `ERROR connect ECONNREFUSED 10.0.0.1:6379, retrying in 1s\nconnected\n${'served /cart in 3 ms\n'.repeat(60)}`,
      1,
      'app-error',
      'exit 1: served /cart in 3 ms',
    ],
    [
      'a refusal in the access log',
      `${'10.0.0.9 - - [22/Nov/2026:15:00:01 +0000] "GET /admin HTTP/1.1" 403 153 "-" "permission denied"\n'.repeat(8)}FATAL config.yaml line 3: did not find expected key\n`,
      1,
      'app-error',
      'exit 1: FATAL config.yaml line 3: did not find expected key',
    ],
    [
      'a refusal in the access log, and nothing else',
      '10.0.0.9 - - [22/Nov/2026:15:00:01 +0000] "GET /permission denied HTTP/1.1" 403 153\n10.0.0.9 - - "GET /no-such-host" 404\nbye\n',
      1,
      'app-error',
      'exit 1: bye',
    ],
    [
      'a warning of Java, with its trace, before an end that nobody explains',
      'WARN  c.e.Cache - cannot warm up\njava.net.ConnectException: Connection refused\n\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)\n' +
        'served\n'.repeat(40),
      1,
      'app-error',
      'exit 1: served',
    ],
    [
      'an information about connections',
      'INFO  connection refused errors are retried 5 times\nINFO  bye\n',
      1,
      'app-error',
      'exit 1; its log tells of no error',
    ],
    [
      'counts of errors that there were not',
      'finished: 12 files, 0 errors, no failures\nerror=nil err=<nil> failed=0\nlicense key is not valid for this host\n',
      1,
      'app-error',
      'exit 1: license key is not valid for this host',
    ],
    [
      'the options of the JVM',
      'Picked up JAVA_TOOL_OPTIONS: -XX:+ExitOnOutOfMemoryError -XX:ErrorFile=/dev/stderr\nlicense key is not valid for this host\n',
      1,
      'app-error',
      'exit 1: license key is not valid for this host',
    ],
    [
      'an error level inside a message of another level',
      '2026-11-22 15:00:01,120 [main] INFO  c.e.Shop - log level is ERROR\n2026-11-22 15:00:02,120 [main] ERROR c.e.Shop - no tenant named blue\n2026-11-22 15:00:02,130 [main] INFO  c.e.Shop - error reporter closed\n',
      1,
      'app-error',
      'no tenant named blue',
    ],
    [
      'structured lines that say how grave they are',
      '{"level":"warn","msg":"redis","error":"dial tcp 10.0.0.1:6379: connect: connection refused"}\n{"level":"fatal","msg":"no tenant named blue"}\n{"level":"info","msg":"closed","err":"use of closed network connection"}\n',
      1,
      'app-error',
      'exit 1: no tenant named blue',
    ],
  ])('%s', (_, log, code, id, words) => {
    const cause = said(log, code);
    expect(cause).toMatchObject({ id });
    expect(cause?.summary).toContain(words);
  });

  it.each([
    ['a warning', 'WARN permission denied: /var/cache/optional\n'],
    ['a line that says that it tries again', 'dial tcp 10.0.0.1:5432: connect: connection refused, retrying in 5s\n'],
    ['a structured warning', '{"level":"warn","msg":"lookup kafka on 10.96.0.10:53: no such host"}\n'],
  ])('make a cause possible and no more where it is %s', (_, log) => {
    expect(said(`starting\n${log}`)?.confidence).toBe('possible');
  });

  it('say nothing of a run that ended without an error', () => {
    const log = 'WARN java.net.ConnectException: Connection refused\n\tat a.b.C.d(C.java:1)\ndone\n';
    expect(said(log, 0)).toMatchObject({ id: 'completed-loop' });
  });

  it('say nothing of a container that runs and never failed', () => {
    const running = { state: { running: { startedAt: '2026-11-22T15:00:00Z' } }, restartCount: 0 };
    const logTail = 'ERROR connect ECONNREFUSED 10.0.0.1:6379, retrying\npanic: recovered in handler\n';
    expect(causeOf(factsOf({ status: running, logTail }))).toBeNull();
  });
});

describe('an error that is far from the end', () => {
  it('is no cause, and is told as what it is', () => {
    const cause = said(`ERROR connect ECONNREFUSED 10.0.0.1:6379\nconnected\n${'served\n'.repeat(59)}`);
    expect(cause).toMatchObject({ id: 'app-error', summary: 'exit 1: served' });
    expect(cause?.evidence.slice(0, 2)).toEqual([
      'log: "served"',
      'log, 60 lines before its end: "ERROR connect ECONNREFUSED 10.0.0.1:6379"',
    ]);
  });

  it('is quoted all the same where it names itself the end of the program', () => {
    const log = `FATAL lost the lease\n${'stopping worker\n'.repeat(60)}`;
    expect(said(log)).toMatchObject({ id: 'app-error', summary: 'exit 1: FATAL lost the lease' });
  });
});
