import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { expectLoggedReason } from '../../support/cause-expectations.ts';
import { backingOff, ended, factsOf, said } from '../../support/cause-facts.ts';
import { examineLogs, examineTold } from '../../support/examined-runs.ts';

describe('the last words of servers', () => {
  examineLogs([
    {
      of: 'nginx whose port is taken, which it tries five times',
      exitCode: 1,
      log: `2026/11/22 15:00:01 [emerg] 1#1: bind() to 0.0.0.0:80 failed (98: Address already in use)
nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)
2026/11/22 15:00:01 [notice] 1#1: try again to bind() after 500ms
2026/11/22 15:00:03 [emerg] 1#1: still could not bind()
nginx: [emerg] still could not bind()
`,
      id: 'port-in-use',
      confidence: 'possible',
      says: 'port 80 is already in use',
    },
    {
      of: 'Spring Boot, a port that is taken',
      exitCode: 1,
      log: `2026-11-22T15:00:01.120Z  WARN 1 --- [shop] [           main] ConfigServletWebServerApplicationContext : Exception encountered during context initialization - cancelling refresh attempt: org.springframework.context.ApplicationContextException: Failed to start bean 'webServerStartStop'
2026-11-22T15:00:01.130Z  INFO 1 --- [shop] [           main] .s.b.a.l.ConditionEvaluationReportLogger :

Error starting ApplicationContext. To display the condition evaluation report re-run your application with 'debug' enabled.
2026-11-22T15:00:01.140Z ERROR 1 --- [shop] [           main] o.s.b.d.LoggingFailureAnalysisReporter   :

***************************
APPLICATION FAILED TO START
***************************

Description:

Web server failed to start. Port 8080 was already in use.

Action:

Identify and stop the process that's listening on port 8080 or configure this application to listen on another port.

`,
      id: 'port-in-use',
      says: 'port 8080 is already in use',
    },
    {
      of: 'Flask, whose port is taken',
      exitCode: 1,
      log: 'Address already in use\nPort 5000 is in use by another program. Either identify and stop that program, or start the server with a different port.\n',
      id: 'port-in-use',
      says: 'Address already in use',
    },
    {
      of: 'PHP-FPM, whose port is taken',
      exitCode: 78,
      log: "[22-Nov-2026 15:00:01] ERROR: unable to bind listening socket for address '9000': Address already in use (98)\n[22-Nov-2026 15:00:01] ERROR: FPM initialization failed\n",
      id: 'port-in-use',
      says: 'port 9000 is already in use',
    },
    {
      of: 'Apache, whose port is taken',
      exitCode: 1,
      log: '(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:80\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n',
      id: 'port-in-use',
      confidence: 'possible',
      says: 'port 80 is already in use',
    },
    {
      of: 'Tomcat, whose port is taken',
      exitCode: 1,
      log: '22-Nov-2026 15:00:01.120 SEVERE [main] org.apache.catalina.util.LifecycleBase.handleSubClassException Failed to initialize component [Connector["http-nio-8080"]]\n\tjava.net.BindException: Address already in use\n22-Nov-2026 15:00:01.130 INFO [main] org.apache.coyote.AbstractProtocol.destroy Destroying ProtocolHandler ["http-nio-8080"]\n',
      id: 'port-in-use',
      says: 'java.net.BindException: Address already in use',
    },
  ]);
});

describe('ports that are taken', () => {
  const taken: readonly (readonly [log: string, says: string])[] = [
    [
      "ERROR:    [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use",
      'port 8000 is already in use',
    ],
    [
      '/usr/local/bundle/gems/puma-6.4.2/lib/puma/binder.rb:344:in `initialize\': Address already in use - bind(2) for "0.0.0.0" port 3000 (Errno::EADDRINUSE)',
      'port 3000 is already in use',
    ],
    ['Error: listen EADDRINUSE: address already in use :::8080', 'port 8080 is already in use'],
    ['error binding to 0.0.0.0:50051: Address already in use (os error 98)', '50051'],
    ['Failed to bind to address http://0.0.0.0:8080: address already in use.', 'port 8080 is already in use'],
  ];
  const elsewhere = [
    'main.py:12: OSError: address already in use',
    'server.go:41: address already in use',
    '[15:00:01] address already in use',
  ].map((log) => [log, `exit 1: ${log}`] as const);

  examineLogs([...taken, ...elsewhere].map(([log, says]) => ({ of: log, exitCode: 1, log, id: 'port-in-use', says })));
});

describe('what runtimes print of what nobody caught, kept back until the rules were done', () => {
  examineTold([
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
  ]);
});

describe('servers, wrappers and last words that say little', () => {
  examineTold([
    {
      of: 'php-fpm, whose socket is taken',
      exitCode: 78,
      log: `[22-Nov-2026 15:00:01] ERROR: unable to bind listening socket for address '127.0.0.1:9000': Address already in use (98)
[22-Nov-2026 15:00:01] ERROR: FPM initialization failed
`,
      id: ['port-in-use'],
      says: ['9000'],
    },
  ]);
});

describe('structured logs', () => {
  examineTold([
    {
      of: 'Quarkus, whose port is taken',
      log: `{"timestamp":"2026-11-22T15:00:01.101Z","sequence":68,"loggerClassName":"org.jboss.logging.Logger","loggerName":"io.quarkus.runtime.Application","level":"ERROR","message":"Failed to start application","threadName":"main","threadId":1,"mdc":{},"ndc":"","hostName":"shop-1","processName":"quarkus-run.jar","processId":1,"exception":{"refId":1,"exceptionType":"java.lang.RuntimeException","message":"Failed to start quarkus","frames":[{"class":"io.quarkus.runner.ApplicationImpl","method":"doStart"}],"causedBy":{"exception":{"refId":2,"exceptionType":"java.net.BindException","message":"Address already in use: bind: 0.0.0.0:8080","frames":[]}}}}`,
      id: ['port-in-use'],
      says: ['8080'],
    },
  ]);
});

describe('what the program says that it died of', () => {
  it.each([
    ['Error: Address in use (os error 98)', 'port-in-use', 'exit 1: Error: Address in use (os error 98)'],
    ['Error: listen EADDRINUSE: address already in use :::8080', 'port-in-use', 'exit 1: port 8080 is already in use'],
    ['listen tcp :9090: bind: address already in use', 'port-in-use', 'exit 1: port 9090 is already in use'],
    ['Web server failed to start. Port 8080 was already in use.', 'port-in-use', 'exit 1: port 8080 is already in use'],
    [
      'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)',
      'port-in-use',
      'exit 1: port 80 is already in use',
    ],
  ])('%s', (logTail, id, summary) => expectLoggedReason(logTail, id, summary));

  it('is the first error of an unbroken run, whose last is only its echo', () => {
    const cause = said('ERROR listen EADDRINUSE :::8080\nFATAL failed to start the server, exiting');
    expect(cause).toMatchObject({ id: 'port-in-use', confidence: 'likely', summary: 'exit 1: port 8080 is already in use' });
  });

  it('stands a little before where the last line only says that it is over, and is possible then', () => {
    const cause = said('ERROR listen EADDRINUSE :::8080\nopening the cache\nFATAL failed to start the server, exiting');
    expect(cause).toMatchObject({ id: 'port-in-use', confidence: 'possible', summary: 'exit 1: port 8080 is already in use' });
    expect(cause?.evidence.slice(0, 2)).toEqual([
      'log: "ERROR listen EADDRINUSE :::8080"',
      'log: "FATAL failed to start the server, exiting"',
    ]);
  });

  it('is in its termination message, which it wrote on purpose, rather than in its log', () => {
    const end = ended(1, 'Error', { message: 'cannot bind: address already in use :9000' });
    const cause = causeOf(factsOf({ status: backingOff(end), logTail: 'Error: connect ECONNREFUSED 10.0.0.1:1' }));
    expect(cause).toMatchObject({ id: 'port-in-use', summary: 'exit 1: port 9000 is already in use' });
    expect(cause?.evidence[0]).toBe('message: "cannot bind: address already in use :9000"');
  });
});
