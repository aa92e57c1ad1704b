import { describe, expect, it } from 'vitest';
import { describeCreationFailure } from '../../src/model/creation-failure.ts';

describe('why no pod is created, in words', () => {
  it.each([
    [
      '(combined from similar events): Error creating: pods "burst-8b9bf8467-rp67s" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=1, limited: pods=1',
      'exceeded quota: pods',
    ],
    [
      'Error creating: admission webhook "policy.example.com" denied the request: no root',
      'webhook policy.example.com denied it: no root',
    ],
    ['admission webhook "p.example.com" denied the request without explanation', 'webhook p.example.com denied it'],
    [
      'Error creating: Internal error occurred: failed calling webhook "mesh.example.com": failed to call webhook: Post "https://mesh.svc": dial tcp: connection refused',
      'webhook mesh.example.com failed: Post "https://mesh.svc": dial tcp: connection refused',
    ],
    [
      'create Pod db-0 in StatefulSet db failed error: pods "db-0" is forbidden: [maximum memory usage per Container is 1Gi, but limit is 2Gi]',
      '[maximum memory usage per Container is 1Gi, but limit is 2Gi]',
    ],
    [
      'Error creating: pods "a-x" is forbidden: violates PodSecurity "restricted:latest": hostNetwork',
      'violates PodSecurity "restricted:latest": hostNetwork',
    ],
    [
      'Error creating: pods "a-" is forbidden: error looking up service account shop/a: serviceaccount "a" not found',
      'error looking up service account shop/a: serviceaccount "a" not found',
    ],
  ])('%s', (message, words) => {
    expect(describeCreationFailure(message)).toBe(words);
  });
});
