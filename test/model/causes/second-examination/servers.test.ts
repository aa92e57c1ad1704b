import { describe } from 'vitest';
import { examineLogs } from './examined.ts';

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
    {
      of: 'nginx that may not bind port 80',
      exitCode: 1,
      log: '2026/11/22 15:00:01 [emerg] 1#1: bind() to 0.0.0.0:80 failed (13: Permission denied)\nnginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)\n',
      id: 'permission-denied',
      says: 'bind() to 0.0.0.0:80 failed (13: Permission denied)',
    },
    {
      of: 'nginx whose port is taken, which it tries five times',
      exitCode: 1,
      log: `2026/11/22 15:00:01 [emerg] 1#1: bind() to 0.0.0.0:80 failed (98: Address already in use)
nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)
2026/11/22 15:00:01 [notice] 1#1: try again to bind() after 500ms
2026/11/22 15:00:03 [emerg] 1#1: still could not bind()
nginx: [emerg] still could not bind()
`,
      id: 'port-in-use',
      confidence: 'possible',
      says: 'port 80 is already in use',
    },
    {
      of: 'nginx, a setting that it does not know',
      exitCode: 1,
      log: '2026/11/22 15:00:01 [emerg] 1#1: unknown directive "proxy_passs" in /etc/nginx/conf.d/default.conf:7\nnginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/conf.d/default.conf:7\n',
      id: 'app-error',
      says: 'unknown directive "proxy_passs"',
    },
    {
      of: 'nginx with a read-only root, for its pid file',
      exitCode: 1,
      log: '2026/11/22 15:00:01 [emerg] 1#1: mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)\nnginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)\n',
      id: 'read-only-filesystem',
      says: 'mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)',
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
      of: 'initdb on a volume that it does not own',
      exitCode: 1,
      log: `chmod: changing permissions of '/var/lib/postgresql/data': Operation not permitted
The files belonging to this database system will be owned by user "postgres".
This user must also own the server process.

Data page checksums are disabled.

fixing permissions on existing directory /var/lib/postgresql/data ... initdb: error: could not change permissions of directory "/var/lib/postgresql/data": Operation not permitted
`,
      id: 'permission-denied',
      says: 'could not change permissions of directory "/var/lib/postgresql/data": Oper',
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
      of: 'PostgreSQL of another version than its data',
      exitCode: 1,
      log: '2026-11-22 15:00:01.701 UTC [1] FATAL:  database files are incompatible with server\n2026-11-22 15:00:01.701 UTC [1] DETAIL:  The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 17.4.\n',
      id: 'app-error',
      says: 'database files are incompatible with server',
    },
    {
      of: 'a client that Redis asks for a password',
      exitCode: 1,
      log: `/app/node_modules/redis-parser/lib/parser.js:179
  return new ReplyError(string)
         ^

ReplyError: NOAUTH Authentication required.
    at parseError (/app/node_modules/redis-parser/lib/parser.js:179:12)
    at parseType (/app/node_modules/redis-parser/lib/parser.js:302:14)

Node.js v22.14.0
`,
      id: 'app-panic',
      says: 'ReplyError: NOAUTH Authentication required.',
    },
    {
      of: 'Redis that cannot write its dump',
      exitCode: 1,
      log: "1:M 22 Nov 2026 15:00:01.120 # Can't open or create append-only dir appendonlydir: Permission denied\n",
      id: 'permission-denied',
      says: "Can't open or create append-only dir appendonlydir: Permission denied",
    },
    {
      of: 'Kafka without ZooKeeper',
      exitCode: 1,
      log: `[2026-11-22 15:00:01,120] ERROR Fatal error during KafkaServer startup. Prepare to shutdown (kafka.server.KafkaServer)
kafka.zookeeper.ZooKeeperClientTimeoutException: Timed out waiting for connection while in state: CONNECTING
	at kafka.zookeeper.ZooKeeperClient.waitUntilConnected(ZooKeeperClient.scala:258)
	at kafka.Kafka$.main(Kafka.scala:109)
	at kafka.Kafka.main(Kafka.scala)
[2026-11-22 15:00:01,130] INFO shutting down (kafka.server.KafkaServer)
[2026-11-22 15:00:01,140] INFO App info kafka.server for 0 unregistered (org.apache.kafka.common.utils.AppInfoParser)
[2026-11-22 15:00:01,141] INFO shut down completed (kafka.server.KafkaServer)
[2026-11-22 15:00:01,142] ERROR Exiting Kafka due to fatal exception during startup. (kafka.Kafka$)
[2026-11-22 15:00:01,143] INFO shutting down (kafka.server.KafkaServer)
`,
      id: 'app-panic',
      says: 'Timed out waiting for connection while in state: CONNECTING',
    },
    {
      of: 'Kafka, whose cluster id is another',
      exitCode: 1,
      log: `[2026-11-22 15:00:01,120] ERROR Exiting Kafka due to fatal exception during startup. (kafka.Kafka$)
kafka.common.InconsistentClusterIdException: The Cluster ID AAAA doesn't match stored clusterId Some(BBBB) in meta.properties. The broker is trying to join the wrong cluster.
	at kafka.server.KafkaServer.startup(KafkaServer.scala:244)
	at kafka.Kafka.main(Kafka.scala)
[2026-11-22 15:00:01,143] INFO shutting down (kafka.server.KafkaServer)
`,
      id: 'app-panic',
      says: "InconsistentClusterIdException: The Cluster ID AAAA doesn't match",
    },
    {
      of: 'Spring Boot, a port that is taken',
      exitCode: 1,
      log: `2026-11-22T15:00:01.120Z  WARN 1 --- [shop] [           main] ConfigServletWebServerApplicationContext : Exception encountered during context initialization - cancelling refresh attempt: org.springframework.context.ApplicationContextException: Failed to start bean 'webServerStartStop'
2026-11-22T15:00:01.130Z  INFO 1 --- [shop] [           main] .s.b.a.l.ConditionEvaluationReportLogger :

Error starting ApplicationContext. To display the condition evaluation report re-run your application with 'debug' enabled.
2026-11-22T15:00:01.140Z ERROR 1 --- [shop] [           main] o.s.b.d.LoggingFailureAnalysisReporter   :

***************************
APPLICATION FAILED TO START
***************************

Description:

Web server failed to start. Port 8080 was already in use.

Action:

Identify and stop the process that's listening on port 8080 or configure this application to listen on another port.

`,
      id: 'port-in-use',
      says: 'port 8080 is already in use',
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
      of: 'Django without a setting',
      exitCode: 1,
      log: `Traceback (most recent call last):
  File "/app/manage.py", line 22, in <module>
    main()
  File "/usr/local/lib/python3.12/site-packages/django/conf/__init__.py", line 81, in _setup
    self._wrapped = Settings(settings_module)
django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.
`,
      id: 'app-panic',
      says: 'ImproperlyConfigured: The SECRET_KEY setting must not be empty.',
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
      of: 'gunicorn, whose worker did not boot (exit 3)',
      exitCode: 3,
      log: `[2026-11-22 15:00:01 +0000] [1] [INFO] Starting gunicorn 23.0.0
[2026-11-22 15:00:01 +0000] [1] [INFO] Listening at: http://0.0.0.0:8000 (1)
[2026-11-22 15:00:01 +0000] [7] [ERROR] Exception in worker process
Traceback (most recent call last):
  File "/usr/local/lib/python3.12/site-packages/gunicorn/arbiter.py", line 608, in spawn_worker
    worker.init_process()
ModuleNotFoundError: No module named 'shop.wsgi'
[2026-11-22 15:00:01 +0000] [7] [INFO] Worker exiting (pid: 7)
[2026-11-22 15:00:01 +0000] [1] [ERROR] Worker (pid:7) exited with code 3
[2026-11-22 15:00:01 +0000] [1] [ERROR] Shutting down: Master
[2026-11-22 15:00:01 +0000] [1] [ERROR] Reason: Worker failed to boot.
`,
      id: 'app-panic',
      says: "ModuleNotFoundError: No module named 'shop.wsgi'",
    },
    {
      of: 'Flask, whose port is taken',
      exitCode: 1,
      log: 'Address already in use\nPort 5000 is in use by another program. Either identify and stop that program, or start the server with a different port.\n',
      id: 'port-in-use',
      says: 'Address already in use',
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
      of: 'Vault that may not write its storage',
      exitCode: 1,
      log: 'Error initializing storage of type raft: failed to create fsm: failed to open bolt file: open /vault/data/vault.db: permission denied\n2026-11-22T15:00:01.120Z [INFO]  proxy environment: http_proxy="" https_proxy="" no_proxy=""\n',
      id: 'permission-denied',
      says: 'open /vault/data/vault.db: permission denied',
    },
    {
      of: 'MySQL, a full volume',
      exitCode: 1,
      log: "2026-11-22T15:00:01.120000Z 1 [ERROR] [MY-012267] [InnoDB] The innodb_system data file 'ibdata1' must be writable\n2026-11-22T15:00:01.130000Z 1 [ERROR] [MY-012592] [InnoDB] Operating system error number 28 in a file operation.\n2026-11-22T15:00:01.140000Z 1 [ERROR] [MY-012596] [InnoDB] Error number 28 means 'No space left on device'\n2026-11-22T15:00:01.150000Z 0 [ERROR] [MY-010020] [Server] Data Dictionary initialization failed.\n2026-11-22T15:00:01.160000Z 0 [ERROR] [MY-010119] [Server] Aborting\n",
      id: 'disk-full',
      confidence: 'possible',
      says: "Error number 28 means 'No space left on device'",
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
      of: 'Elasticsearch that ran out of its heap (exit 127, which is no missing command)',
      exitCode: 127,
      log: `[2026-11-22T15:00:01,120][ERROR][o.e.b.ElasticsearchUncaughtExceptionHandler] [es-0] fatal error in thread [elasticsearch[es-0][write][T#1]], exiting
java.lang.OutOfMemoryError: Java heap space
	at java.base/java.util.Arrays.copyOf(Arrays.java:3537)
	at org.apache.lucene.util.ArrayUtil.grow(ArrayUtil.java:312)
`,
      id: 'app-panic',
      says: 'java.lang.OutOfMemoryError: Java heap space',
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
      of: 'Prometheus that may not write its volume',
      exitCode: 1,
      log: `time=2026-11-22T15:00:01.120Z level=ERROR source=query_logger.go:113 msg="Error opening query log file" component=activeQueryTracker file=/prometheus/queries.active err="open /prometheus/queries.active: permission denied"
panic: Unable to create mmap-ed active query log

goroutine 1 [running]:
github.com/prometheus/prometheus/promql.NewActiveQueryTracker({0x7ffd2d9e7f6e, 0xb}, 0x14, 0xc0009b4180)
	/app/promql/query_logger.go:145 +0x345
main.main()
	/app/cmd/prometheus/main.go:836 +0x7a66
`,
      id: 'permission-denied',
      says: 'Error opening query log file: open /prometheus/queries.active: permission denied',
    },
    {
      of: 'Grafana that may not write its volume',
      exitCode: 1,
      log: "GF_PATHS_DATA='/var/lib/grafana' is not writable.\nYou may have issues with file permissions, more information here: http://docs.grafana.org/installation/docker/#migrate-to-v51-or-later\nmkdir: can't create directory '/var/lib/grafana/plugins': Permission denied\n",
      id: 'permission-denied',
      says: "mkdir: can't create directory '/var/lib/grafana/plugins': Permission denied",
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
      of: 'a Go server without its certificate',
      exitCode: 1,
      log: '2026/11/22 15:00:01 open /certs/tls.crt: no such file or directory\n',
      id: 'app-error',
      says: 'open /certs/tls.crt: no such file or directory',
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
    {
      of: 'PHP-FPM, whose port is taken',
      exitCode: 78,
      log: "[22-Nov-2026 15:00:01] ERROR: unable to bind listening socket for address '9000': Address already in use (98)\n[22-Nov-2026 15:00:01] ERROR: FPM initialization failed\n",
      id: 'port-in-use',
      says: 'port 9000 is already in use',
    },
    {
      of: 'HAProxy, a word that it does not know',
      exitCode: 1,
      log: "[NOTICE]   (1) : haproxy version is 2.9.6\n[ALERT]    (1) : config : parsing [/usr/local/etc/haproxy/haproxy.cfg:3] : unknown keyword 'foo' in 'global' section\n[ALERT]    (1) : config : Error(s) found in configuration file : /usr/local/etc/haproxy/haproxy.cfg\n[ALERT]    (1) : config : Fatal errors found in configuration.\n",
      id: 'app-error',
      says: "unknown keyword 'foo' in 'global' section",
    },
    {
      of: 'Apache, whose port is taken',
      exitCode: 1,
      log: '(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:80\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n',
      id: 'port-in-use',
      confidence: 'possible',
      says: 'port 80 is already in use',
    },
    {
      of: 'Tomcat, whose port is taken',
      exitCode: 1,
      log: '22-Nov-2026 15:00:01.120 SEVERE [main] org.apache.catalina.util.LifecycleBase.handleSubClassException Failed to initialize component [Connector["http-nio-8080"]]\n\tjava.net.BindException: Address already in use\n22-Nov-2026 15:00:01.130 INFO [main] org.apache.coyote.AbstractProtocol.destroy Destroying ProtocolHandler ["http-nio-8080"]\n',
      id: 'port-in-use',
      says: 'java.net.BindException: Address already in use',
    },
    {
      of: 'RabbitMQ that may not read its cookie',
      exitCode: 1,
      log: 'Error when reading /var/lib/rabbitmq/.erlang.cookie: eacces\n',
      id: 'permission-denied',
      says: 'Error when reading /var/lib/rabbitmq/.erlang.cookie: eacces',
    },
    {
      of: 'the BEAM without memory',
      exitCode: 134,
      log: 'eheap_alloc: Cannot allocate 3405096 bytes of memory (of type "heap").\n\nCrash dump is being written to: erl_crash.dump...done\nAborted (core dumped)\n',
      id: 'abort',
      says: 'eheap_alloc: Cannot allocate 3405096 bytes of memory',
    },
  ]);
});
