import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { command } from '../../../src/model/evidence/kubectl-hints.ts';
import { HOSTILE_TEXTS } from '../../support/hostile-texts.ts';
import { SHELLS, wordsIn } from '../../support/shells.ts';

// Names as Kubernetes has them, and what a recording may hold instead.
const name = fc.oneof(
  fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,30}[a-z0-9])?$/),
  fc.stringMatching(/^-{0,2}[a-z=A-Z.~*?$%@^!{}[\]<>|&;'"`\\ \t\n-]{0,12}$/),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(...HOSTILE_TEXTS),
);

describe('a command to copy', () => {
  const made = fc
    .sample(fc.record({ namespace: name, pod: name, container: name }), { numRuns: 2000, seed: 13 })
    .map(({ namespace, pod, container }) => ({
      text: command`kubectl -n ${namespace} logs ${pod} -c ${container} --previous`,
      words: ['-n', namespace, 'logs', pod, '-c', container, '--previous'],
    }));
  const known = made.filter(({ text }) => text !== null);

  it.for(SHELLS)('is read by %s as it was meant, whatever a name holds, or is none', (shell, { skip }) => {
    expect(known.length).toBeGreaterThan(20);
    expect(known.length).toBeLessThan(made.length / 2);
    const read = wordsIn(
      shell,
      'kubectl',
      known.map(({ text }) => text as string),
    );
    if (read === null) return skip(`${shell} is not installed`);
    expect(read).toEqual(known.map(({ words }) => words));
  });

  it('is none for a name that would be an option, or that Kubernetes has not', () => {
    for (const text of [...HOSTILE_TEXTS, '-A', '--all', '-', '', 'Api', 'a_b', 'a b', 'a/b', 'ä', 'a'.repeat(254), 'a\u2424b'])
      expect(command`kubectl describe pod ${text}`).toBeNull();
    expect(command`kubectl describe pod ${'a'.repeat(253)}`).toHaveLength(274);
    expect(command`kubectl describe node ${'ip-10-0-0-1.eu-west-1.compute.internal'}`).toBe(
      'kubectl describe node ip-10-0-0-1.eu-west-1.compute.internal',
    );
  });
});
