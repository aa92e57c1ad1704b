import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { ended, event, evidenceOf, FIRST_START, factsOf, timeText } from '../../support/cause-facts.ts';

describe('a failed probe', () => {
  it('is told of a startup probe, and of a program that ends with a code of its own when told to stop', () => {
    const killing = event('Killing', 'Init container c failed startup probe');
    expect(causeOf(factsOf({ status: { state: ended(1) }, events: [killing] }))).toMatchObject({
      id: 'startup-kill',
      summary: 'startup probe failed, killed (exit 1)',
    });
  });
});

describe('the arithmetic of a probe', () => {
  const kill = (probe: string) => [
    event('Killing', `Container c failed ${probe} probe, will be restarted`, {
      firstTimestamp: timeText(FIRST_START),
      lastTimestamp: timeText(FIRST_START + 1000),
    }),
  ];
  const exec = { exec: { command: ['false'] } };

  it('has the defaults of the API, and a startup probe of its own', () => {
    const container = { startupProbe: exec };
    expect(evidenceOf([40], { exitCode: 137, container, events: kill('startup') })).toContain(
      'startup probe that never passes: initialDelay 0s + period 10s x threshold 3 + grace 30s = 60s at most; the run lived 40s: no sign that it ever passed',
    );
  });
});
