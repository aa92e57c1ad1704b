import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { jobControlBy } from '../../src/ui/job-control.ts';

function signals() {
  const emitter = new EventEmitter();
  // As in a process: a signal without a handler stops it, one with a handler does not.
  const stopped = vi.fn();
  const kill = vi.fn((pid: number, signal: string) => {
    if (pid === 0 && emitter.listenerCount(signal) === 0) stopped();
    else emitter.emit(signal);
  });
  return { emitter, stopped, control: jobControlBy(Object.assign(emitter, { kill })) };
}

describe('job control', () => {
  it('stops the job until it is continued', async () => {
    const { emitter, stopped, control } = signals();
    const done = vi.fn();
    const stop = control.stop().then(done);
    expect(stopped).toHaveBeenCalledOnce();
    await Promise.resolve();
    expect(done).not.toHaveBeenCalled();
    emitter.emit('SIGCONT');
    await stop;
  });

  it('tells when somebody else asks it to stop, and does not swallow its own stop', async () => {
    const { emitter, stopped, control } = signals();
    const asked = vi.fn();
    const end = control.onStop(asked);
    emitter.emit('SIGTSTP');
    expect(asked).toHaveBeenCalledOnce();
    const stop = control.stop();
    expect([asked.mock.calls.length, stopped.mock.calls.length]).toEqual([1, 1]);
    emitter.emit('SIGCONT');
    await stop;
    emitter.emit('SIGTSTP');
    expect(asked).toHaveBeenCalledTimes(2);
    end();
    expect(emitter.eventNames()).toEqual([]);
  });
});
