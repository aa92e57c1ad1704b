import { describe } from 'vitest';
import { examineLogs, examineTold } from '../../support/examined-runs.ts';

describe('the last words of runtimes', () => {
  examineLogs([
    {
      of: 'a JVM main thread that ran out of heap (exit 1)',
      exitCode: 1,
      log: 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n\tat java.base/java.util.Arrays.copyOf(Arrays.java:3537)\n\tat com.example.Cache.grow(Cache.java:88)\n',
      id: 'app-panic',
      says: 'java.lang.OutOfMemoryError: Java heap space',
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
      of: 'Rust (exit 101)',
      exitCode: 101,
      log: "thread 'main' (1) panicked at src/config.rs:31:10:\nDATABASE_URL must be set: NotPresent\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n",
      id: 'app-panic',
      says: 'DATABASE_URL must be set: NotPresent',
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
  ]);
});

describe('what runtimes print of what nobody caught, kept back until the rules were done', () => {
  examineTold([
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

describe('what runtimes print of what nobody caught', () => {
  examineTold([
    {
      of: 'Ruby, whose error has frames of its own kind',
      log: `/usr/local/lib/ruby/3.3.0/uri/rfc3986_parser.rb:130:in 'URI::RFC3986_Parser#split': bad URI (is not URI?): "redis://:p@ss w@redis:6379" (URI::InvalidURIError)
	from /usr/local/lib/ruby/3.3.0/uri/rfc3986_parser.rb:135:in 'URI::RFC3986_Parser#parse'
	from /app/config.rb:12:in '<main>'
`,
      says: ['bad URI (is not URI?)'],
    },
    {
      of: 'Node.js, an error with a code excerpt above and properties below',
      log: `node:internal/modules/cjs/loader:1228
  throw err;
  ^

Error: Cannot find module 'express'
Require stack:
- /app/server.js
    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)
    at Module._load (node:internal/modules/cjs/loader:1051:27)
    at Object.<anonymous> (/app/server.js:1:17) {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ '/app/server.js' ]
}

Node.js v20.18.0
`,
      says: ["Cannot find module 'express'"],
    },
    {
      of: 'Python, an exception while another was handled',
      log: `Traceback (most recent call last):
  File "/app/settings.py", line 12, in get
    return os.environ[name]
KeyError: 'STRIPE_KEY'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/main.py", line 9, in <module>
    from . import settings
app.settings.ImproperlyConfigured: Set the STRIPE_KEY environment variable
`,
      says: ['Set the STRIPE_KEY environment variable'],
    },
    {
      of: 'Go, a nil pointer in a goroutine',
      exitCode: 2,
      log: `2026/11/22 15:00:00 serving on :8080
panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x18 pc=0x6f2d41]

goroutine 19 [running]:
main.(*Cart).Total(0x0)
	/src/cart.go:41 +0x21
created by main.main in goroutine 1
	/src/main.go:22 +0x9a
exit status 2
`,
      says: ['invalid memory address or nil pointer dereference'],
    },
    {
      of: 'Java, suppressed exceptions behind the cause',
      log: `Exception in thread "main" java.lang.ExceptionInInitializerError
	at com.example.Main.main(Main.java:9)
Caused by: com.example.ConfigException: shop.yaml: unknown key "retires" (line 4)
	at com.example.Config.load(Config.java:41)
	... 1 more
	Suppressed: java.io.IOException: Stream closed
		at java.base/java.io.BufferedReader.ensureOpen(BufferedReader.java:123)
		... 3 more
`,
      says: ['unknown key "retires"'],
    },
  ]);
});
