import { describe, it } from 'vitest';
import { expectLoggedReason } from '../../support/cause-expectations.ts';
import { ends, examineLogs, examineTold } from '../../support/examined-runs.ts';

describe('the last words of servers', () => {
  examineLogs([
    {
      of: 'nginx, an upstream without an address',
      exitCode: 1,
      log: `/docker-entrypoint.sh: Configuration complete; ready for start up
2026/11/22 15:00:01 [emerg] 1#1: host not found in upstream "api.shop.svc.cluster.local" in /etc/nginx/conf.d/default.conf:12
nginx: [emerg] host not found in upstream "api.shop.svc.cluster.local" in /etc/nginx/conf.d/default.conf:12
`,
      id: 'dns-failure',
      says: 'cannot resolve api.shop.svc.cluster.local',
    },
  ]);
});

describe('names that cannot be resolved', () => {
  examineLogs(
    ends('dns-failure', [
      'panic: dial tcp: lookup db.shop.svc on 10.96.0.10:53: read udp 10.244.1.7:48413->10.96.0.10:53: i/o timeout',
      'dial tcp: lookup db on 10.96.0.10:53: read udp 10.244.1.7:48413->10.96.0.10:53: read: connection refused',
      'dial tcp: lookup db.shop.svc: i/o timeout',
      'socket.gaierror: [Errno -3] Temporary failure in name resolution',
      'socket.gaierror: [Errno -5] No address associated with hostname',
      'Error: querySrv ESERVFAIL _mongodb._tcp.db.example.com',
      'getaddrinfo(3): Try again',
      'PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] php_network_getaddresses: getaddrinfo for db failed: Name or service not known',
      '** (DBConnection.ConnectionError) tcp connect (db.shop.svc:5432): non-existing domain - :nxdomain',
      'rpc error: code = Unavailable desc = name resolver error: produced zero addresses',
      'java.net.UnknownHostException: kafka.infra: Name or service not known',
      'failed to lookup address information: Name or service not known',
    ]),
  );
});

describe('what runtimes print of what nobody caught, kept back until the rules were done', () => {
  examineTold([
    {
      of: 'Perl, which dies in a module',
      exitCode: 111,
      log: `DBI connect('dbname=shop;host=pg','shop',...) failed: could not translate host name "pg" to address: Name or service not known at /app/lib/Store.pm line 12.
Compilation failed in require at /app/app.pl line 3.
BEGIN failed--compilation aborted at /app/app.pl line 3.
`,
      id: ['dns-failure'],
      says: ['pg'],
    },
    {
      of: 'Celery behind SQLAlchemy, which wraps a name that does not exist',
      log: `Traceback (most recent call last):
  File "/usr/local/lib/python3.12/site-packages/sqlalchemy/engine/base.py", line 146, in __init__
    self._dbapi_connection = engine.raw_connection()
psycopg2.OperationalError: could not translate host name "pg-primary" to address: Name or service not known


The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/tasks.py", line 14, in <module>
    engine.connect()
sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) could not translate host name "pg-primary" to address: Name or service not known

(Background on this error at: https://sqlalche.me/e/20/e3q8)
`,
      id: ['dns-failure'],
      says: ['pg-primary'],
    },
  ]);
});

describe('servers, wrappers and last words that say little, kept back until the rules were done', () => {
  examineTold([
    {
      of: 'a timeout over a name that did not resolve for a minute',
      log: `${Array.from({ length: 8 }, () => '2026-11-22T15:00:01Z WARN retrying in 5s: dial tcp: lookup kafka.infra on 10.96.0.10:53: no such host').join('\n')}
2026-11-22T15:01:01Z ERROR timed out waiting for brokers
`,
      id: ['dns-failure'],
      says: ['kafka.infra'],
    },
  ]);
});

describe('structured logs that were kept back until the rules were done', () => {
  examineTold([
    {
      of: 'pino, whose name cannot be resolved, with a last quiet word',
      log: String.raw`{"level":30,"time":1795359600101,"pid":1,"hostname":"cart-1","msg":"connecting"}
{"level":50,"time":1795359601101,"pid":1,"hostname":"cart-1","err":{"type":"MongooseServerSelectionError","message":"getaddrinfo ENOTFOUND mongo.shop","stack":"MongooseServerSelectionError: getaddrinfo ENOTFOUND mongo.shop\n    at _handleConnectionErrors (/app/node_modules/mongoose/lib/connection.js:875:11)"},"msg":"cannot start"}
{"level":30,"time":1795359601102,"pid":1,"hostname":"cart-1","msg":"bye"}`,
      id: ['dns-failure'],
      says: ['mongo.shop'],
    },
  ]);
});

describe('what runtimes print of what nobody caught', () => {
  examineTold([
    {
      of: '.NET, two inner exceptions',
      exitCode: 134,
      log: `Unhandled exception. System.AggregateException: One or more errors occurred. (An error occurred while starting.)
 ---> System.InvalidOperationException: An error occurred while starting.
 ---> System.Net.Sockets.SocketException (00000005, 0xFFFDFFFF): Name or service not known
   at System.Net.Dns.GetHostEntryOrAddressesCore(String hostName, Boolean justAddresses)
   --- End of inner exception stack trace ---
   at Program.<Main>$(String[] args) in /src/Program.cs:line 12
   --- End of inner exception stack trace ---
   at System.Threading.Tasks.Task.Wait()
`,
      id: ['dns-failure'],
      says: ['Name or service not known'],
    },
    {
      of: 'Node.js, an error with a cause',
      log: `TypeError: fetch failed
    at node:internal/deps/undici/undici:13502:13
    at async main (file:///app/index.mjs:3:13) {
  [cause]: Error: getaddrinfo EAI_AGAIN catalog.shop
      at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:120:26) {
    errno: -3001,
    code: 'EAI_AGAIN',
    syscall: 'getaddrinfo',
    hostname: 'catalog.shop'
  }
}

Node.js v22.14.0
`,
      id: ['dns-failure'],
      says: ['catalog.shop'],
    },
  ]);
});

describe('structured logs', () => {
  examineTold([
    {
      of: 'GELF, a name that does not exist',
      log: String.raw`{"version":"1.1","host":"shop-1","short_message":"Starting","level":6,"timestamp":1795359600.1}
{"version":"1.1","host":"shop-1","short_message":"Startup failed","full_message":"Startup failed\nredis.clients.jedis.exceptions.JedisConnectionException: Failed to create socket.\n\tat redis.clients.jedis.DefaultJedisSocketFactory.createSocket(DefaultJedisSocketFactory.java:110)\nCaused by: java.net.UnknownHostException: redis-master\n\tat java.base/java.net.InetAddress$CachedAddresses.get(InetAddress.java:797)\n","level":3,"timestamp":1795359601.1,"_logger":"c.e.Shop"}
{"version":"1.1","host":"shop-1","short_message":"Closing the context","level":6,"timestamp":1795359601.2}`,
      id: ['dns-failure'],
      says: ['redis-master'],
    },
  ]);
});

describe('what the program says that it died of', () => {
  it.each([
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
  ])('%s', (logTail, id, summary) => expectLoggedReason(logTail, id, summary));
});
