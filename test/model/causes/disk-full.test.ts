import { describe, it } from 'vitest';
import { expectLoggedReason, expectPullFailure } from '../../support/cause-expectations.ts';
import { PULL } from '../../support/cause-facts.ts';
import { ends, examineLogs, examineTold } from '../../support/examined-runs.ts';

describe('pulls that fail, in the words of runtimes and registries', () => {
  it.each([
    [
      'a node without space',
      `${PULL}failed to extract layer sha256:0b1f: write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs/usr/lib/x.so: no space left on device`,
      'disk-full',
      'no space left on the node to pull',
    ],
  ])('%s', (_, message, id, summary) => expectPullFailure(message, id, summary));
});

describe('the last words of servers', () => {
  examineLogs([
    {
      of: 'MySQL, a full volume',
      exitCode: 1,
      log: "2026-11-22T15:00:01.120000Z 1 [ERROR] [MY-012267] [InnoDB] The innodb_system data file 'ibdata1' must be writable\n2026-11-22T15:00:01.130000Z 1 [ERROR] [MY-012592] [InnoDB] Operating system error number 28 in a file operation.\n2026-11-22T15:00:01.140000Z 1 [ERROR] [MY-012596] [InnoDB] Error number 28 means 'No space left on device'\n2026-11-22T15:00:01.150000Z 0 [ERROR] [MY-010020] [Server] Data Dictionary initialization failed.\n2026-11-22T15:00:01.160000Z 0 [ERROR] [MY-010119] [Server] Aborting\n",
      id: 'disk-full',
      confidence: 'possible',
      says: "Error number 28 means 'No space left on device'",
    },
  ]);
});

describe('file systems', () => {
  examineLogs([
    ...ends('disk-full', [
      "OSError: [Errno 28] No space left on device: '/data/wal/17'",
      'psycopg2.errors.DiskFull: could not resize shared memory segment "/PostgreSQL.1" to 8388608 bytes: No space left on device',
      'write error: Disk quota exceeded',
      'java.io.IOException: No space left on device',
      'Error: No space left on device (os error 28)',
    ]),
  ]);
});

describe('structured logs', () => {
  examineTold([
    {
      of: 'log4j2 with a thrown object',
      log: `{"instant":{"epochSecond":1795359601,"nanoOfSecond":1000000},"thread":"main","level":"FATAL","loggerName":"com.example.Main","message":"Unable to start","thrown":{"commonElementCount":0,"localizedMessage":"cannot open the index","message":"cannot open the index","name":"java.lang.IllegalStateException","cause":{"commonElementCount":11,"localizedMessage":"No space left on device","message":"No space left on device","name":"java.io.IOException"},"extendedStackTrace":[{"class":"com.example.Index","method":"open","file":"Index.java","line":31}]},"endOfBatch":false,"loggerFqcn":"org.apache.logging.log4j.spi.AbstractLogger"}`,
      id: ['disk-full'],
      says: ['No space left on device'],
    },
  ]);
});

describe('what the program says that it died of', () => {
  it.each([
    ['write /data/wal/17: no space left on device', 'disk-full', 'exit 1: write /data/wal/17: no space left on device'],
    [
      "Error: ENOSPC: no space left on device, open '/tmp/x'",
      'disk-full',
      "exit 1: Error: ENOSPC: no space left on device, open '/tmp/x'",
    ],
  ])('%s', (logTail, id, summary) => expectLoggedReason(logTail, id, summary));
});
