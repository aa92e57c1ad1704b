import { describe, expect, it } from 'vitest';
import { panicIn } from '../../../src/model/evidence/panic.ts';
import { safeText } from '../../../src/text/safe-text.ts';

interface Sample {
  readonly of: string;
  readonly language: string;
  readonly line: string;
  readonly log: string;
}

// As the runtimes print them. Tabs and all: they become safe where a log enters, as here.
const SAMPLES: readonly Sample[] = [
  {
    of: 'Java, with the exception that caused it',
    language: 'Java',
    line: 'Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder \'db.url\' in value "#{db.url}"',
    log: `2026-11-22T14:57:58.299995269Z Exception in thread "main" org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'dataSource'
2026-11-22T14:57:58.299995269Z 	at org.springframework.beans.factory.support.AbstractBeanFactory.getBean(AbstractBeanFactory.java:202)
2026-11-22T14:57:58.299995269Z 	at com.example.shop.Application.main(Application.java:12)
2026-11-22T14:57:58.299995269Z Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder 'db.url' in value "#{db.url}"
2026-11-22T14:57:58.299995269Z 	at org.springframework.util.PropertyPlaceholderHelper.parseStringValue(PropertyPlaceholderHelper.java:180)
2026-11-22T14:57:58.299995269Z 	... 23 more
`,
  },
  {
    of: 'Java, of a native method and a module',
    language: 'Java',
    line: 'Exception in thread "http-nio-8080-exec-1" java.lang.OutOfMemoryError: Java heap space',
    log: `Exception in thread "http-nio-8080-exec-1" java.lang.OutOfMemoryError: Java heap space
	at java.base/java.util.Arrays.copyOf(Arrays.java:3537)
	at java.base/jdk.internal.misc.Unsafe.park(Native Method)
`,
  },
  {
    of: 'Python',
    language: 'Python',
    line: "KeyError: 'DATABASE_URL'",
    log: `INFO:root:starting
Traceback (most recent call last):
  File "/app/main.py", line 12, in <module>
    main()
    ~~~~^^
  File "/app/main.py", line 7, in main
    url = os.environ["DATABASE_URL"]
          ~~~~~~~~~~^^^^^^^^^^^^^^^^
  File "<frozen os>", line 714, in __getitem__
KeyError: 'DATABASE_URL'
`,
  },
  {
    of: 'Python, of an exception with a dotted name while another was handled',
    language: 'Python',
    line: 'app.errors.StartupError: no configuration',
    log: `Traceback (most recent call last):
  File "/app/config.py", line 3, in load
    return json.load(f)
json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/main.py", line 9, in <module>
    config = load()
  File "/app/config.py", line 5, in load
    raise StartupError("no configuration")
app.errors.StartupError: no configuration
`,
  },
  {
    of: 'Python, of an exception without words',
    language: 'Python',
    line: 'AssertionError',
    log: 'Traceback (most recent call last):\n  File "/app/main.py", line 1, in <module>\n    assert False\nAssertionError\n',
  },
  {
    of: 'Go, with a function whose name ends in Error',
    language: 'Go',
    line: 'panic: runtime error: invalid memory address or nil pointer dereference',
    log: `2026/11/22 14:57:58 listening on :8080
panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x10 pc=0x47f2a5]

goroutine 1 [running]:
github.com/example/shop/internal/api.(*Server).handleError(0x0)
	/src/internal/api/server.go:41 +0x1d
main.main()
	/src/main.go:12 +0x25
exit status 2
`,
  },
  {
    of: 'Go, of an error of its runtime',
    language: 'Go',
    line: 'fatal error: all goroutines are asleep - deadlock!',
    log: 'fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 gp=0xc000002380 m=nil [chan receive]:\nmain.main()\n\t/src/main.go:7 +0x28\n',
  },
  {
    of: 'Node.js, with its source line',
    language: 'Node.js',
    line: "TypeError: Cannot read properties of undefined (reading 'port')",
    log: `/app/server.js:12
const port = config.server.port;
                           ^

TypeError: Cannot read properties of undefined (reading 'port')
    at Object.<anonymous> (/app/server.js:12:28)
    at Module._compile (node:internal/modules/cjs/loader:1554:14)
    at node:internal/main/run_main_module:36:49

Node.js v22.14.0
`,
  },
  {
    of: 'Node.js, of a module that is missing, run by npm',
    language: 'Node.js',
    line: "Error: Cannot find module '/app/dist/server.js'",
    log: `node:internal/modules/cjs/loader:1228
  throw err;
  ^

Error: Cannot find module '/app/dist/server.js'
    at Function._resolveFilename (node:internal/modules/cjs/loader:1225:15)
    at Function.executeUserEntryPoint [as runMain] (node:internal/modules/run_main:171:5) {
  code: 'MODULE_NOT_FOUND',
  requireStack: []
}

Node.js v22.14.0
npm error Lifecycle script \`start\` failed with error:
npm error code 1
`,
  },
  {
    of: 'Node.js, of a rejected promise in an ES module',
    language: 'Node.js',
    line: 'ConfigError: LOG_LEVEL must be one of info, warn',
    log: `file:///app/src/config.mjs:4
  throw new ConfigError('LOG_LEVEL must be one of info, warn');
        ^

ConfigError: LOG_LEVEL must be one of info, warn
    at load (file:///app/src/config.mjs:4:9)
    at async file:///app/src/main.mjs:3:16

Node.js v24.1.0
`,
  },
  {
    of: 'Rust, whose message stands on a line of its own',
    language: 'Rust',
    line: "thread 'main' panicked at src/main.rs:7:43: called `Result::unwrap()` on an `Err` value: ParseIntError { kind: Empty }",
    log: `listening
thread 'main' panicked at src/main.rs:7:43:
called \`Result::unwrap()\` on an \`Err\` value: ParseIntError { kind: Empty }
stack backtrace:
   0: rust_begin_unwind
             at /rustc/9fc6b431/library/std/src/panicking.rs:665:5
note: run with \`RUST_BACKTRACE=full\` environment variable to display a verbose backtrace
`,
  },
  {
    of: 'Rust before 1.73',
    language: 'Rust',
    line: "thread 'tokio-runtime-worker' panicked at 'index out of bounds: the len is 3 but the index is 9', src/lib.rs:88:5",
    log: "thread 'tokio-runtime-worker' panicked at 'index out of bounds: the len is 3 but the index is 9', src/lib.rs:88:5\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n",
  },
  {
    of: 'Ruby',
    language: 'Ruby',
    line: '/app/app.rb:3:in `fetch\': key not found: "DATABASE_URL" (KeyError)',
    log: `/app/app.rb:3:in \`fetch': key not found: "DATABASE_URL" (KeyError)
	from /app/app.rb:3:in \`<main>'
`,
  },
  {
    of: 'Ruby 3.4, in a library',
    language: 'Ruby',
    line: "/usr/local/bundle/gems/pg-1.5.4/lib/pg.rb:71:in 'PG::Connection#initialize': could not parse (PG::InvalidParameter)",
    log: `/usr/local/bundle/gems/pg-1.5.4/lib/pg.rb:71:in 'PG::Connection#initialize': could not parse (PG::InvalidParameter)
	from /app/config/boot.rb:4:in 'Integer#times'
`,
  },
  {
    of: '.NET, with an inner exception',
    language: '.NET',
    line: "System.FormatException: The input string 'abc' was not in a correct format.",
    log: `Unhandled exception. System.TypeInitializationException: The type initializer for 'Shop.Config' threw an exception.
 ---> System.FormatException: The input string 'abc' was not in a correct format.
   at System.Number.ThrowFormatException[TChar](ReadOnlySpan\`1 value)
   --- End of inner exception stack trace ---
   at Shop.Program.Main(String[] args) in /src/Program.cs:line 9
`,
  },
  {
    of: 'C++',
    language: 'C++',
    line: "terminate called after throwing an instance of 'std::runtime_error' what():  config: no such key",
    log: "terminate called after throwing an instance of 'std::runtime_error'\n  what():  config: no such key\n",
  },
  {
    of: 'C++ of LLVM',
    language: 'C++',
    line: 'libc++abi: terminating due to uncaught exception of type std::out_of_range: vector',
    log: 'libc++abi: terminating due to uncaught exception of type std::out_of_range: vector\n',
  },
];

describe('panicIn', () => {
  it.each(SAMPLES)('knows $of', ({ log, language, line }) => {
    expect(panicIn(safeText(log))).toEqual({ language, line });
  });

  it.each(SAMPLES)('does not take $of for the end where the program went on and failed of something else', ({
    log,
    language,
  }) => {
    // Go prints its stacks and is gone: what stands behind them is of the same panic.
    if (language === 'Go') return;
    expect(panicIn(safeText(`${log}serving again\nERROR lost the lease of shard 7\n`))).toBeNull();
    expect(panicIn(safeText(`${log}${'served a request\n'.repeat(20)}`))).toBeNull();
  });

  it.each([
    ['an error without a trace', 'Error: connect ECONNREFUSED 10.88.9.9:5432'],
    ['a word', "FATAL: don't panic: all is well"],
    ['a Go panic without its goroutines, as a shell may echo it', 'panic: out of cheese'],
    ['an exception that is only named', 'retrying after java.net.SocketTimeoutException: Read timed out'],
    ['a traceback cut off before its end', 'Traceback (most recent call last):'],
    ['nothing', ''],
  ])('is null for %s', (_, log) => {
    expect(panicIn(log)).toBeNull();
  });

  it('reads hostile logs in a moment', () => {
    for (const line of [
      'a.'.repeat(30_000),
      `at ${'('.repeat(60_000)}`,
      `x:1:in '`.repeat(8000),
      'Error: '.repeat(9000),
      'a.b.c.d.e.'.repeat(6000),
    ]) {
      expect(panicIn(line)).toBeNull();
      expect(panicIn(`${line}\n`.repeat(3))).toBeNull();
    }
  });
});
