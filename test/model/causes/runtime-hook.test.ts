import { describe, expect, it } from 'vitest';
import { expectRuntimeReason } from '../../support/cause-expectations.ts';
import { causeOfStart, PROCESS } from '../../support/cause-facts.ts';

describe('what the API gives a word for', () => {
  it.each([
    [
      'runtime-hook',
      "OCI runtime create failed: runc create failed: unable to start container process: error during container init: error running hook #0: error running hook: exit status 1, stdout: , stderr: Auto-detected mode as 'legacy'\nnvidia-container-cli: initialization error: nvml error: driver not loaded: unknown",
      'nvidia-container-cli: initialization error: nvml error: driver not loaded',
    ],
    [
      'runtime-hook',
      'OCI runtime create failed: error executing hook `/usr/bin/toolkit` (exit code: 1): unknown',
      '(exit code: 1)',
    ],
  ])('is %s, of which the last line is the reason', (id, message, says) => expectRuntimeReason(id, message, says));
});

describe('starts that a runtime refuses, in its words', () => {
  it.each([
    [
      'a hook of the GPU runtime',
      `${PROCESS}error running prestart hook #0: exit status 1, stdout: , stderr: Auto-detected mode as 'legacy' nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown`,
      'runtime-hook',
      'certain',
      "cannot start, a hook failed: Auto-detected mode as 'legacy' nvidia-container-cli: initialization error: nvml error: driver not loaded",
    ],
  ])('%s', (_, message, id, confidence, summary) => {
    expect(causeOfStart(message)).toMatchObject({ id, confidence, summary });
  });
});
