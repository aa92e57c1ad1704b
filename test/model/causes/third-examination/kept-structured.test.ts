import { describe } from 'vitest';
import { examineTold } from './examined.ts';

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
    {
      of: 'python-json-logger with levelname and a chain of exceptions',
      log: String.raw`{"asctime": "2026-11-22 15:00:01,101", "levelname": "CRITICAL", "name": "worker", "message": "worker died", "exc_info": "Traceback (most recent call last):\n  File \"/app/store.py\", line 12, in open\n    socket.create_connection((host, 5672))\nConnectionRefusedError: [Errno 111] Connection refused\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"/app/main.py\", line 3, in <module>\n    main()\napp.errors.BrokerError: no broker"}`,
      id: ['connection-refused'],
      says: ['refused'],
    },
    {
      of: 'structlog whose exception is a list of objects',
      log: `{"event": "startup failed", "level": "error", "timestamp": "2026-11-22T15:00:01.101Z", "exception": [{"exc_type": "ValueError", "exc_value": "RATE_LIMIT must be a number, not 'ten'", "syntax_error": null, "is_cause": false, "frames": [{"filename": "/app/main.py", "lineno": 3, "name": "<module>"}]}]}`,
      says: ["RATE_LIMIT must be a number, not 'ten'"],
    },
    {
      of: 'Serilog compact with a rendered message and no exception',
      log: String.raw`{"@t":"2026-11-22T15:00:00.101Z","@m":"Starting","@i":"a1"}
{"@t":"2026-11-22T15:00:01.101Z","@m":"Configuration value \"Auth:Issuer\" is missing","@i":"b2","@l":"Error"}
{"@t":"2026-11-22T15:00:01.201Z","@m":"Application is shutting down...","@i":"c3"}`,
      says: ['Auth:Issuer', 'is missing'],
    },
    {
      of: 'controller-runtime in JSON, a CRD that is not installed',
      log: String.raw`{"level":"info","ts":"2026-11-22T15:00:00Z","logger":"setup","msg":"starting manager"}
{"level":"error","ts":"2026-11-22T15:00:01Z","logger":"controller-runtime.source.EventHandler","msg":"if kind is a CRD, it should be installed before calling Start","kind":"Widget.shop.example.com","error":"no matches for kind \"Widget\" in version \"shop.example.com/v1\"","stacktrace":"sigs.k8s.io/controller-runtime/pkg/internal/source.(*Kind).Start.func1.1\n\t/go/pkg/mod/sigs.k8s.io/controller-runtime@v0.17.2/pkg/internal/source/kind.go:63"}
{"level":"error","ts":"2026-11-22T15:00:01Z","logger":"setup","msg":"problem running manager","error":"failed to wait for widget caches to sync: timed out waiting for cache to be synced for Kind *v1.Widget","stacktrace":"main.main\n\t/workspace/main.go:120"}`,
      says: ['no matches for kind'],
    },
    {
      of: 'logrus in JSON',
      log: `{"level":"info","msg":"loading","time":"2026-11-22T15:00:00Z"}
{"error":"x509: certificate signed by unknown authority","level":"fatal","msg":"cannot fetch the key set","time":"2026-11-22T15:00:01Z"}`,
      id: ['tls-failure'],
      says: ['signed by unknown authority'],
    },
    {
      of: 'Google Cloud severity and a plain trace',
      log: String.raw`{"severity":"INFO","message":"boot","timestamp":"2026-11-22T15:00:00Z"}
{"severity":"CRITICAL","message":"java.lang.IllegalArgumentException: Could not resolve placeholder 'stripe.key' in value \"${'$'}{stripe.key}\"\n\tat org.springframework.util.PropertyPlaceholderHelper.parseStringValue(PropertyPlaceholderHelper.java:180)\n","timestamp":"2026-11-22T15:00:01Z"}`,
      says: ["Could not resolve placeholder 'stripe.key'"],
    },
    {
      of: 'GELF with a numeric level and no full message',
      log: `{"version":"1.1","host":"a","short_message":"license expired on 2026-11-01","level":2,"timestamp":1795359601.1}
{"version":"1.1","host":"a","short_message":"stopped","level":6,"timestamp":1795359601.3}`,
      says: ['license expired on 2026-11-01'],
    },
    {
      of: 'Keycloak on Quarkus, text of exceptions in one string',
      log: `{"timestamp":"2026-11-22T15:00:01.101Z","sequence":12,"loggerName":"org.keycloak.quarkus.runtime.cli.ExecutionExceptionHandler","level":"ERROR","message":"ERROR: Failed to start server in (production) mode","threadName":"main"}
{"timestamp":"2026-11-22T15:00:01.102Z","sequence":13,"loggerName":"org.keycloak.quarkus.runtime.cli.ExecutionExceptionHandler","level":"ERROR","message":"ERROR: Key material not provided to setup HTTPS. Please configure your keys/certificates.","threadName":"main"}
{"timestamp":"2026-11-22T15:00:01.103Z","sequence":14,"loggerName":"org.keycloak.quarkus.runtime.cli.ExecutionExceptionHandler","level":"ERROR","message":"For more details run the same command passing the '--verbose' option. Also you can use '--help' to see the details about the usage of the particular command.","threadName":"main"}`,
      says: ['Key material not provided to setup HTTPS'],
    },
    {
      of: 'Caddy, whose error comes twice',
      log: `{"level":"info","ts":1795359600.1,"msg":"using provided configuration","config_file":"/etc/caddy/Caddyfile","config_adapter":"caddyfile"}
Error: adapting config using caddyfile: /etc/caddy/Caddyfile:4: unrecognized directive: reverse_prox`,
      says: ['unrecognized directive: reverse_prox'],
    },
    {
      of: 'a JSON logger whose level is upper case and whose error is an object in the message',
      log: `{"ts":"2026-11-22T15:00:01Z","lvl":"ERROR","msg":{"text":"boot","error":"unknown region eu-nowhere-1"}}`,
      says: ['unknown region eu-nowhere-1'],
    },
    {
      of: 'a JSON log that ends quietly',
      exitCode: 3,
      log: `{"level":"info","msg":"cache warm","ts":1}
{"level":"info","msg":"listening","port":8080,"ts":2}`,
      id: ['app-error'],
      says: ['exit 3; its log tells of no error'],
      saysNot: ['listening'],
    },
    {
      of: "Docker's line of another log",
      log: String.raw`{"log":"ERROR: relation \"orders\" does not exist at character 15\n","stream":"stderr","time":"2026-11-22T15:00:01.1Z"}`,
      says: ['relation "orders" does not exist'],
    },
    {
      of: 'Elixir with logger_json',
      log: String.raw`{"message":"Running ShopWeb.Endpoint with Bandit 1.5.7 at :::4000 (http)","time":"2026-11-22T15:00:00.101Z","severity":"info","metadata":{}}
{"message":"** (Postgrex.Error) FATAL 3D000 (invalid_catalog_name) database \"shop_prod\" does not exist","time":"2026-11-22T15:00:01.101Z","severity":"error","metadata":{"pid":"#PID<0.300.0>"}}`,
      says: ['database "shop_prod" does not exist'],
    },
  ]);
});
