import { describe } from 'vitest';
import { examineLogs, examineTold } from '../../support/examined-runs.ts';

const refused = (n: number) =>
  Array.from(
    { length: n },
    (_, i) =>
      `W1122 15:00:${String(i).padStart(2, '0')}.101000       1 clientconn.go:1223] [core] grpc: addrConn.createTransport failed to connect to {Addr: "etcd.infra:2379"}. Err: connection error: desc = "transport: Error while dialing dial tcp 10.96.7.1:2379: connect: connection refused"`,
  ).join('\n');

describe('the last words of servers', () => {
  examineLogs([
    {
      of: 'nginx, a setting that it does not know',
      exitCode: 1,
      log: '2026/11/22 15:00:01 [emerg] 1#1: unknown directive "proxy_passs" in /etc/nginx/conf.d/default.conf:7\nnginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/conf.d/default.conf:7\n',
      id: 'app-error',
      says: 'unknown directive "proxy_passs"',
    },
    {
      of: 'PostgreSQL, whose data belongs to another user',
      exitCode: 1,
      log: '2026-11-22 15:00:01.701 UTC [1] FATAL:  data directory "/var/lib/postgresql/data" has wrong ownership\n2026-11-22 15:00:01.701 UTC [1] HINT:  The server must be started by the user that owns the data directory.\n',
      id: 'app-error',
      says: 'FATAL:  data directory "/var/lib/postgresql/data" has wrong ownership',
    },
    {
      of: 'PostgreSQL, whose data is open to others',
      exitCode: 1,
      log: '2026-11-22 15:00:01.701 UTC [1] FATAL:  data directory "/var/lib/postgresql/data" has invalid permissions\n2026-11-22 15:00:01.701 UTC [1] DETAIL:  Permissions should be u=rwx (0700) or u=rwx,g=rx (0750).\n',
      id: 'app-error',
      says: 'has invalid permissions',
    },
    {
      of: 'a client that PostgreSQL does not know',
      exitCode: 2,
      log: 'psql: error: connection to server at "db.shop.svc" (10.96.4.2), port 5432 failed: FATAL:  password authentication failed for user "shop"\n',
      id: 'app-error',
      says: 'password authentication failed for user "shop"',
    },
    {
      of: 'a client of a PostgreSQL that is still starting',
      exitCode: 2,
      log: 'psql: error: connection to server at "db.shop.svc" (10.96.4.2), port 5432 failed: FATAL:  the database system is starting up\n',
      id: 'app-error',
      says: 'the database system is starting up',
    },
    {
      of: 'PostgreSQL of another version than its data',
      exitCode: 1,
      log: '2026-11-22 15:00:01.701 UTC [1] FATAL:  database files are incompatible with server\n2026-11-22 15:00:01.701 UTC [1] DETAIL:  The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 17.4.\n',
      id: 'app-error',
      says: 'database files are incompatible with server',
    },
    {
      of: 'Spring Boot without a URL for its database',
      exitCode: 1,
      log: `2026-11-22T15:00:01.140Z ERROR 1 --- [shop] [           main] o.s.b.d.LoggingFailureAnalysisReporter   :

***************************
APPLICATION FAILED TO START
***************************

Description:

Failed to configure a DataSource: 'url' attribute is not specified and no embedded datasource could be configured.

Reason: Failed to determine a suitable driver class


Action:

Consider the following:
	If you want an embedded database (H2, HSQL or Derby), please put it on the classpath.
	If you have database settings to be loaded from a particular profile you may need to activate it (no profiles are currently active).

`,
      id: 'app-error',
      says: "Failed to configure a DataSource: 'url' attribute is not specified",
    },
    {
      of: 'Envoy, a listener that it cannot add',
      exitCode: 1,
      log: `[2026-11-22 15:00:01.120][1][info][main] [source/server/server.cc:432] initializing epoch 0
[2026-11-22 15:00:01.140][1][critical][main] [source/server/server.cc:135] error initializing configuration '/etc/envoy/envoy.yaml': Unable to parse JSON as proto (INVALID_ARGUMENT: no such field: 'static_resource')
[2026-11-22 15:00:01.141][1][info][main] [source/server/server.cc:1031] exiting
`,
      id: 'app-error',
      says: "error initializing configuration '/etc/envoy/envoy.yaml'",
    },
    {
      of: 'Vault that may not lock its memory',
      exitCode: 1,
      log: 'Error initializing core: Failed to lock memory: cannot allocate memory\n\nThis usually means that the mlock syscall is not available.\nVault uses mlock to prevent memory from being swapped to\ndisk. This requires root privileges as well as a machine\nthat supports mlock. Please enable mlock on your system or\ndisable Vault from using it. To disable Vault from using it,\nset the `disable_mlock` configuration option in your configuration\nfile.\n',
      id: 'app-error',
      says: 'Error initializing core: Failed to lock memory: cannot allocate memory',
    },
    {
      of: 'MongoDB, whose data was written by a newer one (exit 62)',
      exitCode: 62,
      log: `{"t":{"$date":"2026-11-22T15:00:01.120+00:00"},"s":"F",  "c":"CONTROL",  "id":20573,   "ctx":"initandlisten","msg":"Wrong mongod version","attr":{"error":"UPGRADE PROBLEM: Found an invalid featureCompatibilityVersion document"}}
{"t":{"$date":"2026-11-22T15:00:01.130+00:00"},"s":"I",  "c":"CONTROL",  "id":23138,   "ctx":"initandlisten","msg":"Shutting down","attr":{"exitCode":62}}
`,
      id: 'app-error',
      says: 'Wrong mongod version',
    },
    {
      of: 'Elasticsearch, a limit of the kernel',
      exitCode: 78,
      log: `ERROR: [1] bootstrap checks failed. You must address the points described in the following [1] lines before starting Elasticsearch.
bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]
ERROR: Elasticsearch did not exit normally - check the logs at /usr/share/elasticsearch/logs/docker-cluster.log
`,
      id: 'app-error',
      says: 'max virtual memory areas vm.max_map_count [65530] is too low',
    },
    {
      of: 'a client of the API server without rights',
      exitCode: 1,
      log: 'E1122 15:00:01.120000       1 reflector.go:158] "Unhandled Error" err="failed to list *v1.Pod: pods is forbidden: User \\"system:serviceaccount:infra:operator\\" cannot list resource \\"pods\\" in API group \\"\\" at the cluster scope"\nF1122 15:00:31.120000       1 main.go:88] timed out waiting for caches to sync\n',
      id: 'app-error',
      says: 'failed to list *v1.Pod: pods is forbidden',
    },
    {
      of: 'an elected leader that lost its lease',
      exitCode: 1,
      log: 'E1122 15:00:01.120000       1 leaderelection.go:441] Failed to update lock optimistically: Put "https://10.96.0.1:443/apis/coordination.k8s.io/v1/namespaces/infra/leases/operator": context deadline exceeded, falling back to slow path\nI1122 15:00:06.120000       1 leaderelection.go:297] failed to renew lease infra/operator: timed out waiting for the condition\nE1122 15:00:06.130000       1 main.go:120] "problem running manager" err="leader election lost"\n',
      id: 'app-error',
      says: 'leader election lost',
    },
    {
      of: 'CoreDNS that meets itself',
      exitCode: 1,
      log: '[INFO] plugin/reload: Running configuration SHA512 = 591cf328cccc12bc490481273e738df59329c62c0b729d94e8b61db9961c2fa5f046dd37f1cf888b953814040d180f52594972691cd6ff41be96639138a43908\nCoreDNS-1.11.3\nlinux/amd64, go1.21.11, a6338e9\n[FATAL] plugin/loop: Loop (127.0.0.1:55953 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 4547991504243258144.3688648895315093531."\n',
      id: 'app-error',
      says: '[FATAL] plugin/loop: Loop (127.0.0.1:55953 -> :53) detected',
    },
    {
      of: 'a Go server without its certificate',
      exitCode: 1,
      log: '2026/11/22 15:00:01 open /certs/tls.crt: no such file or directory\n',
      id: 'app-error',
      says: 'open /certs/tls.crt: no such file or directory',
    },
    {
      of: 'HAProxy, a word that it does not know',
      exitCode: 1,
      log: "[NOTICE]   (1) : haproxy version is 2.9.6\n[ALERT]    (1) : config : parsing [/usr/local/etc/haproxy/haproxy.cfg:3] : unknown keyword 'foo' in 'global' section\n[ALERT]    (1) : config : Error(s) found in configuration file : /usr/local/etc/haproxy/haproxy.cfg\n[ALERT]    (1) : config : Fatal errors found in configuration.\n",
      id: 'app-error',
      says: "unknown keyword 'foo' in 'global' section",
    },
  ]);
});

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
      of: 'a Java service that is told nothing bad and leaves',
      exitCode: 1,
      log: `2026-11-22 15:00:00.101  INFO 1 --- [           main] c.e.Shop                                 : Started Shop in 3.1 seconds
2026-11-22 15:00:09.101  INFO 1 --- [ionShutdownHook] j.LocalContainerEntityManagerFactoryBean : Closing JPA EntityManagerFactory for persistence unit 'default'
`,
      says: ['exit 1; its log tells of no error'],
      saysNot: ['Closing'],
    },
  ]);
});

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
