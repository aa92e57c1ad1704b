import { describe } from 'vitest';
import { examineTold } from './examined.ts';

const refused = (n: number) =>
  Array.from(
    { length: n },
    (_, i) =>
      `W1122 15:00:${String(i).padStart(2, '0')}.101000       1 clientconn.go:1223] [core] grpc: addrConn.createTransport failed to connect to {Addr: "etcd.infra:2379"}. Err: connection error: desc = "transport: Error while dialing dial tcp 10.96.7.1:2379: connect: connection refused"`,
  ).join('\n');

describe('servers, wrappers and last words that say little', () => {
  examineTold([
    {
      of: 'MySQL, whose errors follow from the first',
      log: `2026-11-22T15:00:00.101000Z 0 [System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld 8.4.3) starting as process 1
2026-11-22T15:00:01.101000Z 0 [ERROR] [MY-010457] [Server] --initialize specified but the data directory has files in it. Aborting.
2026-11-22T15:00:01.102000Z 0 [ERROR] [MY-013236] [Server] The designated data directory /var/lib/mysql/ is unusable. You can remove all files that the server added to it.
2026-11-22T15:00:01.103000Z 0 [ERROR] [MY-010119] [Server] Aborting
2026-11-22T15:00:01.301000Z 0 [System] [MY-010910] [Server] /usr/sbin/mysqld: Shutdown complete (mysqld 8.4.3)  MySQL Community Server - GPL.
`,
      says: ['exit 1: --initialize specified but the data directory has files in it'],
      saysNot: ['MY-010457'],
    },
    {
      of: 'MariaDB, whose storage engine is missing because a file is locked',
      log: `2026-11-22 15:00:00 0 [Note] Starting MariaDB 11.4.3-MariaDB source revision 3ab1f4b3b7b2a9dd
2026-11-22 15:00:01 0 [ERROR] InnoDB: Unable to lock ./ibdata1 error: 11
2026-11-22 15:00:01 0 [Note] InnoDB: Check that you do not already have another mariadbd process using the same InnoDB data or log files.
2026-11-22 15:00:01 0 [ERROR] InnoDB: Plugin initialization aborted with error Generic error
2026-11-22 15:00:01 0 [ERROR] Plugin 'InnoDB' registration as a STORAGE ENGINE failed.
2026-11-22 15:00:01 0 [ERROR] Unknown/unsupported storage engine: InnoDB
2026-11-22 15:00:01 0 [ERROR] Aborting
`,
      says: ['Unable to lock ./ibdata1'],
    },
    {
      of: 'mongod of old, whose level is a column',
      exitCode: 100,
      log: `2026-11-22T15:00:00.101+0000 I  CONTROL  [initandlisten] MongoDB starting : pid=1 port=27017 dbpath=/data/db
2026-11-22T15:00:01.101+0000 E  STORAGE  [initandlisten] WiredTiger error (13) [1795359601:1]: /data/db/WiredTiger.turtle: handle-open: open
2026-11-22T15:00:01.102+0000 F  -        [initandlisten] Fatal Assertion 28561 at src/mongo/db/storage/wiredtiger/wiredtiger_util.cpp 1105
2026-11-22T15:00:01.103+0000 F  -        [initandlisten] 

***aborting after fassert() failure


`,
      says: ['/data/db/WiredTiger.turtle: handle-open: open'],
    },
    {
      of: 'php-fpm, whose socket is taken',
      exitCode: 78,
      log: `[22-Nov-2026 15:00:01] ERROR: unable to bind listening socket for address '127.0.0.1:9000': Address already in use (98)
[22-Nov-2026 15:00:01] ERROR: FPM initialization failed
`,
      id: ['port-in-use'],
      says: ['9000'],
    },
    {
      of: 's6, an oneshot that may not change an owner',
      log: `s6-rc: info: service init-config: starting
chown: changing ownership of '/config': Operation not permitted
s6-rc: warning: unable to start service init-config: command exited 1
/run/s6/basedir/scripts/rc.init: warning: s6-rc failed to properly bring all the services up! Check your logs (in /run/uncaught-logs/current if you have in-container logging) for more information.
/run/s6/basedir/scripts/rc.init: fatal: stopping the container.
`,
      id: ['permission-denied'],
      says: ["changing ownership of '/config': Operation not permitted"],
    },
    {
      of: 'tini, whose program is not there',
      exitCode: 127,
      log: `[WARN  tini (7)] Tini is not running as PID 1 and isn't registered as a child subreaper.
[FATAL tini (8)] exec /app/start.sh failed: No such file or directory
`,
      id: ['command-not-found'],
      says: ['/app/start.sh'],
    },
    {
      of: 'PM2, which ends with 0',
      exitCode: 0,
      log: `2026-11-22T15:00:00: PM2 log: Launching in no daemon mode
2026-11-22T15:00:00: PM2 log: App [api:0] starting in -fork mode-
2026-11-22T15:00:00: PM2 log: App [api:0] online
0|api  | Error: Cannot find module '/app/dist/main.js'
0|api  |     at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)
0|api  |     at Module._load (node:internal/modules/cjs/loader:1051:27) {
0|api  |   code: 'MODULE_NOT_FOUND',
0|api  |   requireStack: []
0|api  | }
2026-11-22T15:00:01: PM2 log: App [api:0] exited with code [1] via signal [SIGINT]
2026-11-22T15:00:01: PM2 log: Script /app/dist/main.js had too many unstable restarts (16). Stopped. "errored"
2026-11-22T15:00:03: PM2 log: 0 application online, retry = 3
2026-11-22T15:00:09: PM2 error: app=all exited, bye
`,
      id: ['completed-loop'],
      says: ['exit 0', "Cannot find module '/app/dist/main.js'"],
    },
    {
      of: 'foreman, which sends its signal to all',
      log: `15:00:00 web.1    | started with pid 7
15:00:00 worker.1 | started with pid 8
15:00:01 web.1    | bundler: failed to load command: puma (/usr/local/bundle/bin/puma)
15:00:01 web.1    | /app/config/puma.rb:4:in 'Integer': invalid value for Integer(): "five" (ArgumentError)
15:00:01 web.1    | exited with code 1
15:00:01 system   | sending SIGTERM to all processes
15:00:02 worker.1 | terminated by SIGTERM
`,
      says: ['invalid value for Integer(): "five"'],
    },
    {
      of: 'npm behind a program that said it',
      log: `
> shop@1.4.2 start
> node server.js

/app/config.js:7
  throw new Error('SHOP_REGION must be one of eu, us');
  ^

Error: SHOP_REGION must be one of eu, us
    at Object.<anonymous> (/app/config.js:7:9)

Node.js v20.18.0
npm error code ELIFECYCLE
npm error errno 1
npm error shop@1.4.2 start: \`node server.js\`
npm error Exit status 1
npm error
npm error Failed at the shop@1.4.2 start script.
npm error A complete log of this run can be found in: /root/.npm/_logs/2026-11-22T15_00_01_101Z-debug-0.log
`,
      says: ['SHOP_REGION must be one of eu, us'],
    },
    {
      of: 'npm that has something to say itself',
      log: `npm error Missing script: "start"
npm error
npm error To see a list of scripts, run:
npm error   npm run
npm error A complete log of this run can be found in: /root/.npm/_logs/2026-11-22T15_00_01_101Z-debug-0.log
`,
      says: ['Missing script: "start"'],
    },
    {
      of: 'a deadline over a connection that was refused again and again',
      exitCode: 1,
      log: `I1122 14:59:59.101000       1 server.go:120] connecting to the store
${refused(6)}
Error: context deadline exceeded
`,
      id: ['connection-refused'],
      says: ['etcd.infra:2379'],
    },
    {
      of: 'a deadline of its own, over one refused connection long ago',
      exitCode: 1,
      log: `${refused(1)}
I1122 15:00:04.101000       1 server.go:131] connected
I1122 15:00:05.101000       1 server.go:140] loading 12000 objects
Error: context deadline exceeded
`,
      says: ['context deadline exceeded'],
    },
    {
      of: 'a Go service that was stopped quietly',
      exitCode: 2,
      log: `2026-11-22T15:00:00.101Z	INFO	main.go:31	starting
2026-11-22T15:00:05.101Z	INFO	informer.go:80	Caches are synced
`,
      id: ['app-error'],
      says: ['exit 2; its log tells of no error'],
      saysNot: ['synced'],
    },
    {
      of: 'a program that only says that it leaves',
      log: `[entrypoint] waiting for migrations
schema version 12 found, 14 expected
Exiting
`,
      says: ['schema version 12 found, 14 expected'],
    },
    {
      of: 'a shell script with a bad setting before two lines of farewell',
      log: `loading /etc/shop/shop.env
/entrypoint.sh: line 7: DB_HOST: unbound variable
Terminating
Stopped.
`,
      says: ['DB_HOST: unbound variable'],
    },
  ]);
});
