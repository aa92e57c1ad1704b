import { describe } from 'vitest';
import { examineTold } from './examined.ts';

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
      of: 'pydantic, two fields',
      log: `Traceback (most recent call last):
  File "/app/main.py", line 4, in <module>
    settings = Settings()
               ^^^^^^^^^^
  File "/usr/local/lib/python3.12/site-packages/pydantic_settings/main.py", line 171, in __init__
    super().__init__(
pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings
database_url
  Field required [type=missing, input_value={'debug': 'no'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.9/v/missing
api_key
  Field required [type=missing, input_value={'debug': 'no'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.9/v/missing
`,
      says: ['2 validation errors for Settings', 'database_url', 'Field required'],
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
      of: 'Prisma, whose message stands below empty lines',
      log: `/app/node_modules/@prisma/client/runtime/library.js:121
      throw new PrismaClientInitializationError(n.message, this.config.clientVersion)
            ^

PrismaClientInitializationError: 
Invalid \`prisma.user.findMany()\` invocation:


Can't reach database server at \`db.shop:5432\`

Please make sure your database server is running at \`db.shop:5432\`.
    at In.handleRequestError (/app/node_modules/@prisma/client/runtime/library.js:121:7615)
    at async main (/app/index.js:7:3) {
  clientVersion: '5.22.0',
  errorCode: undefined
}

Node.js v20.18.0
`,
      id: ['connection-refused'],
      says: ['db.shop:5432'],
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
