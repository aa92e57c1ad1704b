import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { backingOff, ended, event, factsOf } from './given-facts.ts';

function said(logTail: string, exitCode = 1, reason = 'Error') {
  return causeOf(factsOf({ status: backingOff(ended(exitCode, reason)), logTail }));
}

describe('what the program says that it died of', () => {
  it.each([
    // From the first part of the log to the last word: the names that libraries give it.
    ['Error: connect ECONNREFUSED 10.88.9.9:5432', 'connection-refused', 'exit 1: cannot reach 10.88.9.9:5432'],
    ['Error: connect ECONNREFUSED ::1:6379', 'connection-refused', 'exit 1: cannot reach ::1:6379'],
    ['Error: connect ETIMEDOUT 10.0.0.7:443', 'connection-refused', 'exit 1: cannot reach 10.0.0.7:443: no answer'],
    [
      'panic: dial tcp 10.96.0.12:9092: connect: connection refused\n\ngoroutine 1 [running]:\nmain.main()',
      'connection-refused',
      'exit 1: cannot reach 10.96.0.12:9092',
    ],
    [
      '2026/11/22 14:57:58 dial tcp 10.96.0.12:9092: i/o timeout',
      'connection-refused',
      'exit 1: cannot reach 10.96.0.12:9092: no answer',
    ],
    [
      'psycopg2.OperationalError: connection to server at "db.shop.svc" (10.96.4.2), port 5432 failed: Connection refused',
      'connection-refused',
      'exit 1: cannot reach db.shop.svc:5432',
    ],
    [
      "requests.exceptions.ConnectionError: HTTPConnectionPool(host='config', port=8888): Max retries exceeded (Caused by NewConnectionError('[Errno 111] Connection refused'))",
      'connection-refused',
      'exit 1: cannot reach config:8888',
    ],
    [
      'Caused by: java.net.ConnectException: Connection refused',
      'connection-refused',
      'exit 1: Caused by: java.net.ConnectException: Connection refused',
    ],
    ['Error: getaddrinfo ENOTFOUND config.internal', 'dns-failure', 'exit 1: cannot resolve config.internal'],
    ['Error: getaddrinfo EAI_AGAIN redis', 'dns-failure', 'exit 1: cannot resolve redis'],
    ['dial tcp: lookup kafka.infra on 10.96.0.10:53: no such host', 'dns-failure', 'exit 1: cannot resolve kafka.infra'],
    ['Caused by: java.net.UnknownHostException: db.internal', 'dns-failure', 'exit 1: cannot resolve db.internal'],
    [
      'psql: error: could not translate host name "pg" to address: Name or service not known',
      'dns-failure',
      'exit 1: cannot resolve pg',
    ],
    ['curl: (6) Could not resolve host: vault.infra', 'dns-failure', 'exit 1: cannot resolve vault.infra'],
    [
      'nginx: [emerg] host not found in upstream "api.internal" in /etc/nginx/conf.d/x.conf:4',
      'dns-failure',
      'exit 1: cannot resolve api.internal',
    ],
    ["wget: bad address 'config.internal'", 'dns-failure', 'exit 1: cannot resolve config.internal'],
    [
      "curl: (7) Failed to connect to db port 5432 after 0 ms: Couldn't connect to server",
      'connection-refused',
      'exit 1: cannot reach db:5432: no answer',
    ],
    [
      "ERROR 2003 (HY000): Can't connect to MySQL server on 'db' (111)",
      'connection-refused',
      "exit 1: ERROR 2003 (HY000): Can't connect to MySQL server on 'db' (111)",
    ],
    ['Error: Address in use (os error 98)', 'port-in-use', 'exit 1: Error: Address in use (os error 98)'],
    ["sh: can't create /x: Read-only file system", 'read-only-filesystem', "exit 1: sh: can't create /x: Read-only file system"],
    ['x509: certificate signed by unknown authority', 'tls-failure', 'exit 1: x509: certificate signed by unknown authority'],
    [
      'Error: self-signed certificate in certificate chain',
      'tls-failure',
      'exit 1: Error: self-signed certificate in certificate chain',
    ],
    [
      'ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1010)',
      'tls-failure',
      'exit 1: ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1010)',
    ],
    ['Error: listen EADDRINUSE: address already in use :::8080', 'port-in-use', 'exit 1: port 8080 is already in use'],
    ['listen tcp :9090: bind: address already in use', 'port-in-use', 'exit 1: port 9090 is already in use'],
    ['Web server failed to start. Port 8080 was already in use.', 'port-in-use', 'exit 1: port 8080 is already in use'],
    [
      'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)',
      'port-in-use',
      'exit 1: port 80 is already in use',
    ],
    ['write /data/wal/17: no space left on device', 'disk-full', 'exit 1: write /data/wal/17: no space left on device'],
    [
      "Error: ENOSPC: no space left on device, open '/tmp/x'",
      'disk-full',
      "exit 1: Error: ENOSPC: no space left on device, open '/tmp/x'",
    ],
    [
      "OSError: [Errno 30] Read-only file system: '/app/cache'",
      'read-only-filesystem',
      "exit 1: OSError: [Errno 30] Read-only file system: '/app/cache'",
    ],
    ['cannot open /data/in.csv: Permission denied', 'permission-denied', 'exit 1: cannot open /data/in.csv: Permission denied'],
    ['listen tcp :80: bind: permission denied', 'permission-denied', 'exit 1: listen tcp :80: bind: permission denied'],
    ['Error: EACCES: permission denied, mkdir', 'permission-denied', 'exit 1: Error: EACCES: permission denied, mkdir'],
    ['exec /bin/app: exec format error', 'wrong-architecture', 'exit 1: exec /bin/app: exec format error'],
  ])('%s', (logTail, id, summary) => {
    const cause = said(logTail);
    expect(cause).toMatchObject({ id, confidence: 'likely' });
    expect(cause?.summary.slice(0, 150)).toBe(summary.slice(0, 150));
    // The line stands first, in quotation marks: these are the words of a stranger.
    expect(cause?.evidence[0]).toMatch(/^log: ".+"$/);
  });

  it.each([
    ['a right inside a database', 'FATAL: permission denied for table orders'],
    ['a key that is refused', 'git@host: Permission denied (publickey).'],
    [
      'the limit of file watches, which has the same errno',
      "Error: ENOSPC: System limit for number of file watchers reached, watch '/app'",
    ],
    ['an answer of a service', 'FATAL upstream answered 503'],
    ['a word for it in other matters', 'Error: order 17 was refused by the warehouse'],
    ['a setting that has such a name', 'FATAL CERT_FILE is not set; tls: true'],
    ['a start that failed for a reason that it names', 'connect ECONNREFUSED 10.0.0.1:1\nFATAL failed to start: missing key FOO'],
    ['a file that is not found', 'Error: config.yaml: no such file or directory'],
  ])('is not %s', (_, logTail) => {
    expect(said(logTail)).toMatchObject({ id: 'app-error' });
  });

  it('is what it said last: an error before it, which it outlived, is not why', () => {
    const log = 'WARN connect ECONNREFUSED 10.0.0.1:6379, retrying\nconnected\nFATAL missing feature flag service url';
    expect(said(log)).toMatchObject({ id: 'app-error', summary: 'exit 1: FATAL missing feature flag service url' });
  });

  it('is the first error of an unbroken run, whose last is only its echo', () => {
    const cause = said('ERROR listen EADDRINUSE :::8080\nFATAL failed to start the server, exiting');
    expect(cause).toMatchObject({ id: 'port-in-use', confidence: 'likely', summary: 'exit 1: port 8080 is already in use' });
  });

  it('stands a little before where the last line only says that it is over, and is possible then', () => {
    const cause = said('ERROR listen EADDRINUSE :::8080\nopening the cache\nFATAL failed to start the server, exiting');
    expect(cause).toMatchObject({ id: 'port-in-use', confidence: 'possible', summary: 'exit 1: port 8080 is already in use' });
    expect(cause?.evidence.slice(0, 2)).toEqual([
      'log: "ERROR listen EADDRINUSE :::8080"',
      'log: "FATAL failed to start the server, exiting"',
    ]);
  });

  it('is in its termination message, which it wrote on purpose, rather than in its log', () => {
    const end = ended(1, 'Error', { message: 'cannot bind: address already in use :9000' });
    const cause = causeOf(factsOf({ status: backingOff(end), logTail: 'Error: connect ECONNREFUSED 10.0.0.1:1' }));
    expect(cause).toMatchObject({ id: 'port-in-use', summary: 'exit 1: port 9000 is already in use' });
    expect(cause?.evidence[0]).toBe('message: "cannot bind: address already in use :9000"');
  });

  it.each([
    [137, 'OOMKilled', 'oom-killed'],
    [139, 'Error', 'segfault'],
    [143, 'Error', 'sigterm-self'],
    [137, 'Error', 'oom-suspected'],
    [0, 'Completed', 'completed-loop'],
    [127, 'Error', 'command-not-found'],
  ])('does not explain exit %d %s', (code, reason, id) => {
    expect(said('Error: connect ECONNREFUSED 10.88.9.9:5432', code, reason)).toMatchObject({ id });
  });

  it('does not explain a run that its probe ended', () => {
    const events = [event('Killing', 'Container c failed liveness probe, will be restarted')];
    const status = backingOff(ended(1));
    expect(causeOf(factsOf({ status, events, logTail: 'Error: connect ECONNREFUSED 10.88.9.9:5432' }))).toMatchObject({
      id: 'liveness-kill',
    });
  });
});

describe('a program that the runtime cannot execute and says so in the log', () => {
  it.each([
    [
      'exec /docker-entrypoint.sh: no such file or directory',
      255,
      'command-not-found',
      'cannot start: /docker-entrypoint.sh: no such file or directory',
    ],
    [
      'standard_init_linux.go:228: exec user process caused: no such file or directory',
      1,
      'command-not-found',
      'cannot start: program: no such file or directory',
    ],
    ['exec /app/run: permission denied', 1, 'not-executable', 'cannot start: /app/run: permission denied'],
  ])('%s', (logTail, code, id, summary) => {
    expect(said(logTail, code)).toMatchObject({ id, confidence: 'likely', summary });
  });

  it('is not a file that a program cannot find', () => {
    expect(said('ls: /data: No such file or directory')).toMatchObject({ id: 'app-error' });
  });
});

describe('permission-denied against not-executable', () => {
  it('is a file that a program may not open, not a command that a shell may not run', () => {
    expect(said('/bin/sh: /app/run: Permission denied', 126)).toMatchObject({ id: 'not-executable' });
    expect(said('/app/run: /data/x: Permission denied', 13)).toMatchObject({ id: 'permission-denied' });
  });
});

describe('wrong-architecture', () => {
  it('is possible where a shell took a binary for a script, and is not any syntax error', () => {
    expect(said('/bin/app-arm64: line 1: syntax error: unexpected word (expecting ")")', 2)).toMatchObject({
      id: 'wrong-architecture',
      confidence: 'possible',
    });
    expect(said('/app/run.sh: line 17: syntax error: unexpected end of file', 2)).toMatchObject({ id: 'app-error' });
    expect(said('bash: ./app: cannot execute binary file: Exec format error', 126)).toMatchObject({ id: 'wrong-architecture' });
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

describe('init-failed and sidecar-failed', () => {
  const spec = (restartPolicy?: string) => ({
    containers: [{ name: 'app' }],
    initContainers: [{ name: 'first' }, { name: 'c', ...(restartPolicy === undefined ? {} : { restartPolicy }) }],
  });
  const status = backingOff(ended(1));

  it('say where it failed, with the cause that the container has itself', () => {
    const init = causeOf(factsOf({ spec: spec(), status, logTail: 'schema 12 is not compatible' }));
    expect(init).toMatchObject({ id: 'init-failed', summary: 'init container failed: exit 1: schema 12 is not compatible' });
    expect(init?.evidence.at(-1)).toBe('spec: init container 2 of 2; the app containers wait for it');
    expect(causeOf(factsOf({ spec: spec('Always'), status }))).toMatchObject({
      id: 'sidecar-failed',
      summary: 'sidecar failed: exit 1',
    });
  });

  it('leave the word to a cause that says more, and are not said of an app container', () => {
    const logTail = 'Error: connect ECONNREFUSED 10.88.9.9:5432';
    expect(causeOf(factsOf({ spec: spec(), status, logTail }))?.id).toBe('connection-refused');
    expect(causeOf(factsOf({ spec: spec('Always'), status: backingOff(ended(137, 'OOMKilled')) }))?.id).toBe('oom-killed');
    expect(causeOf(factsOf({ status }))?.id).toBe('app-error');
  });
});
