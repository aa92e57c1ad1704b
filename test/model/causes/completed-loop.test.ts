import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import type { Json } from '../../../src/text/json.ts';
import { ended, event, factsOf, said } from '../../support/cause-facts.ts';
import { examineTold } from '../../support/examined-runs.ts';

describe('completed-loop', () => {
  const completed = { state: ended(0, 'Completed') };

  it('is exit 0 under a policy that restarts it', () => {
    expect(causeOf(factsOf({ status: completed }))).toMatchObject({
      id: 'completed-loop',
      confidence: 'certain',
      summary: 'exit 0, restarted by policy Always',
    });
  });

  it('says whose policy it is', () => {
    const own = factsOf({ spec: { restartPolicy: 'Never' }, container: { restartPolicy: 'Always' }, status: completed });
    expect(causeOf(own)?.summary).toBe('exit 0, restarted by policy Always');
    const restartPolicyRules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [0] } }];
    const rule = factsOf({ container: { restartPolicy: 'Never', restartPolicyRules }, status: completed });
    expect(causeOf(rule)?.summary).toBe('exit 0, restarted by a restart rule (Restart)');
  });

  it.each(['OnFailure', 'Never'])('is not exit 0 under policy %s: that is success', (restartPolicy) => {
    expect(causeOf(factsOf({ spec: { restartPolicy }, status: completed }))).toBeNull();
  });

  it('is not an init container that is through, but is a sidecar that ends', () => {
    const app = { containers: [{ name: 'app' }] };
    expect(causeOf(factsOf({ spec: { ...app, initContainers: [{ name: 'c' }] }, status: completed }))).toBeNull();
    const sidecar = { ...app, initContainers: [{ name: 'c', restartPolicy: 'Always' }] };
    expect(causeOf(factsOf({ spec: sidecar, status: completed }))).toMatchObject({ id: 'completed-loop' });
  });

  it('is not a kill that the program answered with exit 0', () => {
    const killing = event('Killing', 'Container c failed liveness probe, will be restarted');
    expect(causeOf(factsOf({ status: completed, events: [killing] }))).toMatchObject({
      id: 'liveness-kill',
      summary: 'liveness probe failed, killed (exit 0)',
    });
  });

  it('is not the end of kills that were often told, the last of which the kubelet kept to itself', () => {
    const kills = (count: number, lastTimestamp: string) =>
      event('Killing', 'Container c failed liveness probe, will be restarted', {
        count,
        firstTimestamp: '2026-11-22T14:30:00Z',
        lastTimestamp,
      });
    const idOf = (killing: Json) => causeOf(factsOf({ status: completed, events: [killing] }))?.id;
    expect(idOf(kills(6, '2026-11-22T14:50:00Z'))).toBe('liveness-kill');
    expect(idOf(kills(1, '2026-11-22T14:50:00Z'))).toBe('completed-loop');
    expect(idOf(kills(6, '2026-11-22T14:20:00Z'))).toBe('completed-loop');
  });
});

describe('words of a cause in the log of a run that ended of something else', () => {
  it('say nothing of a run that ended without an error', () => {
    const log = 'WARN java.net.ConnectException: Connection refused\n\tat a.b.C.d(C.java:1)\ndone\n';
    expect(said(log, 0)).toMatchObject({ id: 'completed-loop' });
  });
});

describe('servers, wrappers and last words that say little, kept back until the rules were done', () => {
  examineTold([
    {
      of: 'supervisord, whose programs all fail, and which ends with 0',
      exitCode: 0,
      log: `2026-11-22 15:00:00,101 INFO supervisord started with pid 1
2026-11-22 15:00:01,101 INFO spawned: 'app' with pid 8
Traceback (most recent call last):
  File "/app/run.py", line 2, in <module>
    import flask
ModuleNotFoundError: No module named 'flask'
2026-11-22 15:00:01,401 INFO exited: app (exit status 1; not expected)
2026-11-22 15:00:02,402 INFO gave up: app entered FATAL state, too many start retries too quickly
2026-11-22 15:00:03,402 WARN received SIGTERM indicating exit request
`,
      id: ['completed-loop'],
      says: ['exit 0', "No module named 'flask'"],
    },
    {
      of: 'a job that ends with 0 and is content',
      exitCode: 0,
      log: `imported 1200 rows, 0 errors
done
`,
      id: ['completed-loop'],
      says: ['exit 0, restarted by policy Always'],
      saysNot: ['rows', 'done'],
    },
  ]);
});

describe('servers, wrappers and last words that say little', () => {
  examineTold([
    {
      of: 'PM2, which ends with 0',
      exitCode: 0,
      log: `2026-11-22T15:00:00: PM2 log: Launching in no daemon mode
2026-11-22T15:00:00: PM2 log: App [api:0] starting in -fork mode-
2026-11-22T15:00:00: PM2 log: App [api:0] online
0|api  | Error: Cannot find module '/app/dist/main.js'
0|api  |     at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)
0|api  |     at Module._load (node:internal/modules/cjs/loader:1051:27) {
0|api  |   code: 'MODULE_NOT_FOUND',
0|api  |   requireStack: []
0|api  | }
2026-11-22T15:00:01: PM2 log: App [api:0] exited with code [1] via signal [SIGINT]
2026-11-22T15:00:01: PM2 log: Script /app/dist/main.js had too many unstable restarts (16). Stopped. "errored"
2026-11-22T15:00:03: PM2 log: 0 application online, retry = 3
2026-11-22T15:00:09: PM2 error: app=all exited, bye
`,
      id: ['completed-loop'],
      says: ['exit 0', "Cannot find module '/app/dist/main.js'"],
    },
  ]);
});

describe('what the program says that it died of', () => {
  it.each([[0, 'Completed', 'completed-loop']])('does not explain exit %d %s', (code, reason, id) => {
    expect(said('Error: connect ECONNREFUSED 10.88.9.9:5432', code, reason)).toMatchObject({ id });
  });
});
