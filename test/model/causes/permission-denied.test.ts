import { describe, it } from 'vitest';
import { expectLoggedReason } from '../../support/cause-expectations.ts';
import { ends, examineLogs, examineTold } from '../../support/examined-runs.ts';

describe('the last words of servers', () => {
  examineLogs([
    {
      of: 'nginx that may not bind port 80',
      exitCode: 1,
      log: '2026/11/22 15:00:01 [emerg] 1#1: bind() to 0.0.0.0:80 failed (13: Permission denied)\nnginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)\n',
      id: 'permission-denied',
      says: 'bind() to 0.0.0.0:80 failed (13: Permission denied)',
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
      of: 'Redis that cannot write its dump',
      exitCode: 1,
      log: "1:M 22 Nov 2026 15:00:01.120 # Can't open or create append-only dir appendonlydir: Permission denied\n",
      id: 'permission-denied',
      says: "Can't open or create append-only dir appendonlydir: Permission denied",
    },
    {
      of: 'Vault that may not write its storage',
      exitCode: 1,
      log: 'Error initializing storage of type raft: failed to create fsm: failed to open bolt file: open /vault/data/vault.db: permission denied\n2026-11-22T15:00:01.120Z [INFO]  proxy environment: http_proxy="" https_proxy="" no_proxy=""\n',
      id: 'permission-denied',
      says: 'open /vault/data/vault.db: permission denied',
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
      of: 'RabbitMQ that may not read its cookie',
      exitCode: 1,
      log: 'Error when reading /var/lib/rabbitmq/.erlang.cookie: eacces\n',
      id: 'permission-denied',
      says: 'Error when reading /var/lib/rabbitmq/.erlang.cookie: eacces',
    },
  ]);
});

describe('permissions of the system', () => {
  examineLogs(
    ends('permission-denied', [
      "Error: EACCES: permission denied, mkdir '/data'",
      'java.nio.file.AccessDeniedException: /data/wal',
      'Error: connect EACCES /var/run/docker.sock',
      'chown: /var/lib/redis: Operation not permitted',
      "PermissionError: [Errno 13] Permission denied: '/app/.cache'",
      'nginx: [emerg] open() "/etc/nginx/nginx.conf" failed (13: Permission denied)',
      "System.UnauthorizedAccessException: Access to the path '/data' is denied.",
    ]),
  );
});

describe('what runtimes print of what nobody caught', () => {
  examineTold([
    {
      of: 'the BEAM, which ends in a term',
      log: `{"Kernel pid terminated",application_controller,"{application_start_failure,kernel,{{shutdown,{failed_to_start_child,auth,{\\"Error when reading /var/lib/rabbitmq/.erlang.cookie: eacces\\",[{auth,init_cookie,0,[{file,\\"auth.erl\\"},{line,290}]}]}}},{kernel,start,[normal,[]]}}}"}
Kernel pid terminated (application_controller) ({application_start_failure,kernel,{{shutdown,{failed_to_start_child,auth,{"Error when reading /var/lib/rabbitmq/.erlang.cookie: eacces",[{auth,init_cookie,0,[{file,"auth.erl"},{line,290}]}]}}},{kernel,start,[normal,[]]}}})

Crash dump is being written to: /var/log/rabbitmq/erl_crash.dump...done
`,
      id: ['permission-denied'],
      says: ['/var/lib/rabbitmq/.erlang.cookie: eacces'],
    },
  ]);
});

describe('servers, wrappers and last words that say little', () => {
  examineTold([
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
  ]);
});

describe('structured logs', () => {
  examineTold([
    {
      of: 'Elasticsearch 7, whose stack trace is an array of lines',
      log: `{"type": "server", "timestamp": "2026-11-22T15:00:01,101Z", "level": "ERROR", "component": "o.e.b.ElasticsearchUncaughtExceptionHandler", "cluster.name": "docker-cluster", "node.name": "es-0", "message": "uncaught exception in thread [main]", "stacktrace": ["org.elasticsearch.bootstrap.StartupException: ElasticsearchException[failed to bind service]; nested: AccessDeniedException[/usr/share/elasticsearch/data/nodes];", "at org.elasticsearch.bootstrap.Elasticsearch.init(Elasticsearch.java:174) ~[elasticsearch-7.17.9.jar:7.17.9]", "Caused by: org.elasticsearch.ElasticsearchException: failed to bind service", "at org.elasticsearch.node.Node.<init>(Node.java:1135) ~[elasticsearch-7.17.9.jar:7.17.9]", "Caused by: java.nio.file.AccessDeniedException: /usr/share/elasticsearch/data/nodes", "at sun.nio.fs.UnixException.translateToIOException(UnixException.java:90) ~[?:?]"] }
uncaught exception in thread [main]`,
      id: ['permission-denied'],
      says: ['/usr/share/elasticsearch/data/nodes'],
    },
    {
      of: 'mongod that cannot remove its socket',
      exitCode: 14,
      log: String.raw`{"t":{"$date":"2026-11-22T15:00:01.101+00:00"},"s":"I",  "c":"CONTROL",  "id":23403,   "ctx":"initandlisten","msg":"Build Info","attr":{"buildInfo":{"version":"6.0.5"}}}
{"t":{"$date":"2026-11-22T15:00:01.111+00:00"},"s":"E",  "c":"NETWORK",  "id":23024,   "ctx":"initandlisten","msg":"Failed to unlink socket file","attr":{"path":"/tmp/mongodb-27017.sock","error":"Operation not permitted"}}
{"t":{"$date":"2026-11-22T15:00:01.111+00:00"},"s":"F",  "c":"-",        "id":23091,   "ctx":"initandlisten","msg":"Fatal assertion","attr":{"msgid":40486,"file":"src/mongo/transport/transport_layer_asio.cpp","line":1126}}
{"t":{"$date":"2026-11-22T15:00:01.111+00:00"},"s":"F",  "c":"-",        "id":23092,   "ctx":"initandlisten","msg":"\n\n***aborting after fassert() failure\n\n"}`,
      id: ['permission-denied'],
      says: ['Failed to unlink socket file: Operation not permitted'],
    },
    {
      of: 'slog in JSON after many quiet lines, with a group',
      log: `{"time":"2026-11-22T15:00:01Z","level":"ERROR","msg":"server","err":"listen tcp 0.0.0.0:443: bind: permission denied"}\n${Array.from({ length: 12 }, (_, i) => `{"time":"2026-11-22T15:00:02Z","level":"INFO","msg":"stopping worker ${i}"}`).join('\n')}`,
      id: ['permission-denied'],
      says: ['bind: permission denied'],
    },
  ]);
});

describe('what the program says that it died of', () => {
  it.each([
    ['cannot open /data/in.csv: Permission denied', 'permission-denied', 'exit 1: cannot open /data/in.csv: Permission denied'],
    ['listen tcp :80: bind: permission denied', 'permission-denied', 'exit 1: listen tcp :80: bind: permission denied'],
    ['Error: EACCES: permission denied, mkdir', 'permission-denied', 'exit 1: Error: EACCES: permission denied, mkdir'],
  ])('%s', (logTail, id, summary) => expectLoggedReason(logTail, id, summary));
});
