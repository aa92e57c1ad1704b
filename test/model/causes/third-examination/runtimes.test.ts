import { describe } from 'vitest';
import { examineTold } from './examined.ts';

describe('what runtimes print of what nobody caught', () => {
  examineTold([
    {
      of: '.NET, two inner exceptions',
      exitCode: 134,
      log: `Unhandled exception. System.AggregateException: One or more errors occurred. (An error occurred while starting.)
 ---> System.InvalidOperationException: An error occurred while starting.
 ---> System.Net.Sockets.SocketException (00000005, 0xFFFDFFFF): Name or service not known
   at System.Net.Dns.GetHostEntryOrAddressesCore(String hostName, Boolean justAddresses)
   --- End of inner exception stack trace ---
   at Program.<Main>$(String[] args) in /src/Program.cs:line 12
   --- End of inner exception stack trace ---
   at System.Threading.Tasks.Task.Wait()
`,
      id: ['dns-failure'],
      says: ['Name or service not known'],
    },
    {
      of: 'PHP, an exception that nobody caught',
      exitCode: 255,
      log: `PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /app/bootstrap.php:14
Stack trace:
#0 /app/bootstrap.php(14): PDO->__construct('mysql:host=db;d...', 'shop', Object(SensitiveParameterValue))
#1 /app/worker.php(3): require('/app/bootstrap....')
#2 {main}
  thrown in /app/bootstrap.php on line 14
`,
      id: ['connection-refused'],
      says: ['refused'],
    },
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
      of: 'Ruby, whose error has frames of its own kind',
      log: `/usr/local/lib/ruby/3.3.0/uri/rfc3986_parser.rb:130:in 'URI::RFC3986_Parser#split': bad URI (is not URI?): "redis://:p@ss w@redis:6379" (URI::InvalidURIError)
	from /usr/local/lib/ruby/3.3.0/uri/rfc3986_parser.rb:135:in 'URI::RFC3986_Parser#parse'
	from /app/config.rb:12:in '<main>'
`,
      says: ['bad URI (is not URI?)'],
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
      of: 'Node.js, an error with a cause',
      log: `TypeError: fetch failed
    at node:internal/deps/undici/undici:13502:13
    at async main (file:///app/index.mjs:3:13) {
  [cause]: Error: getaddrinfo EAI_AGAIN catalog.shop
      at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:120:26) {
    errno: -3001,
    code: 'EAI_AGAIN',
    syscall: 'getaddrinfo',
    hostname: 'catalog.shop'
  }
}

Node.js v22.14.0
`,
      id: ['dns-failure'],
      says: ['catalog.shop'],
    },
    {
      of: 'Python, a chain of causes whose last only wraps',
      log: `Traceback (most recent call last):
  File "/app/store.py", line 31, in connect
    return amqp.connect(url)
           ^^^^^^^^^^^^^^^^^
  File "/usr/local/lib/python3.12/socket.py", line 852, in create_connection
    raise exceptions[0]
ConnectionRefusedError: [Errno 111] Connection refused

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/main.py", line 9, in <module>
    main()
app.errors.StartError: worker cannot start
`,
      id: ['connection-refused'],
      says: ['Connection refused'],
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
      of: 'the BEAM, which ends in a term',
      log: `{"Kernel pid terminated",application_controller,"{application_start_failure,kernel,{{shutdown,{failed_to_start_child,auth,{\\"Error when reading /var/lib/rabbitmq/.erlang.cookie: eacces\\",[{auth,init_cookie,0,[{file,\\"auth.erl\\"},{line,290}]}]}}},{kernel,start,[normal,[]]}}}"}
Kernel pid terminated (application_controller) ({application_start_failure,kernel,{{shutdown,{failed_to_start_child,auth,{"Error when reading /var/lib/rabbitmq/.erlang.cookie: eacces",[{auth,init_cookie,0,[{file,"auth.erl"},{line,290}]}]}}},{kernel,start,[normal,[]]}}})

Crash dump is being written to: /var/log/rabbitmq/erl_crash.dump...done
`,
      id: ['permission-denied'],
      says: ['/var/lib/rabbitmq/.erlang.cookie: eacces'],
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
