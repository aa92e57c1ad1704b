import { describe } from 'vitest';
import type { CauseId } from '../../../../src/model/cause.ts';
import { examineLogs, type LoggedEnd } from './examined.ts';

const ends = (id: CauseId, lines: readonly string[]): LoggedEnd[] =>
  lines.map((log) => ({ of: log, exitCode: 1, log, id, says: 'exit 1: ' }));

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

describe('certificates and handshakes', () => {
  examineLogs(
    ends('tls-failure', [
      'remote error: tls: handshake failure',
      'tls: private key does not match public key',
      'tls: failed to find any PEM data in certificate input',
      'curl: (60) SSL certificate problem: unable to get local issuer certificate',
      'System.Net.Http.HttpRequestException: The SSL connection could not be established, see inner exception.',
      'javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path to requested target',
      'Error: write EPROTO 140:error:1408F10B:SSL routines:ssl3_get_record:wrong version number',
      'x509: certificate has expired or is not yet valid: current time 2026-11-22T15:00:01Z is after 2026-11-01T00:00:00Z',
    ]),
  );
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

describe('permissions of services, which are no permissions of the system', () => {
  examineLogs(
    ends('app-error', [
      'AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/shop is not authorized to perform: secretsmanager:GetSecretValue',
      'rpc error: code = PermissionDenied desc = Permission denied on resource project shop-prod',
      "ERROR 1045 (28000): Access denied for user 'shop'@'10.244.1.7' (using password: YES)",
      'Error making API request.\nURL: PUT https://vault.infra:8200/v1/auth/kubernetes/login\nCode: 403. Errors:\n\n* permission denied',
      'FATAL:  permission denied for database "shop"',
      'googleapi: Error 403: permission denied on bucket shop-backups',
    ]),
  );
});

describe('ports that are taken', () => {
  const taken: readonly (readonly [log: string, says: string])[] = [
    [
      "ERROR:    [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use",
      'port 8000 is already in use',
    ],
    [
      '/usr/local/bundle/gems/puma-6.4.2/lib/puma/binder.rb:344:in `initialize\': Address already in use - bind(2) for "0.0.0.0" port 3000 (Errno::EADDRINUSE)',
      'port 3000 is already in use',
    ],
    ['Error: listen EADDRINUSE: address already in use :::8080', 'port 8080 is already in use'],
    ['error binding to 0.0.0.0:50051: Address already in use (os error 98)', '50051'],
    ['Failed to bind to address http://0.0.0.0:8080: address already in use.', 'port 8080 is already in use'],
  ];
  const elsewhere = [
    'main.py:12: OSError: address already in use',
    'server.go:41: address already in use',
    '[15:00:01] address already in use',
  ].map((log) => [log, `exit 1: ${log}`] as const);
  examineLogs([...taken, ...elsewhere].map(([log, says]) => ({ of: log, exitCode: 1, log, id: 'port-in-use', says })));
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
    ...ends('read-only-filesystem', [
      "Error: EROFS: read-only file system, open '/app/.npm/_logs/x.log'",
      'mkdir: cannot create directory ‘/var/run/app’: Read-only file system',
      'Error: Read-only file system (os error 30)',
      'java.nio.file.FileSystemException: /app/tmp: Read-only file system',
    ]),
  ]);
});
