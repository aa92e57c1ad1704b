import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import type { Json } from '../../../src/text/json.ts';
import { backingOff, ended, event, factsOf, said } from '../../support/cause-facts.ts';

const PROBES: Json = {
  livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5, failureThreshold: 2 },
};

describe('sigterm-self', () => {
  const probe = { livenessProbe: { exec: { command: ['true'] } } };

  it('is a SIGTERM that Kubernetes did not send, and less sure where a probe may have', () => {
    const status = backingOff(ended(143));
    expect(causeOf(factsOf({ status }))).toMatchObject({ id: 'sigterm-self', confidence: 'likely' });
    expect(causeOf(factsOf({ status, container: probe }))).toMatchObject({ id: 'sigterm-self', confidence: 'possible' });
  });

  it('is not the SIGTERM of a probe, nor of a deletion', () => {
    const kill = event('Killing', 'Container c failed liveness probe, will be restarted');
    expect(causeOf(factsOf({ status: backingOff(ended(143)), events: [kill] }))?.id).toBe('liveness-kill');
    const metadata = { deletionTimestamp: '2026-11-22T15:00:30Z', deletionGracePeriodSeconds: 30 };
    expect(causeOf(factsOf({ metadata, status: { state: ended(143) }, events: [] }))).toBeNull();
  });
});

describe('exit codes and what they stand for', () => {
  it.each([
    [143, 'sigterm-self', 'likely'],
    [-1073741510, 'sigterm-self', 'likely'],
  ])('exit %d', (exitCode, id, confidence) => {
    expect(causeOf(factsOf({ status: backingOff(ended(exitCode)) }))).toMatchObject({ id, confidence });
  });

  it('is what the program made of SIGTERM only where it was told to: here nobody told it', () => {
    const cause = causeOf(factsOf({ container: PROBES, status: backingOff(ended(143)) }));
    const summary = 'exit 143 (SIGTERM), sender unknown';
    expect(cause).toMatchObject({ id: 'sigterm-self', confidence: 'possible', summary });
  });
});

describe('what the program says that it died of', () => {
  it.each([[143, 'Error', 'sigterm-self']])('does not explain exit %d %s', (code, reason, id) => {
    expect(said('Error: connect ECONNREFUSED 10.88.9.9:5432', code, reason)).toMatchObject({ id });
  });
});
