import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { expectLoggedReason, expectPullFailure } from '../../support/cause-expectations.ts';
import { backingOff, causeOfStart, factsOf, IMAGE, PROCESS, PULL, pulling, said, startError } from '../../support/cause-facts.ts';

describe('an image for other machines', () => {
  it('is there, and not for this node', () => {
    expect(pulling('ErrImagePull', 'no match for platform in manifest sha256:1234: not found')).toMatchObject({
      id: 'wrong-architecture',
      confidence: 'certain',
      summary: `no image for the node's platform: ${IMAGE}`,
    });
  });
});

describe('pulls that fail, in the words of runtimes and registries', () => {
  it.each([
    [
      'containerd, another machine',
      `${PULL}no match for platform in manifest: not found`,
      'wrong-architecture',
      "the node's platform",
    ],
    [
      'CRI-O, another machine',
      'choosing image instance: no image found in manifest list for architecture "arm64", variant "v8", OS "linux"',
      'wrong-architecture',
      "the node's platform",
    ],
    [
      'Docker, another machine',
      'no matching manifest for linux/arm64/v8 in the manifest list entries',
      'wrong-architecture',
      "the node's platform",
    ],
  ])('%s', (_, message, id, summary) => expectPullFailure(message, id, summary));
});

describe('starts that a runtime refuses, in its words', () => {
  it.each([
    [
      'runc, an entry point that is no program for this machine',
      `${PROCESS}exec /app/serve: exec format error: unknown`,
      'wrong-architecture',
      'likely',
      'cannot start: /app/serve: exec format error',
    ],
    [
      'crun, another machine',
      'container create failed: exec container process `/app/serve`: Exec format error',
      'wrong-architecture',
      'likely',
      'cannot start: /app/serve: exec format error',
    ],
  ])('%s', (_, message, id, confidence, summary) => {
    expect(causeOfStart(message)).toMatchObject({ id, confidence, summary });
  });
});

describe('a start that fails', () => {
  it('is for another machine where the kernel finds no program in it: a script without its first line reads the same', () => {
    const message = `${PROCESS}exec /app: exec format error`;
    const verdict = { id: 'wrong-architecture', confidence: 'likely', summary: 'cannot start: /app: exec format error' };
    expect(causeOf(factsOf({ status: backingOff(startError(message)) }))).toMatchObject(verdict);
  });
});

describe('what the program says that it died of', () => {
  it.each([
    ['exec /bin/app: exec format error', 'wrong-architecture', 'exit 1: exec /bin/app: exec format error'],
  ])('%s', (logTail, id, summary) => expectLoggedReason(logTail, id, summary));
});

describe('wrong-architecture', () => {
  it('is possible where a shell took a binary for a script, and is not any syntax error', () => {
    expect(said('/bin/app-arm64: line 1: syntax error: unexpected word (expecting ")")', 2)).toMatchObject({
      id: 'wrong-architecture',
      confidence: 'possible',
    });
    expect(said('/app/run.sh: line 17: syntax error: unexpected end of file', 2)).toMatchObject({ id: 'app-error' });
    expect(said('bash: ./app: cannot execute binary file: Exec format error', 126)).toMatchObject({ id: 'wrong-architecture' });
  });
});
