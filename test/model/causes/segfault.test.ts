import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { backingOff, ended, endOf, factsOf, said } from '../../support/cause-facts.ts';
import { examineTold } from '../../support/examined-runs.ts';

describe('segfault and abort', () => {
  it.each([
    [139, 'segfault', 'exit 139: SIGSEGV, segmentation fault'],
    [-1073741819, 'segfault', 'access violation'],
  ])('exit %d is %s', (code, id, summary) => {
    expect(endOf(code)).toMatchObject({ id, summary, confidence: 'likely' });
    expect(endOf(code, 'OOMKilled')?.id).toBe('oom-killed');
  });

  it('add what the program said, if it is about an error', () => {
    expect(endOf(134, 'Error', 'up\nassert failed: n > 0')?.summary).toBe('exit 134: SIGABRT: assert failed: n > 0');
    expect(endOf(139, 'Error', 'loading model table')?.summary).toBe('exit 139: SIGSEGV, segmentation fault');
  });

  it.each([11, 6, 138, 135])('are not exit %d', (code) => {
    expect(endOf(code)?.id).not.toMatch(/segfault|abort/);
  });
});

describe('exit codes and what they stand for', () => {
  it.each([
    [139, 'segfault', 'likely'],
    // Windows: access violation, stack overflow, DLL not found, Ctrl-C (signed, as the API gives it).
    [-1073741819, 'segfault', 'likely'],
    [3221225477, 'segfault', 'likely'],
  ])('exit %d', (exitCode, id, confidence) => {
    expect(causeOf(factsOf({ status: backingOff(ended(exitCode)) }))).toMatchObject({ id, confidence });
  });
});

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
  ]);
});

describe('structured logs', () => {
  examineTold([
    {
      of: '.NET with its JSON console',
      exitCode: 139,
      log: String.raw`{"Timestamp":"2026-11-22T15:00:01.101Z","EventId":11,"LogLevel":"Error","Category":"Microsoft.Extensions.Hosting.Internal.Host","Message":"Hosting failed to start","Exception":"System.IO.IOException: Failed to bind to address http://[::]:80: address already in use.\n ---> Microsoft.AspNetCore.Connections.AddressInUseException: Address already in use\n ---> System.Net.Sockets.SocketException (98): Address already in use\n   at System.Net.Sockets.Socket.DoBind(EndPoint endPointSnapshot, SocketAddress socketAddress)\n   --- End of inner exception stack trace ---","State":{"Message":"Hosting failed to start"}}`,
      id: ['port-in-use', 'segfault'],
      says: ['in use'],
    },
  ]);
});

describe('what the program says that it died of', () => {
  it.each([[139, 'Error', 'segfault']])('does not explain exit %d %s', (code, reason, id) => {
    expect(said('Error: connect ECONNREFUSED 10.88.9.9:5432', code, reason)).toMatchObject({ id });
  });
});
