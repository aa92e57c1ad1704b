import { describe } from 'vitest';
import { examineTold } from '../../support/examined-runs.ts';

describe('structured logs that were kept back until the rules were done', () => {
  examineTold([
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

describe('structured logs', () => {
  examineTold([
    {
      of: 'ECS with dotted fields, a class that is missing',
      log: String.raw`{"@timestamp":"2026-11-22T15:00:01.101Z","log.level":"ERROR","message":"Application run failed","ecs.version":"1.2.0","service.name":"shop","event.dataset":"shop","process.thread.name":"main","log.logger":"org.springframework.boot.SpringApplication","error.type":"java.lang.IllegalStateException","error.message":"Failed to introspect Class [com.example.Shop]","error.stack_trace":"java.lang.IllegalStateException: Failed to introspect Class [com.example.Shop]\n\tat org.springframework.util.ReflectionUtils.getDeclaredMethods(ReflectionUtils.java:483)\nCaused by: java.lang.NoClassDefFoundError: com/example/pay/Gateway\n\tat java.base/java.lang.Class.getDeclaredMethods0(Native Method)\n"}`,
      says: ['NoClassDefFoundError: com/example/pay/Gateway'],
    },
    {
      of: 'ECS with nested fields',
      log: String.raw`{"@timestamp":"2026-11-22T15:00:00.000Z","log":{"level":"info","logger":"app"},"message":"boot","ecs":{"version":"8.10.0"}}
{"@timestamp":"2026-11-22T15:00:01.000Z","log":{"level":"error","logger":"app"},"message":"cannot boot","ecs":{"version":"8.10.0"},"error":{"type":"KeyError","message":"PAYMENT_URL","stack_trace":"Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in <module>\n    url = os.environ['PAYMENT_URL']\nKeyError: 'PAYMENT_URL'\n"}}`,
      says: ['PAYMENT_URL'],
    },
    {
      of: 'zap in production',
      log: String.raw`{"level":"info","ts":1795359600.1,"caller":"app/main.go:21","msg":"starting"}
{"level":"fatal","ts":1795359601.1,"caller":"app/main.go:42","msg":"failed to open store","error":"open /data/LOCK: resource temporarily unavailable","stacktrace":"main.main\n\t/src/app/main.go:42\nruntime.main\n\t/usr/local/go/src/runtime/proc.go:271"}`,
      says: ['open /data/LOCK: resource temporarily unavailable'],
    },
    {
      of: 'winston, which writes exception: true',
      log: String.raw`{"date":"Sun Nov 22 2026 15:00:01 GMT+0000","error":{"code":"MODULE_NOT_FOUND"},"exception":true,"level":"error","message":"uncaughtException: Cannot find module './routes'\nRequire stack:\n- /app/server.js\nError: Cannot find module './routes'\nRequire stack:\n- /app/server.js\n    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)","os":{"loadavg":[0.1,0.2,0.3],"uptime":1000},"process":{"argv":["node","server.js"],"cwd":"/app","uid":1000},"stack":"Error: Cannot find module './routes'\nRequire stack:\n- /app/server.js\n    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)","trace":[]}`,
      says: ["Cannot find module './routes'"],
    },
    {
      of: "Rust's tracing in JSON",
      log: `{"timestamp":"2026-11-22T15:00:00.101Z","level":"INFO","fields":{"message":"starting"},"target":"relay"}
{"timestamp":"2026-11-22T15:00:01.101Z","level":"ERROR","fields":{"message":"cannot read config","error":"missing field 'upstream' at line 3 column 1"},"target":"relay"}`,
      says: ["missing field 'upstream'"],
    },
    {
      of: 'Kibana, whose level is a tag',
      log: `{"type":"log","@timestamp":"2026-11-22T15:00:01+00:00","tags":["info","savedobjects-service"],"pid":7,"message":"Waiting until all Elasticsearch nodes are compatible"}
{"type":"log","@timestamp":"2026-11-22T15:00:02+00:00","tags":["fatal","root"],"pid":7,"message":"Error: Unable to complete saved object migrations for the [.kibana_task_manager] index: the index is read only"}
{"type":"log","@timestamp":"2026-11-22T15:00:02+00:00","tags":["info","plugins-system","standard"],"pid":7,"message":"Stopping all plugins."}`,
      says: ['Unable to complete saved object migrations'],
    },
  ]);
});
