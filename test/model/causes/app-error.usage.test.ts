import { describe } from 'vitest';
import { examineTold } from '../../support/examined-runs.ts';

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

describe('usage text, headlines and boxes', () => {
  examineTold([
    {
      of: 'cobra, which says it before and behind its usage',
      log: `Error: required flag(s) "config" not set
Usage:
  relay serve [flags]

Flags:
      --config string      path of the configuration (required)
  -h, --help               help for serve
      --log-level string   one of debug, info, warn, error (default "info")
      --retry-on-error     retry on error

required flag(s) "config" not set
`,
      says: ['required flag(s) "config" not set'],
    },
    {
      of: 'argparse, which says it behind its usage',
      exitCode: 2,
      log: `usage: train.py [-h] --data DATA [--epochs EPOCHS]
                [--on-error {fail,skip}]
train.py: error: argument --epochs: invalid int value: 'ten'
`,
      says: ["argument --epochs: invalid int value: 'ten'"],
    },
    {
      of: 'click without a command of that name',
      exitCode: 2,
      log: `Usage: shop [OPTIONS] COMMAND [ARGS]...
Try 'shop --help' for help.

Error: No such command 'serv'.
`,
      says: ["No such command 'serv'"],
    },
    {
      of: 'typer, which draws a box',
      exitCode: 2,
      log: `Usage: shop [OPTIONS] COMMAND [ARGS]...
Try 'shop --help' for help.
╭─ Error ──────────────────────────────────────────────────────────────────────╮
│ No such option: --prot Did you mean --port?                                  │
╰──────────────────────────────────────────────────────────────────────────────╯
`,
      says: ['No such option: --prot'],
    },
    {
      of: 'clap, with a tip between',
      exitCode: 2,
      log: `error: unexpected argument '--prot' found

  tip: a similar argument exists: '--port'

Usage: relay --port <PORT> <UPSTREAM>

For more information, try '--help'.
`,
      says: ["unexpected argument '--prot' found"],
    },
    {
      of: 'clap, whose missing arguments stand on the next lines',
      exitCode: 2,
      log: `error: the following required arguments were not provided:
  --upstream <UPSTREAM>

Usage: relay --upstream <UPSTREAM>

For more information, try '--help'.
`,
      says: ['required arguments were not provided', '--upstream <UPSTREAM>'],
    },
    {
      of: 'getopt of the C library, with a usage of many options that speak of errors',
      exitCode: 1,
      log: `haproxy-reload: unrecognized option '--grace'
Usage: haproxy-reload [OPTION]... FILE
Reload the proxy.

  -c, --check            exit with an error if the file is invalid
  -q, --quiet            no error messages
  -t, --timeout=SECONDS  give up when not ready; fail after SECONDS
  -h, --help             display this help and exit
`,
      says: ["unrecognized option '--grace'"],
    },
    {
      of: 'picocli',
      exitCode: 2,
      log: `Missing required option: '--db=<db>'
Usage: importer [-hV] --db=<db> [--on-failure=<action>]
Imports what failed.
      --db=<db>              JDBC URL
      --on-failure=<action>  abort or ignore errors
  -h, --help                 Show this help message and exit.
  -V, --version              Print version information and exit.
`,
      says: ["Missing required option: '--db=<db>'"],
    },
    {
      of: 'urfave/cli',
      log: `Incorrect Usage: flag provided but not defined: -prot

NAME:
   relay - passes requests on

USAGE:
   relay [global options] command [command options]

COMMANDS:
   serve    serve until an error
   help, h  Shows a list of commands or help for one command

GLOBAL OPTIONS:
   --port value  port (default: 8080)
   --help, -h    show help
2026/11/22 15:00:01 flag provided but not defined: -prot
`,
      says: ['flag provided but not defined: -prot'],
    },
    {
      of: 'Terraform, which draws a box',
      log: `Initializing the backend...
╷
│ Error: Failed to get existing workspaces: operation error S3: ListObjectsV2, https response error StatusCode: 403
│ 
│   on main.tf line 3, in terraform:
│    3:   backend "s3" {
│ 
╵
`,
      says: ['Failed to get existing workspaces', '403'],
      saysNot: ['│'],
    },
    {
      of: 'Redis, whose configuration it does not understand',
      log: `
*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***
Reading the configuration file, at line 2
>>> 'maxmemoryy 100mb'
Bad directive or wrong number of arguments
`,
      says: ['maxmemoryy', 'Bad directive'],
    },
    {
      of: 'Helm with a schema',
      log: `Error: INSTALLATION FAILED: values don't meet the specifications of the schema(s) in the following chart(s):
shop:
- replicas: Invalid type. Expected: integer, given: string
`,
      says: ['replicas: Invalid type'],
    },
    {
      of: 'Spring Boot, a bean that is missing',
      log: `2026-11-22T15:00:01.140Z ERROR 1 --- [shop] [           main] o.s.b.d.LoggingFailureAnalysisReporter   : 

***************************
APPLICATION FAILED TO START
***************************

Description:

Parameter 0 of constructor in com.example.shop.OrderService required a bean of type 'com.example.shop.OrderRepository' that could not be found.


Action:

Consider defining a bean of type 'com.example.shop.OrderRepository' in your configuration.

`,
      says: ["required a bean of type 'com.example.shop.OrderRepository'"],
    },
    {
      of: 'the configuration of the OpenTelemetry collector',
      log: `Error: invalid configuration: 2 errors occurred:
	* service::pipelines::traces: references processor "batchh" which is not configured
	* service::extensions: references extension "zpages" which is not configured

2026/11/22 15:00:01 collector server run finished with error: invalid configuration
`,
      says: ['references processor "batchh"'],
    },
    {
      of: 'MySQL, which lists what must be set',
      log: `2026-11-22 15:00:00+00:00 [Note] [Entrypoint]: Entrypoint script for MySQL Server 8.4.3-1.el9 started.
2026-11-22 15:00:01+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified
    You need to specify one of the following as an environment variable:
    - MYSQL_ROOT_PASSWORD
    - MYSQL_ALLOW_EMPTY_PASSWORD
    - MYSQL_RANDOM_ROOT_PASSWORD
`,
      says: ['Database is uninitialized and password option is not specified'],
    },
  ]);
});
