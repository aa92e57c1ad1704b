import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { at, backingOff, ended, event, factsOf, waiting } from '../../support/cause-facts.ts';

describe('post-start-hook', () => {
  const message =
    'Exec lifecycle hook ([/bin/sh -c x]) for Container "c" in Pod "p_n(u)" failed - error: command \'/bin/sh -c x\' exited with 7: , message: "register failed\\n"';

  it('is stated for a moment', () => {
    const status = { ...waiting('PostStartHookError', message), lastState: ended(137), containerID: 'containerd://1' };
    expect(causeOf(factsOf({ status }))).toMatchObject({
      id: 'post-start-hook',
      confidence: 'certain',
      summary: 'postStart hook failed with exit 7: register failed',
    });
  });

  it('fails as well when memory runs out under it: that lies deeper', () => {
    const status = {
      ...waiting('PostStartHookError', message),
      lastState: ended(137, 'OOMKilled'),
      containerID: 'containerd://1',
    };
    expect(causeOf(factsOf({ status }))).toMatchObject({ id: 'oom-killed' });
  });

  it('is known from events through the back-off', () => {
    const events = [event('FailedPostStartHook', 'PostStartHook failed', at('2026-11-22T15:00:01Z'))];
    const verdict = { id: 'post-start-hook', confidence: 'likely', summary: 'postStart hook failed' };
    expect(causeOf(factsOf({ status: backingOff(ended(137)), events }))).toMatchObject(verdict);
    expect(causeOf(factsOf({ status: backingOff(ended(143)), events }))).toMatchObject(verdict);
  });

  it('is not said of a program that got past its hook and failed by itself', () => {
    const events = [event('FailedPostStartHook', 'PostStartHook failed', at('2026-11-22T14:30:00Z'))];
    expect(causeOf(factsOf({ status: backingOff(ended(1)), events }))).toMatchObject({ id: 'app-error' });
  });
});

describe('a postStart hook', () => {
  const hook = (error: string) => [
    event('FailedPostStartHook', `Exec lifecycle hook ([/h]) for Container "c" in Pod "p_n(u)" failed - error: ${error}`),
    event('Killing', 'FailedPostStartHook'),
  ];

  it('that failed for a reason of its own is, whatever the program logged', () => {
    const events = hook('command \'/h\' exited with 7: , message: "no token"');
    for (const code of [0, 1, 137, 143])
      expect(causeOf(factsOf({ status: backingOff(ended(code)), events, logTail: 'ERROR told to stop\n' }))?.id).toBe(
        'post-start-hook',
      );
  });
});

describe('a postStart hook, told by its event alone', () => {
  it.each([
    ['PostStartHook failed', 'postStart hook failed'],
    [
      'Exec lifecycle hook ([/bin/sh -c register]) for Container "c" in Pod "p_n(u)" failed - error: command \'/bin/sh -c register\' exited with 1: , message: "register: no route\\n"',
      'postStart hook failed with exit 1: register: no route',
    ],
    [
      'Http lifecycle hook (register) for Container "c" in Pod "p_n(u)" failed - error: Get "http://10.244.1.7:8081//register": dial tcp 10.244.1.7:8081: connect: connection refused, message: ""',
      'postStart hook failed: Get "http://10.244.1.7:8081//register": dial tcp 10.244.1.7:8081: connect: connection refused',
    ],
  ])('%s', (message, summary) => {
    const events = [event('FailedPostStartHook', message)];
    expect(causeOf(factsOf({ status: backingOff(ended(137)), events }))).toMatchObject({ id: 'post-start-hook', summary });
  });
});
