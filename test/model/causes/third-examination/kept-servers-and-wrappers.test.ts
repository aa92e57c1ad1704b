import { describe } from 'vitest';
import { examineTold } from './examined.ts';

describe('servers, wrappers and last words that say little, kept back until the rules were done', () => {
  examineTold([
    {
      of: 'MySQL, whose tables are those of a newer one',
      log: `2026-11-22T15:00:00.101000Z 0 [System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld 8.0.36) starting as process 1
2026-11-22T15:00:00.201000Z 1 [System] [MY-013576] [InnoDB] InnoDB initialization has started.
2026-11-22T15:00:01.101000Z 1 [ERROR] [MY-013171] [InnoDB] Cannot boot server version 80036 on data directory built by version 80403. Downgrade is not supported
2026-11-22T15:00:01.601000Z 1 [ERROR] [MY-010334] [Server] Failed to initialize DD Storage Engine
2026-11-22T15:00:01.602000Z 0 [ERROR] [MY-010020] [Server] Data Dictionary initialization failed.
2026-11-22T15:00:01.603000Z 0 [ERROR] [MY-010119] [Server] Aborting
2026-11-22T15:00:02.201000Z 0 [System] [MY-010910] [Server] /usr/sbin/mysqld: Shutdown complete (mysqld 8.0.36)  MySQL Community Server - GPL.
`,
      says: ['Downgrade is not supported'],
    },
    {
      of: 'RabbitMQ, which fails to boot',
      log: `2026-11-22 15:00:01.101000+00:00 [error] <0.254.0> 
BOOT FAILED
2026-11-22 15:00:01.101000+00:00 [error] <0.254.0> BOOT FAILED
===========
2026-11-22 15:00:01.101000+00:00 [error] <0.254.0> ===========
ERROR: could not bind to distribution port 25672, it is in use by another node: rabbit@shop-0
2026-11-22 15:00:01.101000+00:00 [error] <0.254.0> ERROR: could not bind to distribution port 25672, it is in use by another node: rabbit@shop-0

2026-11-22 15:00:01.101000+00:00 [error] <0.254.0> 
{"init terminating in do_boot",{error,{epmd_error,"shop-0",address}}}
init terminating in do_boot ({error,{epmd_error,shop-0,address}})

Crash dump is being written to: /var/log/rabbitmq/erl_crash.dump...done
`,
      id: ['app-error', 'port-in-use'],
      says: ['25672'],
    },
    {
      of: 'Elasticsearch 8, whose node lock is held',
      log: `[2026-11-22T15:00:00,101][INFO ][o.e.n.Node               ] [es-0] version[8.15.0], pid[1]
[2026-11-22T15:00:01,101][ERROR][o.e.b.Elasticsearch      ] [es-0] fatal exception while booting Elasticsearch
java.lang.IllegalStateException: failed to obtain node locks, tried [/usr/share/elasticsearch/data]; maybe these locations are not writable or multiple nodes were started on the same data path?
	at org.elasticsearch.env.NodeEnvironment.<init>(NodeEnvironment.java:294) ~[elasticsearch-8.15.0.jar:?]
	at org.elasticsearch.bootstrap.Elasticsearch.main(Elasticsearch.java:73) ~[elasticsearch-8.15.0.jar:?]
Caused by: org.apache.lucene.store.LockObtainFailedException: Lock held by another program: /usr/share/elasticsearch/data/node.lock
	at org.apache.lucene.store.NativeFSLockFactory.obtainFSLock(NativeFSLockFactory.java:117) ~[lucene-core-9.11.1.jar:?]
	... 5 more

ERROR: Elasticsearch did not exit normally - check the logs at /usr/share/elasticsearch/logs/shop.log

ERROR: Elasticsearch died while starting up, with exit code 1
`,
      says: ['Lock held by another program'],
    },
    {
      of: 'supervisord, whose programs all fail, and which ends with 0',
      exitCode: 0,
      log: `2026-11-22 15:00:00,101 INFO supervisord started with pid 1
2026-11-22 15:00:01,101 INFO spawned: 'app' with pid 8
Traceback (most recent call last):
  File "/app/run.py", line 2, in <module>
    import flask
ModuleNotFoundError: No module named 'flask'
2026-11-22 15:00:01,401 INFO exited: app (exit status 1; not expected)
2026-11-22 15:00:02,402 INFO gave up: app entered FATAL state, too many start retries too quickly
2026-11-22 15:00:03,402 WARN received SIGTERM indicating exit request
`,
      id: ['completed-loop'],
      says: ['exit 0', "No module named 'flask'"],
    },
    {
      of: 'a job that ends with 0 and is content',
      exitCode: 0,
      log: `imported 1200 rows, 0 errors
done
`,
      id: ['completed-loop'],
      says: ['exit 0, restarted by policy Always'],
      saysNot: ['rows', 'done'],
    },
    {
      of: 'PostgreSQL, which panics over its log and cascades',
      log: `2026-11-22 15:00:00.101 UTC [1] LOG:  starting PostgreSQL 16.4 on x86_64-pc-linux-musl
2026-11-22 15:00:01.101 UTC [27] LOG:  invalid primary checkpoint record
2026-11-22 15:00:01.101 UTC [27] PANIC:  could not locate a valid checkpoint record
2026-11-22 15:00:01.601 UTC [1] LOG:  startup process (PID 27) was terminated by signal 6: Aborted
2026-11-22 15:00:01.601 UTC [1] LOG:  aborting startup due to startup process failure
2026-11-22 15:00:01.602 UTC [1] LOG:  database system is shut down
`,
      says: ['could not locate a valid checkpoint record'],
    },
    {
      of: 'Redis, whose append-only file is damaged',
      log: `1:C 22 Nov 2026 15:00:00.101 * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
1:M 22 Nov 2026 15:00:01.101 # Bad file format reading the append only file appendonly.aof.1.incr.aof: make a backup of your AOF file, then use ./redis-check-aof --fix <filename.manifest>
`,
      says: ['Bad file format reading the append only file'],
      saysNot: ['1:M 22 Nov'],
    },
    {
      of: 'nginx with a missing certificate',
      log: `/docker-entrypoint.sh: Configuration complete; ready for start up
2026/11/22 15:00:01 [emerg] 1#1: cannot load certificate "/etc/tls/tls.crt": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(/etc/tls/tls.crt, r) error:10000080:BIO routines::no such file)
nginx: [emerg] cannot load certificate "/etc/tls/tls.crt": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(/etc/tls/tls.crt, r) error:10000080:BIO routines::no such file)
`,
      id: ['app-error', 'tls-failure'],
      says: ['/etc/tls/tls.crt'],
    },
    {
      of: 'npm without a package.json',
      exitCode: 254,
      log: `npm error code ENOENT
npm error syscall open
npm error path /app/package.json
npm error errno -2
npm error enoent Could not read package.json: Error: ENOENT: no such file or directory, open '/app/package.json'
npm error enoent This is related to npm not being able to find a file.
npm error enoent
npm error A complete log of this run can be found in: /root/.npm/_logs/2026-11-22T15_00_01_101Z-debug-0.log
`,
      says: ['Could not read package.json'],
    },
    {
      of: 'yarn, which only repeats the code',
      log: `yarn run v1.22.22
$ node dist/main.js
config error: queue.prefetch must be at least 1
error Command failed with exit code 1.
info Visit https://yarnpkg.com/en/docs/cli/run for documentation about this command.
`,
      says: ['queue.prefetch must be at least 1'],
    },
    {
      of: 'a timeout over a name that did not resolve for a minute',
      log: `${Array.from({ length: 8 }, () => '2026-11-22T15:00:01Z WARN retrying in 5s: dial tcp: lookup kafka.infra on 10.96.0.10:53: no such host').join('\n')}
2026-11-22T15:01:01Z ERROR timed out waiting for brokers
`,
      id: ['dns-failure'],
      says: ['kafka.infra'],
    },
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
    {
      of: 'a Java service that is told nothing bad and leaves',
      exitCode: 1,
      log: `2026-11-22 15:00:00.101  INFO 1 --- [           main] c.e.Shop                                 : Started Shop in 3.1 seconds
2026-11-22 15:00:09.101  INFO 1 --- [ionShutdownHook] j.LocalContainerEntityManagerFactoryBean : Closing JPA EntityManagerFactory for persistence unit 'default'
`,
      says: ['exit 1; its log tells of no error'],
      saysNot: ['Closing'],
    },
    {
      of: 'Kafka in KRaft mode without a formatted disk',
      log: `[2026-11-22 15:00:00,101] INFO Registered kafka:type=kafka.Log4jController MBean (kafka.utils.Log4jControllerRegistration$)
[2026-11-22 15:00:01,101] ERROR Exiting Kafka due to fatal exception (kafka.Kafka$)
java.lang.RuntimeException: No readable meta.properties files found.
	at org.apache.kafka.metadata.properties.MetaPropertiesEnsemble.verify(MetaPropertiesEnsemble.java:493)
	at kafka.Kafka$.main(Kafka.scala:112)
[2026-11-22 15:00:01,201] INFO App info kafka.server for 1 unregistered (org.apache.kafka.common.utils.AppInfoParser)
`,
      says: ['No readable meta.properties files found'],
    },
  ]);
});
