import { describe, it } from 'vitest';
import { expectLoggedReason } from '../../support/cause-expectations.ts';
import { ends, examineLogs } from '../../support/examined-runs.ts';

describe('the last words of servers', () => {
  examineLogs([
    {
      of: 'nginx with a read-only root, for its pid file',
      exitCode: 1,
      log: '2026/11/22 15:00:01 [emerg] 1#1: mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)\nnginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)\n',
      id: 'read-only-filesystem',
      says: 'mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)',
    },
  ]);
});

describe('file systems', () => {
  examineLogs([
    ...ends('read-only-filesystem', [
      "Error: EROFS: read-only file system, open '/app/.npm/_logs/x.log'",
      'mkdir: cannot create directory ‘/var/run/app’: Read-only file system',
      'Error: Read-only file system (os error 30)',
      'java.nio.file.FileSystemException: /app/tmp: Read-only file system',
    ]),
  ]);
});

describe('what the program says that it died of', () => {
  it.each([
    ["sh: can't create /x: Read-only file system", 'read-only-filesystem', "exit 1: sh: can't create /x: Read-only file system"],
    [
      "OSError: [Errno 30] Read-only file system: '/app/cache'",
      'read-only-filesystem',
      "exit 1: OSError: [Errno 30] Read-only file system: '/app/cache'",
    ],
  ])('%s', (logTail, id, summary) => expectLoggedReason(logTail, id, summary));
});
