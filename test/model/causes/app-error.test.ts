import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { backingOff, ended, endOf, event, factsOf, failedMount, said } from '../../support/cause-facts.ts';
import { ends, examineLogs } from '../../support/examined-runs.ts';

const QUIET = 'I1122 15:00:00.101000       1 cache.go:88] Caches are synced\n';

const POD = { involvedObject: { kind: 'Pod', namespace: 'n', name: 'p', uid: 'u' } };

describe('what the container is configured with', () => {
  it('is no cause where the program itself says the same', () => {
    const logTail = 'configmap "cart-config" not found';
    expect(causeOf(factsOf({ status: { state: ended(1) }, logTail }))).toMatchObject({ id: 'app-error' });
  });
});

describe('a volume that cannot be mounted', () => {
  const secret = 'MountVolume.SetUp failed for volume "v" : secret "tls-cert" not found';

  it('does not explain an end that came after it', () => {
    const later = ended(1, 'Error', { finishedAt: '2026-11-22T15:05:00Z' });
    expect(causeOf(factsOf({ status: { state: later }, events: [failedMount(secret)] }))).toMatchObject({ id: 'app-error' });
  });
});

describe('app-error', () => {
  it.each([
    [1, '', '', 'exit 1'],
    [3, 'syncing\nupstream answered 503\n', '', 'exit 3: upstream answered 503'],
    [64, 'ignored', '{"error":"schema 12 is newer"}', 'exit 64: schema 12 is newer'],
    [135, '', '', 'exit 135: SIGBUS'],
    [141, '', '', 'exit 141: SIGPIPE'],
    [255, '', '', 'exit 255'],
    [-1073741515, '', '', 'exit -1073741515: STATUS_DLL_NOT_FOUND'],
  ])('exit %d', (code, logTail, message, summary) => {
    expect(endOf(code, 'Error', logTail, message)).toMatchObject({ id: 'app-error', confidence: 'likely', summary });
  });

  it.each([
    [130, 'Error', 'sigterm-self', 'exit 130 (SIGINT), not sent by the kubelet'],
    [143, 'Error', 'sigterm-self', 'exit 143 (SIGTERM), not sent by the kubelet'],
    [255, 'Unknown', 'kubelet-restarted', 'lost by the runtime (exit 255, Unknown)'],
    [-1073741510, 'Error', 'sigterm-self', 'exit -1073741510 (STATUS_CONTROL_C_EXIT), not sent by the kubelet'],
    [140, 'Error', 'unknown', 'exit 140 (SIGUSR2)'],
  ])('is not exit %d %s, which somebody else brought on', (code, reason, id, summary) => {
    expect(endOf(code, reason)).toMatchObject({ id, summary });
  });
});

describe('a kill from outside, whatever the exit code', () => {
  const container = { livenessProbe: { httpGet: { path: '/', port: 1 }, initialDelaySeconds: 30, periodSeconds: 10 } };
  const old = { firstTimestamp: '2026-11-22T14:20:00Z', lastTimestamp: '2026-11-22T14:50:00Z', count: 6 };
  const probeFailed = [
    event('Killing', 'Container c failed liveness probe, will be restarted', old),
    event('Unhealthy', 'Liveness probe failed: context deadline exceeded', { firstTimestamp: old.firstTimestamp, count: 20 }),
  ];
  const lived = (startedAt: string) => backingOff(ended(2, 'Error', { startedAt }));

  it('is no stop of another time, nor of another container', () => {
    const before = { firstTimestamp: '2026-11-22T14:40:00Z', lastTimestamp: '2026-11-22T14:50:00Z' };
    const other = { involvedObject: { ...POD.involvedObject, fieldPath: 'spec.containers{d}' } };
    for (const more of [before, other])
      expect(
        causeOf(factsOf({ status: backingOff(ended(2)), events: [event('Killing', 'Stopping container c', more)] }))?.id,
      ).toBe('app-error');
  });

  it('is not a probe that failed because the program had crashed', () => {
    const crashed = { container, events: probeFailed };
    expect(causeOf(factsOf({ ...crashed, status: lived('2026-11-22T15:00:05Z'), logTail: QUIET }))?.id).toBe('app-error');
    const log = 'panic: no route\n\ngoroutine 1 [running]:\nmain.main()\n';
    expect(causeOf(factsOf({ ...crashed, status: lived('2026-11-22T14:59:00Z'), logTail: log }))?.id).toBe('app-panic');
  });
});

describe('a postStart hook', () => {
  const hook = (error: string) => [
    event('FailedPostStartHook', `Exec lifecycle hook ([/h]) for Container "c" in Pod "p_n(u)" failed - error: ${error}`),
    event('Killing', 'FailedPostStartHook'),
  ];

  it.each([
    ['command \'/h\' exited with 137: , message: ""'],
    ['rpc error: code = Unknown desc = container is not running, message: ""'],
    ['rpc error: code = NotFound desc = failed to exec in container: task 7c54 not found, message: ""'],
    ['command \'/h\' exited with 1: , message: ""'],
  ])('that failed because the program had died is not to blame: %s', (error) => {
    const facts = { status: backingOff(ended(1)), events: hook(error), logTail: 'Error: unknown flag: --x\n' };
    expect(causeOf(factsOf(facts))).toMatchObject({ id: 'app-error', summary: 'exit 1: Error: unknown flag: --x' });
  });
});

describe('what a probe said, as the kubelet writes it', () => {
  it('is no more than a readiness probe that fails: that ends nothing', () => {
    const events = [event('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', { count: 40 })];
    const running = { state: { running: { startedAt: '2026-11-22T14:00:00Z' } }, restartCount: 0 };
    expect(causeOf(factsOf({ status: running, events }))).toBeNull();
    expect(causeOf(factsOf({ status: backingOff(ended(1)), events, logTail: 'FATAL no license' }))).toMatchObject({
      id: 'app-error',
    });
  });
});

describe('exit codes and what they stand for', () => {
  it.each([
    [133, 'app-error', 'likely'],
    [135, 'app-error', 'likely'],
    [141, 'app-error', 'likely'],
    [150, 'app-error', 'likely'],
    [255, 'app-error', 'likely'],
    [3221225725, 'app-error', 'likely'],
    [3221225781, 'app-error', 'likely'],
  ])('exit %d', (exitCode, id, confidence) => {
    expect(causeOf(factsOf({ status: backingOff(ended(exitCode)) }))).toMatchObject({ id, confidence });
  });

  it('is no signal where no process ends of it', () => {
    const cause = causeOf(factsOf({ status: backingOff(ended(150)) }));
    expect(cause?.summary).toBe('exit 150');
    expect(cause?.evidence[0]).toBe('terminated: Error, exit 150: program error; SIGTTOU ends no process');
  });
});

describe('pods that the kubelet or a controller ended as a whole', () => {
  it('keep the failure of the program that a rule of their Job went by', () => {
    const metadata = { ownerReferences: [{ kind: 'Job', name: 'policy', uid: 'j', controller: true }] };
    const message = 'Container c for pod n/p failed with exit code 42 matching FailJob rule at index 0';
    const ownerEvents = [event('PodFailurePolicy', message)];
    const given = { metadata, spec: { restartPolicy: 'Never' }, podStatus: { phase: 'Failed' }, ownerEvents };
    expect(causeOf(factsOf({ ...given, status: { state: ended(42) }, logTail: 'schema 12 cannot be migrated' }))).toMatchObject({
      id: 'app-error',
      summary: 'exit 42: schema 12 cannot be migrated',
    });
  });
});

describe('words of a cause in the log of a run that ended of something else', () => {
  it.each([
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

describe('permissions of services, which are no permissions of the system', () => {
  examineLogs(
    ends('app-error', [
      'AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/shop is not authorized to perform: secretsmanager:GetSecretValue',
      'rpc error: code = PermissionDenied desc = Permission denied on resource project shop-prod',
      "ERROR 1045 (28000): Access denied for user 'shop'@'10.244.1.7' (using password: YES)",
      'Error making API request.\nURL: PUT https://vault.infra:8200/v1/auth/kubernetes/login\nCode: 403. Errors:\n\n* permission denied',
      'FATAL:  permission denied for database "shop"',
      'googleapi: Error 403: permission denied on bucket shop-backups',
    ]),
  );
});

describe('a start that fails', () => {
  it('is not every exit code 128', () => {
    expect(causeOf(factsOf({ status: { state: ended(128) }, logTail: 'fatal: not a git repository' }))).toMatchObject({
      id: 'app-error',
      summary: 'exit 128: fatal: not a git repository',
    });
  });
});

describe('a shell that cannot run its command', () => {
  it('is not a program that lacks a library, which ends with 127 too', () => {
    const logTail =
      '/app/serve: error while loading shared libraries: libssl.so.3: cannot open shared object file: No such file or directory';
    expect(causeOf(factsOf({ status: { state: ended(127) }, logTail }))).toMatchObject({ id: 'app-error' });
  });

  it('is not a program that ends with another code after saying so', () => {
    expect(causeOf(factsOf({ status: { state: ended(1) }, logTail: '/bin/sh: migrate-up: not found' }))).toMatchObject({
      id: 'app-error',
    });
  });
});

describe('what the program says that it died of', () => {
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
});

describe('a program that the runtime cannot execute and says so in the log', () => {
  it('is not a file that a program cannot find', () => {
    expect(said('ls: /data: No such file or directory')).toMatchObject({ id: 'app-error' });
  });
});
