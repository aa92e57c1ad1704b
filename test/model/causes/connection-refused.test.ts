import { describe, it } from 'vitest';
import { expectLoggedReason } from '../../support/cause-expectations.ts';
import { ends, examineLogs, examineTold } from '../../support/examined-runs.ts';

const refused = (n: number) =>
  Array.from(
    { length: n },
    (_, i) =>
      `W1122 15:00:${String(i).padStart(2, '0')}.101000       1 clientconn.go:1223] [core] grpc: addrConn.createTransport failed to connect to {Addr: "etcd.infra:2379"}. Err: connection error: desc = "transport: Error while dialing dial tcp 10.96.7.1:2379: connect: connection refused"`,
  ).join('\n');

describe('the last words of servers', () => {
  examineLogs([
    {
      of: 'an old client of a PostgreSQL that is not there',
      exitCode: 2,
      log: `psql: could not connect to server: Connection refused
	Is the server running on host "db" (10.96.4.2) and accepting
	TCP/IP connections on port 5432?
`,
      id: 'connection-refused',
      says: 'could not connect to server: Connection refused',
    },
    {
      of: 'Django that asks its database for the schema',
      exitCode: 1,
      log: `Traceback (most recent call last):
  File "/usr/local/lib/python3.12/site-packages/django/db/backends/base/base.py", line 279, in ensure_connection
    self.connect()
psycopg.OperationalError: connection failed: connection to server at "10.96.4.2", port 5432 failed: Connection refused
	Is the server running on that host and accepting TCP/IP connections?

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/manage.py", line 22, in <module>
    main()
django.db.utils.OperationalError: connection failed: connection to server at "10.96.4.2", port 5432 failed: Connection refused
	Is the server running on that host and accepting TCP/IP connections?
`,
      id: 'connection-refused',
      says: 'cannot reach 10.96.4.2:5432',
    },
    {
      of: 'a Java client of a database that is away, through its pool',
      exitCode: 1,
      log: `2026-11-22T15:00:01.120Z ERROR 1 --- [           main] o.s.boot.SpringApplication               : Application run failed

org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'flyway'
	at org.springframework.boot.SpringApplication.run(SpringApplication.java:1342)
	at com.example.shop.Application.main(Application.java:12)
Caused by: org.postgresql.util.PSQLException: Connection to db.shop.svc:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.
	at org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:352)
	... 23 common frames omitted
Caused by: java.net.ConnectException: Connection refused
	at java.base/sun.nio.ch.Net.pollConnect(Native Method)
	... 31 common frames omitted
`,
      id: 'connection-refused',
      says: 'cannot reach db.shop.svc:5432',
    },
    {
      of: 'a Rust client of a database that is away',
      exitCode: 1,
      log: 'Error: error communicating with database: Connection refused (os error 111)\n',
      id: 'connection-refused',
      says: 'Connection refused (os error 111)',
    },
    {
      of: 'SQLAlchemy, which points to its manual at the end',
      exitCode: 1,
      log: `Traceback (most recent call last):
  File "/usr/local/lib/python3.12/site-packages/sqlalchemy/engine/base.py", line 146, in __init__
    self._dbapi_connection = engine.raw_connection()
sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) connection to server at "db.shop.svc" (10.96.4.2), port 5432 failed: Connection refused
	Is the server running on that host and accepting TCP/IP connections?

(Background on this error at: https://sqlalche.me/e/20/e3q8)
`,
      id: 'connection-refused',
      says: 'cannot reach db.shop.svc:5432',
    },
    {
      of: 'Rails, a task that was aborted',
      exitCode: 1,
      log: `rails aborted!
ActiveRecord::ConnectionNotEstablished: connection to server at "10.96.4.2", port 5432 failed: Connection refused
	Is the server running on that host and accepting TCP/IP connections?

Caused by:
PG::ConnectionBad: connection to server at "10.96.4.2", port 5432 failed: Connection refused
	Is the server running on that host and accepting TCP/IP connections?

Tasks: TOP => db:migrate
(See full trace by running task with --trace)
`,
      id: 'connection-refused',
      says: 'cannot reach 10.96.4.2:5432',
    },
    {
      of: 'Prisma without its database',
      exitCode: 1,
      log: "Error: P1001: Can't reach database server at `db.shop.svc:5432`\n\nPlease make sure your database server is running at `db.shop.svc:5432`.\n",
      id: 'connection-refused',
      says: 'cannot reach db.shop.svc:5432',
    },
  ]);
});

describe('dependencies that cannot be reached', () => {
  examineLogs(
    ends('connection-refused', [
      "pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'db' ([Errno 111] Connection refused)\")",
      'redis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused.',
      'Could not connect to Redis at redis:6379: Connection refused',
      'MongoServerSelectionError: connect ECONNREFUSED 10.96.7.7:27017',
      'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.1:50051: connect: connection refused"',
      'dial tcp 10.96.0.12:9092: connect: no route to host',
      'Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.96.4.2:5432: Connection refused',
      'org.apache.kafka.common.errors.TimeoutException: Connection to node -1 (kafka/10.0.0.1:9092) could not be established',
      'Error: error communicating with database: Connection timed out (os error 110)',
    ]),
  );
});

describe('servers, wrappers and last words that say little, kept back until the rules were done', () => {
  examineTold([
    {
      of: 'dockerize, which waits in vain',
      log: `2026/11/22 15:00:00 Waiting for: tcp://db:5432
2026/11/22 15:00:01 Problem with dial: dial tcp 10.96.4.2:5432: connect: connection refused. Sleeping 1s
2026/11/22 15:00:02 Problem with dial: dial tcp 10.96.4.2:5432: connect: connection refused. Sleeping 1s
2026/11/22 15:00:03 Problem with dial: dial tcp 10.96.4.2:5432: connect: connection refused. Sleeping 1s
2026/11/22 15:00:10 Timeout after 10s waiting on dependencies to become available: [tcp://db:5432]
`,
      id: ['connection-refused'],
      says: ['5432'],
    },
  ]);
});

describe('structured logs that were kept back until the rules were done', () => {
  examineTold([
    {
      of: 'python-json-logger with levelname and a chain of exceptions',
      log: String.raw`{"asctime": "2026-11-22 15:00:01,101", "levelname": "CRITICAL", "name": "worker", "message": "worker died", "exc_info": "Traceback (most recent call last):\n  File \"/app/store.py\", line 12, in open\n    socket.create_connection((host, 5672))\nConnectionRefusedError: [Errno 111] Connection refused\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"/app/main.py\", line 3, in <module>\n    main()\napp.errors.BrokerError: no broker"}`,
      id: ['connection-refused'],
      says: ['refused'],
    },
  ]);
});

describe('what runtimes print of what nobody caught', () => {
  examineTold([
    {
      of: 'PHP, an exception that nobody caught',
      exitCode: 255,
      log: `PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /app/bootstrap.php:14
Stack trace:
#0 /app/bootstrap.php(14): PDO->__construct('mysql:host=db;d...', 'shop', Object(SensitiveParameterValue))
#1 /app/worker.php(3): require('/app/bootstrap....')
#2 {main}
  thrown in /app/bootstrap.php on line 14
`,
      id: ['connection-refused'],
      says: ['refused'],
    },
    {
      of: 'Python, a chain of causes whose last only wraps',
      log: `Traceback (most recent call last):
  File "/app/store.py", line 31, in connect
    return amqp.connect(url)
           ^^^^^^^^^^^^^^^^^
  File "/usr/local/lib/python3.12/socket.py", line 852, in create_connection
    raise exceptions[0]
ConnectionRefusedError: [Errno 111] Connection refused

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/main.py", line 9, in <module>
    main()
app.errors.StartError: worker cannot start
`,
      id: ['connection-refused'],
      says: ['Connection refused'],
    },
  ]);
});

describe('servers, wrappers and last words that say little', () => {
  examineTold([
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
  ]);
});

describe('structured logs', () => {
  examineTold([
    {
      of: 'logstash-logback, a database that does not answer behind three exceptions',
      log: String.raw`{"@timestamp":"2026-11-22T15:00:00.101Z","@version":"1","message":"Starting ShopApplication","logger_name":"c.e.ShopApplication","thread_name":"main","level":"INFO","level_value":20000}
{"@timestamp":"2026-11-22T15:00:01.101Z","@version":"1","message":"Application run failed","logger_name":"org.springframework.boot.SpringApplication","thread_name":"main","level":"ERROR","level_value":40000,"stack_trace":"org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'flyway'\n\tat org.springframework.beans.factory.support.ConstructorResolver.instantiate(ConstructorResolver.java:657)\nCaused by: org.postgresql.util.PSQLException: Connection to db.shop.svc:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.\n\tat org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:352)\n\t... 23 common frames omitted\nCaused by: java.net.ConnectException: Connection refused\n\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)\n\t... 31 common frames omitted\n"}
`,
      id: ['connection-refused'],
      says: ['db.shop.svc:5432'],
    },
    {
      of: 'bunyan with an error object',
      log: String.raw`{"name":"api","hostname":"api-1","pid":1,"level":30,"msg":"boot","time":"2026-11-22T15:00:00.101Z","v":0}
{"name":"api","hostname":"api-1","pid":1,"level":60,"err":{"message":"connect ECONNREFUSED 10.96.0.20:6379","name":"Error","stack":"Error: connect ECONNREFUSED 10.96.0.20:6379\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)","code":"ECONNREFUSED"},"msg":"cannot serve","time":"2026-11-22T15:00:01.101Z","v":0}`,
      id: ['connection-refused'],
      says: ['10.96.0.20:6379'],
    },
  ]);
});

describe('usage text, headlines and boxes', () => {
  examineTold([
    {
      of: 'Prisma, whose message stands below empty lines',
      log: `/app/node_modules/@prisma/client/runtime/library.js:121
      throw new PrismaClientInitializationError(n.message, this.config.clientVersion)
            ^

PrismaClientInitializationError: 
Invalid \`prisma.user.findMany()\` invocation:


Can't reach database server at \`db.shop:5432\`

Please make sure your database server is running at \`db.shop:5432\`.
    at In.handleRequestError (/app/node_modules/@prisma/client/runtime/library.js:121:7615)
    at async main (/app/index.js:7:3) {
  clientVersion: '5.22.0',
  errorCode: undefined
}

Node.js v20.18.0
`,
      id: ['connection-refused'],
      says: ['db.shop:5432'],
    },
  ]);
});

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
  ])('%s', (logTail, id, summary) => expectLoggedReason(logTail, id, summary));
});
