import { expect } from 'vitest';
import { causeOf } from '../../src/model/causes/index.ts';
import { backingOff, configError, ended, factsOf, failedMount, NGINX, pull, said, startError, waiting } from './cause-facts.ts';

/** The log names the reason: a likely cause that quotes the line first. */
export function expectLoggedReason(logTail: string, id: string, summary: string): void {
  const cause = said(logTail);
  expect(cause).toMatchObject({ id, confidence: 'likely' });
  expect(cause?.summary.slice(0, 150)).toBe(summary.slice(0, 150));
  // The line stands first, in quotation marks: these are the words of a stranger.
  expect(cause?.evidence[0]).toMatch(/^log: ".+"$/);
}

/** An image that cannot be pulled: by its status, by the wrapper of the runtime, and in its back-off. */
export function expectPullFailure(message: string, id: string, summary: string): void {
  for (const cause of [
    pull(message),
    pull(`rpc error: code = Unknown desc = ${message}`),
    pull(`Back-off pulling image "${NGINX}": ErrImagePull: ${message}`, 'ImagePullBackOff'),
  ]) {
    expect(cause).toMatchObject({
      id,
      confidence: id === 'unknown' ? 'likely' : summary.includes('or access denied') ? 'possible' : 'certain',
    });
    expect(cause?.summary).toContain(summary);
  }
}

/** A start that waits for that reason. */
export function expectRefusedStart(reason: string, message: string, id: string, summary: string): void {
  expect(causeOf(factsOf({ status: waiting(reason, message) }))).toMatchObject({
    id,
    confidence: id === 'unknown' ? 'likely' : 'certain',
    summary,
  });
}

/** A pod that failed as a whole, whatever the log of its container says. */
export function expectPodFailure(reason: string, message: string, id: string): void {
  const podStatus = { phase: 'Failed', reason, message };
  const cause = causeOf(factsOf({ podStatus, status: { state: ended(137) }, logTail: 'ERROR connect ECONNREFUSED 10.0.0.1:1' }));
  expect(cause).toMatchObject({ id, confidence: 'certain' });
  expect(cause?.summary).toContain(`${reason}: ${message.trim().slice(0, 60)}`);
}

/** A container whose configuration cannot be read; `command` is the first to run next. */
export function expectConfigError(message: string, id: string, summary: string, command: string): void {
  const cause = configError(message);
  expect(cause).toMatchObject({ id, summary, confidence: 'certain' });
  expect(cause?.evidence).toEqual([`waiting: CreateContainerConfigError: ${message}`]);
  expect(cause?.next[0]).toBe(command);
}

/** A start that the runtime refused, at once and through its back-off. */
export function expectStartError(message: string, id: string, summary: string): void {
  const verdict = { id, summary, confidence: 'certain' };
  expect(causeOf(factsOf({ status: { state: startError(message) } }))).toMatchObject(verdict);
  // The same through its back-off, where only the last state still says so.
  expect(causeOf(factsOf({ status: backingOff(startError(message)) }))).toMatchObject(verdict);
}

/** A volume that cannot be mounted, as an event says. */
export function expectFailedMount(message: string, id: string, summary: string): void {
  const cause = causeOf(
    factsOf({ podStatus: { phase: 'Pending' }, status: waiting('ContainerCreating'), events: [failedMount(message)] }),
  );
  expect(cause).toMatchObject({ id, summary, confidence: 'likely' });
  expect(cause?.evidence.at(-1)).toContain('event FailedMount (2026-11-22T15:00:10Z)');
}

/** A failure of the runtime, of whose message the last line is the reason. */
export function expectRuntimeReason(id: string, message: string, says: string): void {
  const end = ended(128, 'StartError', { message, startedAt: '1970-01-01T00:00:00Z' });
  for (const status of [backingOff(end), waiting('CreateContainerError', message)]) {
    const cause = causeOf(factsOf({ status }));
    expect(cause).toMatchObject({ id, confidence: 'certain' });
    expect(cause?.summary).toContain(says);
  }
}

/** An exit code that stands for a signal. */
export function expectSignalCode(code: number, id: string, summary: string): void {
  expect(causeOf(factsOf({ status: { state: ended(code) } }))).toMatchObject({ id, confidence: 'likely', summary });
  // The numbers of the signals themselves are exit codes like any other.
  expect(causeOf(factsOf({ status: { state: ended(code & 31 || 1) } }))?.id).toBe('app-error');
}
