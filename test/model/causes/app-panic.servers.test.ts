import { describe } from 'vitest';
import { examineLogs, examineTold } from '../../support/examined-runs.ts';

describe('the last words of servers', () => {
  examineLogs([
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
  ]);
});

describe('servers, wrappers and last words that say little, kept back until the rules were done', () => {
  examineTold([
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

describe('servers, wrappers and last words that say little', () => {
  examineTold([
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
  ]);
});
