import { describe } from 'vitest';
import { examineTold } from './examined.ts';

describe('what runtimes print of what nobody caught, kept back until the rules were done', () => {
  examineTold([
    {
      of: '.NET, a critical line of its host before the exception',
      exitCode: 139,
      log: `info: Microsoft.Hosting.Lifetime[0]
      Application started. Press Ctrl+C to shut down.
fail: Microsoft.Extensions.Hosting.Internal.Host[9]
      BackgroundService failed
      System.InvalidOperationException: No service for type 'Shop.IClock' has been registered.
         at Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService(IServiceProvider provider, Type serviceType)
         at Shop.Worker.ExecuteAsync(CancellationToken stoppingToken) in /src/Worker.cs:line 21
crit: Microsoft.Extensions.Hosting.Internal.Host[10]
      The HostOptions.BackgroundServiceExceptionBehavior is configured to StopHost. A BackgroundService has thrown an unhandled exception, and the IHost instance is stopping.
info: Microsoft.Hosting.Lifetime[0]
      Application is shutting down...
`,
      id: ['app-error', 'app-panic', 'segfault'],
      says: ["No service for type 'Shop.IClock' has been registered"],
    },
    {
      of: 'Laravel, which writes one line and a trace in brackets',
      log: `[2026-11-22 15:00:01] production.ERROR: SQLSTATE[HY000] [1045] Access denied for user 'shop'@'10.244.1.7' (using password: YES) {"exception":"[object] (PDOException(code: 1045): SQLSTATE[HY000] [1045] Access denied for user 'shop'@'10.244.1.7' (using password: YES) at /app/vendor/laravel/framework/src/Illuminate/Database/Connectors/Connector.php:66)
[stacktrace]
#0 /app/vendor/laravel/framework/src/Illuminate/Database/Connectors/Connector.php(66): PDO->__construct('mysql:host=mysq...', 'shop', Object(SensitiveParameterValue), Array)
#1 /app/artisan(35): Illuminate\\\\Foundation\\\\Console\\\\Kernel->handle()
#2 {main}
"} 
`,
      says: ["Access denied for user 'shop'@'10.244.1.7'"],
    },
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
      of: 'Puma, whose application cannot be loaded',
      log: `Puma starting in single mode...
* Puma version: 6.4.2 (ruby 3.3.0-p0) ("The Eagle of Durin")
*  Environment: production
! Unable to load application: LoadError: cannot load such file -- pg
bundler: failed to load command: puma (/usr/local/bundle/bin/puma)
/usr/local/bundle/gems/activesupport-7.1.3/lib/active_support/dependencies.rb:36:in 'require': cannot load such file -- pg (LoadError)
	from /app/config/application.rb:7:in '<top (required)>'
	from /usr/local/bundle/bin/puma:25:in '<main>'
`,
      says: ['cannot load such file -- pg'],
    },
    {
      of: 'Node.js, an unhandled error event',
      log: `node:events:497
      throw er; // Unhandled 'error' event
      ^

Error: listen EADDRINUSE: address already in use :::3000
    at Server.setupListenHandle [as _listen2] (node:net:1898:16)
    at listenInCluster (node:net:1946:12)
Emitted 'error' event on Server instance at:
    at emitErrorNT (node:net:1925:8)
    at process.processTicksAndRejections (node:internal/process/task_queues:82:21) {
  code: 'EADDRINUSE',
  errno: -98,
  syscall: 'listen',
  address: '::',
  port: 3000
}

Node.js v20.18.0
`,
      id: ['port-in-use'],
      says: ['3000'],
    },
    {
      of: 'TypeScript that ts-node does not compile',
      log: `/app/node_modules/ts-node/src/index.ts:859
    return new TSError(diagnosticText, diagnosticCodes, diagnostics);
           ^
TSError: ⨯ Unable to compile TypeScript:
src/server.ts:12:7 - error TS2322: Type 'string' is not assignable to type 'number'.

12 const port: number = process.env.PORT;
         ~~~~

    at createTSError (/app/node_modules/ts-node/src/index.ts:859:12)
    at reportTSError (/app/node_modules/ts-node/src/index.ts:863:19) {
  diagnosticCodes: [ 2322 ]
}
`,
      says: ["Type 'string' is not assignable to type 'number'"],
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
    {
      of: 'Uvicorn, whose start event fails',
      exitCode: 3,
      log: `INFO:     Started server process [1]
INFO:     Waiting for application startup.
ERROR:    Traceback (most recent call last):
  File "/usr/local/lib/python3.12/site-packages/starlette/routing.py", line 693, in lifespan
    async with self.lifespan_context(app) as maybe_state:
  File "/app/main.py", line 18, in lifespan
    model = load(MODEL)
FileNotFoundError: [Errno 2] No such file or directory: '/models/rank.onnx'

ERROR:    Application startup failed. Exiting.
`,
      says: ['/models/rank.onnx'],
    },
    {
      of: 'Go, a fatal error of a test of its own binary',
      exitCode: 2,
      log: `panic: http: multiple registrations for /healthz [recovered]
	panic: http: multiple registrations for /healthz

goroutine 1 [running]:
net/http.(*ServeMux).Handle(0xc0000b4000, {0x70c1a2, 0x8}, {0x7a8c20, 0x72d0e8})
	/usr/local/go/src/net/http/server.go:2515 +0x1e5
main.main()
	/src/main.go:19 +0x45
`,
      says: ['multiple registrations for /healthz'],
    },
    {
      of: 'klog, which dumps all goroutines behind its last line',
      exitCode: 255,
      log: `I1122 15:00:00.101000       1 main.go:51] starting
F1122 15:00:01.101000       1 main.go:88] failed to load kubeconfig: invalid configuration: no configuration has been provided
goroutine 1 [running]:
k8s.io/klog/v2.stacks(0x1)
	/go/pkg/mod/k8s.io/klog/v2@v2.9.0/klog.go:1026 +0x8a
k8s.io/klog/v2.(*loggingT).output(0x2d6a4c0, 0x3, {0x0, 0x0}, 0xc0001e2e00, 0x0, {0x2296d7d, 0x2cbf5e0}, 0xc00004a5c0, 0x0)
	/go/pkg/mod/k8s.io/klog/v2@v2.9.0/klog.go:975 +0x63d
main.main()
	/src/main.go:88 +0x2c5

goroutine 6 [chan receive]:
k8s.io/klog/v2.(*loggingT).flushDaemon(0x0)
	/go/pkg/mod/k8s.io/klog/v2@v2.9.0/klog.go:1169 +0x6a
`,
      says: ['failed to load kubeconfig: invalid configuration'],
      saysNot: ['F1122'],
    },
    {
      of: 'an Erlang report of a child that does not start',
      log: `=SUPERVISOR REPORT==== 22-Nov-2026::15:00:01.101000 ===
    supervisor: {local,shop_sup}
    errorContext: start_error
    reason: {listen_error,http_listener,eaddrinuse}
    offender: [{pid,undefined},
               {id,http_listener},
               {mfargs,{ranch_listener_sup,start_link,[http_listener]}}]

{"Kernel pid terminated",application_controller,"{application_start_failure,shop,{{shutdown,{failed_to_start_child,http_listener,{listen_error,http_listener,eaddrinuse}}},{shop_app,start,[normal,[]]}}}"}
Kernel pid terminated (application_controller) ({application_start_failure,shop,{{shutdown,{failed_to_start_child,http_listener,{listen_error,http_listener,eaddrinuse}}},{shop_app,start,[normal,[]]}}})

Crash dump is being written to: erl_crash.dump...done
`,
      id: ['port-in-use'],
      says: ['eaddrinuse'],
    },
    {
      of: 'Rust with eyre and colours',
      log: `Error:␛[31m
   0: ␛[91mcannot start the relay␛[0m
   1: ␛[91minvalid port in [listen]: expected u16, got 80800␛[0m

Location:
   src/main.rs:22

Backtrace omitted. Run with RUST_BACKTRACE=1 environment variable to display it.
`,
      says: ['invalid port in [listen]: expected u16, got 80800'],
    },
    {
      of: 'Java, a trace of Micronaut behind a logback line',
      log: `15:00:01.101 [main] ERROR io.micronaut.runtime.Micronaut - Error starting Micronaut server: Bean definition [javax.sql.DataSource] could not be loaded: Error instantiating bean of type [javax.sql.DataSource]
io.micronaut.context.exceptions.BeanInstantiationException: Bean definition [javax.sql.DataSource] could not be loaded
	at io.micronaut.context.DefaultBeanContext.initializeContext(DefaultBeanContext.java:1997)
	at com.example.Application.main(Application.java:8)
Caused by: com.zaxxer.hikari.pool.HikariPool$PoolInitializationException: Failed to initialize pool: FATAL: no pg_hba.conf entry for host "10.244.1.7", user "shop", database "shop", no encryption
	at com.zaxxer.hikari.pool.HikariPool.throwPoolInitializationException(HikariPool.java:596)
	... 21 common frames omitted
Caused by: org.postgresql.util.PSQLException: FATAL: no pg_hba.conf entry for host "10.244.1.7", user "shop", database "shop", no encryption
	at org.postgresql.core.v3.ConnectionFactoryImpl.doAuthentication(ConnectionFactoryImpl.java:693)
	... 30 common frames omitted
`,
      says: ['no pg_hba.conf entry for host'],
    },
  ]);
});
