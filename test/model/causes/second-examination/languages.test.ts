import { describe } from 'vitest';
import { examineLogs } from './examined.ts';

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
      of: 'a JVM main thread that ran out of heap (exit 1)',
      exitCode: 1,
      log: 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n\tat java.base/java.util.Arrays.copyOf(Arrays.java:3537)\n\tat com.example.Cache.grow(Cache.java:88)\n',
      id: 'app-panic',
      says: 'java.lang.OutOfMemoryError: Java heap space',
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
      of: 'the JVM that crashed in native code (exit 134)',
      exitCode: 134,
      log: `#
# A fatal error has been detected by the Java Runtime Environment:
#
#  SIGSEGV (0xb) at pc=0x00007f2c9a1d3f5e, pid=1, tid=29
#
# JRE version: OpenJDK Runtime Environment Temurin-21.0.4+7 (21.0.4+7) (build 21.0.4+7-LTS)
# Java VM: OpenJDK 64-Bit Server VM Temurin-21.0.4+7 (21.0.4+7-LTS, mixed mode, sharing, tiered, compressed oops, g1 gc, linux-amd64)
# Problematic frame:
# C  [libc.so.6+0x15af5e]
#
# No core dump will be written. Core dumps have been disabled. To enable core dumping, try "ulimit -c unlimited" before starting Java again
#
# An error report file with more information is saved as:
# /app/hs_err_pid1.log
[thread 34 also had an error]
#
# If you would like to submit a bug report, please visit:
#   https://github.com/adoptium/adoptium-support/issues
# The crash happened outside the Java Virtual Machine in native code.
# See problematic frame for where to report the bug.
#
`,
      id: 'abort',
      says: 'SIGSEGV (0xb) at pc=0x00007f2c9a1d3f5e, pid=1, tid=29',
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
      of: 'Node.js at the limit of its own heap (exit 134)',
      exitCode: 134,
      log: `
<--- Last few GCs --->

[1:0x7f5d3c000b70]    40372 ms: Mark-Compact (reduce) 2045.7 (2081.8) -> 2044.7 (2082.0) MB, 337.46 / 0.00 ms  (average mu = 0.070, current mu = 0.004) allocation failure; scavenge might not succeed
[1:0x7f5d3c000b70]    40712 ms: Mark-Compact (reduce) 2045.9 (2082.0) -> 2044.8 (2081.8) MB, 338.12 / 0.00 ms  (average mu = 0.038, current mu = 0.005) allocation failure; scavenge might not succeed


<--- JS stacktrace --->

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----

 1: 0xb8d11b node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]
 2: 0xf01b70 v8::Utils::ReportOOMFailure(v8::internal::Isolate*, char const*, v8::OOMDetails const&) [node]
 3: 0xf01e57 v8::internal::V8::FatalProcessOutOfMemory(v8::internal::Isolate*, char const*, v8::OOMDetails const&) [node]
 9: 0x10e0226 v8::internal::Factory::NewFillerObject(int, v8::internal::AllocationAlignment, v8::internal::AllocationType) [node]
10: 0x153c086 v8::internal::Runtime_AllocateInYoungGeneration(int, unsigned long*, v8::internal::Isolate*) [node]
11: 0x1910b36  [node]
Aborted (core dumped)
`,
      id: 'abort',
      says: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
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
      of: 'Node.js, a missing export in an ES module',
      exitCode: 1,
      log: `file:///app/src/main.mjs:1
import { start } from './server.mjs';
         ^^^^^
SyntaxError: The requested module './server.mjs' does not provide an export named 'start'
    at #_instantiate (node:internal/modules/esm/module_job:254:21)
    at async ModuleJob.run (node:internal/modules/esm/module_job:363:5)
    at async onImport.tracePromise.__proto__ (node:internal/modules/esm/loader:669:26)

Node.js v24.1.0
`,
      id: 'app-panic',
      says: "SyntaxError: The requested module './server.mjs' does not provide an export named 'start'",
    },
    {
      of: 'Go, a nil map in a goroutine (exit 2)',
      exitCode: 2,
      log: `{"level":"info","msg":"listening","port":8080}
panic: assignment to entry in nil map

goroutine 34 [running]:
main.(*cache).put(...)
	/src/cache.go:41
main.handle({0x7d2ac8, 0xc00011c000}, 0xc000128000)
	/src/main.go:58 +0x11d
created by net/http.(*Server).Serve in goroutine 1
	/usr/local/go/src/net/http/server.go:3285 +0x4b4
`,
      id: 'app-panic',
      says: 'panic: assignment to entry in nil map',
    },
    {
      of: 'Go, a deadlock',
      exitCode: 2,
      log: 'fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\nmain.main()\n\t/src/main.go:9 +0x2c\n',
      id: 'app-panic',
      says: 'fatal error: all goroutines are asleep - deadlock!',
    },
    {
      of: 'Go, a map written by two',
      exitCode: 2,
      log: 'fatal error: concurrent map writes\n\ngoroutine 51 [running]:\ninternal/runtime/maps.fatal({0x9d6f2a?, 0x1?})\n\t/usr/local/go/src/runtime/panic.go:1058 +0x18\nmain.worker(0x3)\n\t/src/main.go:21 +0x5e\n',
      id: 'app-panic',
      says: 'fatal error: concurrent map writes',
    },
    {
      of: 'Go that gets no memory from the kernel',
      exitCode: 2,
      log: `fatal error: runtime: out of memory

runtime stack:
runtime.throw({0x4c2d61?, 0xc000000?})
	/usr/local/go/src/runtime/panic.go:1101 +0x48 fp=0x7ffd3a7d0d20 sp=0x7ffd3a7d0cf0 pc=0x46f168
runtime.sysMapOS(0xc000400000, 0x8000000)
	/usr/local/go/src/runtime/mem_linux.go:168 +0x11b

goroutine 1 gp=0xc000002380 m=0 mp=0x575a40 [running]:
main.main()
	/src/main.go:8 +0x25
`,
      id: 'app-panic',
      says: 'fatal error: runtime: out of memory',
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
      of: 'Python without one of its modules',
      exitCode: 1,
      log: `Traceback (most recent call last):
  File "/app/main.py", line 3, in <module>
    import psycopg2
ModuleNotFoundError: No module named 'psycopg2'
`,
      id: 'app-panic',
      says: "ModuleNotFoundError: No module named 'psycopg2'",
    },
    {
      of: 'Python, an environment variable that is missing',
      exitCode: 1,
      log: `Traceback (most recent call last):
  File "/app/settings.py", line 9, in <module>
    SECRET_KEY = os.environ["SECRET_KEY"]
                 ~~~~~~~~~~^^^^^^^^^^^^^^
  File "<frozen os>", line 714, in __getitem__
    raise KeyError(key) from None
KeyError: 'SECRET_KEY'
`,
      id: 'app-panic',
      says: "KeyError: 'SECRET_KEY'",
    },
    {
      of: 'Python, a script that is not there (exit 2)',
      exitCode: 2,
      log: "python: can't open file '/app/main.py': [Errno 2] No such file or directory\n",
      id: 'app-error',
      says: "can't open file '/app/main.py'",
    },
    {
      of: 'Rust (exit 101)',
      exitCode: 101,
      log: "thread 'main' (1) panicked at src/config.rs:31:10:\nDATABASE_URL must be set: NotPresent\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n",
      id: 'app-panic',
      says: 'DATABASE_URL must be set: NotPresent',
    },
    {
      of: 'Rust, an error that main returned',
      exitCode: 1,
      log: 'Error: Os { code: 2, kind: NotFound, message: "No such file or directory" }\n',
      id: 'app-error',
      says: 'Error: Os { code: 2, kind: NotFound',
    },
    {
      of: 'Rust, memory that could not be had',
      exitCode: 134,
      log: 'memory allocation of 17179869184 bytes failed\n',
      id: 'abort',
      says: 'memory allocation of 17179869184 bytes failed',
    },
    {
      of: 'Ruby without one of its gems',
      exitCode: 1,
      log: `<internal:/usr/local/lib/ruby/3.3.0/rubygems/core_ext/kernel_require.rb>:136:in \`require': cannot load such file -- pg (LoadError)
	from <internal:/usr/local/lib/ruby/3.3.0/rubygems/core_ext/kernel_require.rb>:136:in \`require'
	from /app/app.rb:1:in \`<main>'
`,
      id: 'app-panic',
      says: 'cannot load such file -- pg (LoadError)',
    },
    {
      of: 'Ruby, bundler without the gems',
      exitCode: 7,
      log: 'bundler: failed to load command: puma (/usr/local/bundle/bin/puma)\nCould not find rack-3.1.8 in locally installed gems\nRun `bundle install` to install missing gems.\n',
      id: 'app-error',
      says: 'Could not find rack-3.1.8 in locally installed gems',
    },
    {
      of: '.NET, an assembly that is not there (exit 134)',
      exitCode: 134,
      log: `Unhandled exception. System.IO.FileNotFoundException: Could not load file or assembly 'Npgsql, Version=8.0.3.0, Culture=neutral, PublicKeyToken=5d8b90d52f46fda7'. The system cannot find the file specified.

File name: 'Npgsql, Version=8.0.3.0, Culture=neutral, PublicKeyToken=5d8b90d52f46fda7'
   at Shop.Program.Main(String[] args)
`,
      id: 'app-panic',
      says: "Could not load file or assembly 'Npgsql",
    },
    {
      of: '.NET as process 1, where abort() ends with SIGSEGV (exit 139)',
      exitCode: 139,
      log: `info: Microsoft.Hosting.Lifetime[14]
      Now listening on: http://[::]:8080
Unhandled exception. System.InvalidOperationException: ConnectionStrings:Shop is not configured
   at Shop.Program.<Main>$(String[] args) in /src/Program.cs:line 14
`,
      id: 'app-panic',
      says: 'System.InvalidOperationException: ConnectionStrings:Shop is not configured',
    },
    {
      of: 'C++, an exception as process 1 (exit 139)',
      exitCode: 139,
      log: "terminate called after throwing an instance of 'std::out_of_range'\n  what():  map::at\n",
      id: 'app-panic',
      says: 'what():  map::at',
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
      of: 'an assertion of the C library (exit 134)',
      exitCode: 134,
      log: "queue: /src/queue.c:88: pop: Assertion `q->head != NULL' failed.\nAborted\n",
      id: 'abort',
      says: "Assertion `q->head != NULL' failed.",
    },
    {
      of: 'a heap that checks itself',
      exitCode: 134,
      log: 'free(): double free detected in tcache 2\n',
      id: 'abort',
      says: 'free(): double free detected in tcache 2',
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
