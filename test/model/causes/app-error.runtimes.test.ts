import { describe } from 'vitest';
import { examineLogs, examineTold } from '../../support/examined-runs.ts';

describe('the last words of runtimes', () => {
  examineLogs([
    {
      of: 'the JVM that leaves at the first OutOfMemoryError (exit 3)',
      exitCode: 3,
      log: '2026-11-22 15:00:01.120  INFO 1 --- [           main] c.e.Shop : started in 3.1 s\nTerminating due to java.lang.OutOfMemoryError: Java heap space\n',
      id: 'app-error',
      says: 'Terminating due to java.lang.OutOfMemoryError: Java heap space',
    },
    {
      of: 'the JVM that cannot reserve its heap',
      exitCode: 1,
      log: 'Error occurred during initialization of VM\nCould not reserve enough space for 2097152KB object heap\n',
      id: 'app-error',
      says: 'Could not reserve enough space for 2097152KB object heap',
    },
    {
      of: 'the JVM whose native memory ran out',
      exitCode: 1,
      log: `#
# There is insufficient memory for the Java Runtime Environment to continue.
# Native memory allocation (mmap) failed to map 65536 bytes. Error detail: committing reserved memory.
# An error report file with more information is saved as:
# /app/hs_err_pid1.log
`,
      id: 'app-error',
      says: 'Native memory allocation (mmap) failed to map 65536 bytes',
    },
    {
      of: 'a jar that is not there',
      exitCode: 1,
      log: 'Error: Unable to access jarfile /app/app.jar\n',
      id: 'app-error',
      says: 'Error: Unable to access jarfile /app/app.jar',
    },
    {
      of: 'a Java class that is not there',
      exitCode: 1,
      log: 'Error: Could not find or load main class com.example.Main\nCaused by: java.lang.ClassNotFoundException: com.example.Main\n',
      id: 'app-error',
      says: 'java.lang.ClassNotFoundException: com.example.Main',
    },
    {
      of: 'a class file of a newer Java',
      exitCode: 1,
      log: `Error: LinkageError occurred while loading main class com.example.Main
	java.lang.UnsupportedClassVersionError: com/example/Main has been compiled by a more recent version of the Java Runtime (class file version 65.0), this version of the Java Runtime only recognizes class file versions up to 61.0
`,
      id: 'app-error',
      says: 'UnsupportedClassVersionError: com/example/Main has been compiled by a more recent version',
    },
    {
      of: 'Node.js, a promise that nobody caught',
      exitCode: 1,
      log: `node:internal/process/promises:394
      triggerUncaughtException(err, true /* fromPromise */);
      ^

[UnhandledPromiseRejection: This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason "no configuration".] {
  code: 'ERR_UNHANDLED_REJECTION'
}

Node.js v22.14.0
`,
      id: 'app-error',
      says: 'UnhandledPromiseRejection',
    },
    {
      of: 'Go, log.Fatal of a missing variable',
      exitCode: 1,
      log: '2026/11/22 14:59:58 DATABASE_URL is not set\n',
      id: 'app-error',
      says: 'DATABASE_URL is not set',
    },
    {
      of: 'Go, log/slog at level ERROR',
      exitCode: 1,
      log: '2026/11/22 14:59:58 INFO starting version=1.4.2\ntime=2026-11-22T14:59:58.120Z level=ERROR msg="cannot load config" err="yaml: line 4: did not find expected key"\n',
      id: 'app-error',
      says: 'did not find expected key',
    },
    {
      of: 'Python, a script that is not there (exit 2)',
      exitCode: 2,
      log: "python: can't open file '/app/main.py': [Errno 2] No such file or directory\n",
      id: 'app-error',
      says: "can't open file '/app/main.py'",
    },
    {
      of: 'Rust, an error that main returned',
      exitCode: 1,
      log: 'Error: Os { code: 2, kind: NotFound, message: "No such file or directory" }\n',
      id: 'app-error',
      says: 'Error: Os { code: 2, kind: NotFound',
    },
    {
      of: 'Ruby, bundler without the gems',
      exitCode: 7,
      log: 'bundler: failed to load command: puma (/usr/local/bundle/bin/puma)\nCould not find rack-3.1.8 in locally installed gems\nRun `bundle install` to install missing gems.\n',
      id: 'app-error',
      says: 'Could not find rack-3.1.8 in locally installed gems',
    },
    {
      of: '.NET without its framework (exit 150)',
      exitCode: 150,
      log: `You must install or update .NET to run this application.

App: /app/Shop.dll
Architecture: x64
Framework: 'Microsoft.NETCore.App', version '9.0.0' (x64)
.NET location: /usr/share/dotnet/

The following frameworks were found:
  8.0.10 at [/usr/share/dotnet/shared/Microsoft.NETCore.App]

Learn more:
https://aka.ms/dotnet/app-launch-failed

To install missing framework, download:
https://aka.ms/dotnet-core-applaunch?framework=Microsoft.NETCore.App&framework_version=9.0.0&arch=x64&rid=linux-x64&os=debian.12
`,
      id: 'app-error',
      says: 'You must install or update .NET to run this application.',
    },
    {
      of: 'PHP, an error that nobody caught (exit 255)',
      exitCode: 255,
      log: `PHP Fatal error:  Uncaught Error: Call to undefined function mb_strlen() in /app/index.php:3
Stack trace:
#0 {main}
  thrown in /app/index.php on line 3
`,
      id: 'app-error',
      says: 'Uncaught Error: Call to undefined function mb_strlen()',
    },
    {
      of: 'Elixir, an application that does not start',
      exitCode: 1,
      log: `14:59:58.441 [notice] Application shop exited: Shop.Application.start(:normal, []) returned an error: shutdown: failed to start child: Shop.Repo
Kernel pid terminated (application_controller) ("{application_start_failure,shop,{{shutdown,{failed_to_start_child,'Elixir.Shop.Repo',missing_url}},{'Elixir.Shop.Application',start,[normal,[]]}}}")

Crash dump is being written to: erl_crash.dump...done
`,
      id: 'app-error',
      says: "failed to start 'Elixir.Shop.Repo',missing_url",
    },
    {
      of: 'Elixir, whose boot fails in the configuration',
      exitCode: 1,
      log: `ERROR! Config provider Config.Reader failed with:
** (RuntimeError) environment variable DATABASE_URL is missing.
For example: ecto://USER:PASS@HOST/DATABASE

    /app/releases/0.1.0/runtime.exs:31: (file)
    (elixir 1.17.2) src/elixir.erl:386: :elixir.eval_external_handler/3

Runtime terminating during boot ({#{message=><<"environment variable DATABASE_URL is missing.">>,'__struct__'=>'Elixir.RuntimeError'},[]})

Crash dump is being written to: erl_crash.dump...done
`,
      id: 'app-error',
      says: 'environment variable DATABASE_URL is missing',
    },
    {
      of: 'Perl without one of its modules (exit 2)',
      exitCode: 2,
      log: `Can't locate DBI.pm in @INC (you may need to install the DBI module) (@INC entries checked: /etc/perl /usr/local/lib/x86_64-linux-gnu/perl/5.36.0) at /app/job.pl line 3.
BEGIN failed--compilation aborted at /app/job.pl line 3.
`,
      id: 'app-error',
      says: "Can't locate DBI.pm in @INC",
    },
    {
      of: 'a C library that is too old (exit 1)',
      exitCode: 1,
      log: "/app/serve: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by /app/serve)\n/app/serve: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.32' not found (required by /app/serve)\n",
      id: 'app-error',
      says: 'version `GLIBC_2.3',
    },
    {
      of: 'a symbol that musl does not have (exit 127)',
      exitCode: 127,
      log: 'Error relocating /app/serve: __res_init: symbol not found\n',
      id: 'app-error',
      says: 'Error relocating /app/serve: __res_init: symbol not found',
    },
    {
      of: 'a bus error (exit 135), as a full /dev/shm gives it',
      exitCode: 135,
      log: 'loading the model into shared memory\nBus error (core dumped)\n',
      id: 'app-error',
      says: 'exit 135: SIGBUS',
    },
  ]);
});

describe('what runtimes print of what nobody caught, kept back until the rules were done', () => {
  examineTold([
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
  ]);
});

describe('what runtimes print of what nobody caught', () => {
  examineTold([
    {
      of: 'PHP without one of its extensions',
      exitCode: 255,
      log: `PHP Fatal error:  Uncaught Error: Call to undefined function mb_strlen() in /app/src/Text.php:9
Stack trace:
#0 /app/worker.php(12): Text->length('abc')
#1 {main}
  thrown in /app/src/Text.php on line 9
`,
      says: ['Call to undefined function mb_strlen()'],
    },
    {
      of: 'Perl without a module',
      exitCode: 2,
      log: `Can't locate DBD/Pg.pm in @INC (you may need to install the DBD::Pg module) (@INC entries checked: /etc/perl /usr/local/lib/perl5) at /app/import.pl line 7.
BEGIN failed--compilation aborted at /app/import.pl line 7.
`,
      says: ["Can't locate DBD/Pg.pm in @INC"],
    },
    {
      of: 'Rails, which aborts its task',
      log: `rails aborted!
ActiveRecord::NoDatabaseError: We could not find your database: shop_production. Available database configurations can be found in config/database.yml. (ActiveRecord::NoDatabaseError)
/usr/local/bundle/gems/activerecord-7.1.3/lib/active_record/connection_adapters/postgresql_adapter.rb:81:in 'rescue in new_client'
/app/config/environment.rb:5:in '<main>'

Caused by:
PG::ConnectionBad: connection to server at "10.96.4.2", port 5432 failed: FATAL:  database "shop_production" does not exist (PG::ConnectionBad)
/usr/local/bundle/gems/pg-1.5.6/lib/pg/connection.rb:709:in 'async_connect_or_reset'
Tasks: TOP => db:migrate
(See full trace by running task with --trace)
`,
      says: ['database "shop_production" does not exist'],
    },
    {
      of: 'Go, an error that is wrapped in a log.Fatal behind zap',
      log: `2026-11-22T15:00:01.140Z	INFO	app/main.go:31	starting
2026-11-22T15:00:01.150Z	FATAL	app/main.go:44	cannot migrate	{"error": "Dirty database version 14. Fix and force version."}
main.run
	/src/app/main.go:44
main.main
	/src/app/main.go:20
runtime.main
	/usr/local/go/src/runtime/proc.go:271
`,
      says: ['Dirty database version 14'],
      saysNot: ['runtime.main'],
    },
    {
      of: 'Elixir, an error in its runtime configuration',
      log: `ERROR! Config provider Config.Reader failed with:
** (RuntimeError) environment variable SECRET_KEY_BASE is missing.
You can generate one by calling: mix phx.gen.secret

    /app/releases/0.1.0/runtime.exs:24: (file)
    (elixir 1.17.2) src/elixir.erl:386: :elixir.eval_external_handler/3
Runtime terminating during boot ({#{message=><<"environment variable SECRET_KEY_BASE is missing.\\nYou can generate one by calling: mix phx.gen.secret\\n">>,'__struct__'=>'Elixir.RuntimeError','__exception__'=>true},[{elixir_eval,'__FILE__',1,[{file,"/app/releases/0.1.0/runtime.exs"},{line,24}]}]})

Crash dump is being written to: erl_crash.dump...done
`,
      says: ['environment variable SECRET_KEY_BASE is missing'],
    },
    {
      of: 'Rust, a result that main returns',
      log: `2026-11-22T15:00:01.140Z  INFO relay: loading
Error: failed to read configuration

Caused by:
    0: failed to open /etc/relay/relay.toml
    1: No such file or directory (os error 2)
`,
      says: ['failed to open /etc/relay/relay.toml'],
    },
  ]);
});
