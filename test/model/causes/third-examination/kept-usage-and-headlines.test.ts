import { describe } from 'vitest';
import { examineTold } from './examined.ts';

describe('usage text, headlines and boxes that were kept back until the rules were done', () => {
  examineTold([
    {
      of: 'cobra with an unknown command and its suggestion',
      log: `Error: unknown command "serv" for "relay"

Did you mean this?
	serve

Run 'relay --help' for usage.
`,
      says: ['unknown command "serv" for "relay"'],
    },
    {
      of: 'Go flag with a bad value',
      exitCode: 2,
      log: `invalid value "abc" for flag -port: parse error
Usage of /app/relay:
  -fail-fast
    	stop at the first error
  -port int
    	port to listen on (default 8080)
  -timeout duration
    	give up if the upstream is unavailable (default 5s)
`,
      says: ['invalid value "abc" for flag -port'],
    },
    {
      of: 'argparse with a subcommand',
      exitCode: 2,
      log: `usage: worker [-h] {run,drain} ...
worker: error: argument command: invalid choice: 'start' (choose from 'run', 'drain')
`,
      says: ["invalid choice: 'start'"],
    },
    {
      of: 'BusyBox',
      exitCode: 1,
      log: `wget: unrecognized option: retry-connrefused
BusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary.

Usage: wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]
	[--post-data STR | --post-file FILE] [-Y on/off]

Retrieve files via HTTP or FTP

	--spider	Only check URL existence: $? is 0 if exists
	-T SEC		Network read timeout is SEC seconds
	-c		Continue retrieval of aborted transfer
`,
      says: ['unrecognized option: retry-connrefused'],
    },
    {
      of: 'yargs, whose complaint stands last',
      log: `server.js

Options:
      --help     Show help                                             [boolean]
      --version  Show version number                                   [boolean]
      --port     port, fails if in use                       [number] [required]

Missing required argument: port
`,
      says: ['Missing required argument: port'],
    },
    {
      of: 'commander',
      log: `error: unknown option '--prot'
(Did you mean --port?)
`,
      says: ["unknown option '--prot'"],
    },
    {
      of: 'kingpin, as Prometheus has it',
      log: `Error parsing command line arguments: unknown long flag '--storage.tsdb.retention'
usage: prometheus [<flags>]

The Prometheus monitoring server

Flags:
  -h, --help                     Show context-sensitive help (also try --help-long and --help-man).
      --web.read-timeout=5m      Maximum duration before timing out read of the request, and closing idle connections.
      --[no-]agent               Run Prometheus in 'Agent mode', errors are not kept.
`,
      says: ["unknown long flag '--storage.tsdb.retention'"],
    },
    {
      of: 'clap 3',
      exitCode: 2,
      log: `error: Found argument '--prot' which wasn't expected, or isn't valid in this context

	If you tried to supply \`--prot\` as a value rather than a flag, use \`-- --prot\`

USAGE:
    relay [OPTIONS] <UPSTREAM>

For more information try --help
`,
      says: ["Found argument '--prot' which wasn't expected"],
    },
    {
      of: 'rich, which draws its traceback',
      log: `╭───────────────────── Traceback (most recent call last) ──────────────────────╮
│ /app/cli.py:31 in serve                                                      │
│                                                                              │
│   28 def serve():                                                            │
│ ❱ 31 │   raise ConfigError("no error budget")                                │
╰──────────────────────────────────────────────────────────────────────────────╯
ConfigError: SHOP_TENANT is not set
`,
      says: ['SHOP_TENANT is not set'],
    },
    {
      of: 'Helm hooks and a wrapped error',
      log: `Error: UPGRADE FAILED: pre-upgrade hooks failed: 1 error occurred:
	* job shop-migrate failed: BackoffLimitExceeded

`,
      says: ['job shop-migrate failed: BackoffLimitExceeded'],
    },
    {
      of: 'Spring Boot without a value for a property',
      log: `2026-11-22 15:00:01.140 ERROR 1 --- [           main] o.s.b.d.LoggingFailureAnalysisReporter   : 

***************************
APPLICATION FAILED TO START
***************************

Description:

Failed to bind properties under 'shop.limit' to int:

    Property: shop.limit
    Value: "ten"
    Origin: "shop.limit" from property source "systemEnvironment"
    Reason: failed to convert java.lang.String to int (caused by java.lang.NumberFormatException: For input string: "ten")

Action:

Update your application's configuration
`,
      says: ['shop.limit'],
    },
    {
      of: 'NestJS in colours',
      log: `\u001b[32m[Nest] 1  - \u001b[39m11/22/2026, 3:00:00 PM \u001b[32m    LOG\u001b[39m \u001b[38;5;3m[NestFactory] \u001b[39m\u001b[32mStarting Nest application...\u001b[39m
\u001b[31m[Nest] 1  - \u001b[39m11/22/2026, 3:00:01 PM \u001b[31m  ERROR\u001b[39m \u001b[38;5;3m[ExceptionHandler] \u001b[39m\u001b[31mNest can't resolve dependencies of the CartService (?). Please make sure that the argument CartRepository at index [0] is available in the CartModule context.\u001b[39m
Error: Nest can't resolve dependencies of the CartService (?). Please make sure that the argument CartRepository at index [0] is available in the CartModule context.

Potential solutions:
- Is CartModule a valid NestJS module?
- If CartRepository is a provider, is it part of the current CartModule?
    at Injector.lookupComponentInParentModules (/app/node_modules/@nestjs/core/injector/injector.js:262:19)
`,
      says: ["Nest can't resolve dependencies of the CartService"],
    },
    {
      of: 'Symfony in a block of its console',
      log: `
In EnvVarProcessor.php line 187:
                                                  
  Environment variable not found: "DATABASE_URL".  
                                                  

cache:clear [--no-warmup] [--no-optional-warmers] [-h|--help] [-q|--quiet] [--] <command>

`,
      says: ['Environment variable not found: "DATABASE_URL"'],
    },
    {
      of: 'Grafana Alloy, which points into its file',
      log: `Error: /etc/alloy/config.alloy:4:2: unrecognized attribute name "targetz"

3 | prometheus.scrape "pods" {
4 |   targetz = discovery.kubernetes.pods.targets
  |   ^^^^^^^
5 |   forward_to = []

interrupt received
Error: could not perform the initial load successfully
`,
      says: ['unrecognized attribute name "targetz"'],
    },
  ]);
});
