import type { ContainerStatus, Termination } from '../../src/model/pod.ts';

/** A container status as a test needs it: running attempt 0 unless told otherwise. */
export function containerStatus(fields: Partial<ContainerStatus> = {}): ContainerStatus {
  return {
    name: 'api',
    type: 'app',
    ready: false,
    started: true,
    restartCount: 0,
    containerID: 'containerd://0',
    image: 'registry.example.com/api:1',
    state: { type: 'running', startedAt: 1_000_000 },
    last: null,
    ...fields,
  };
}

/** An end with exit code 1, unless told otherwise. */
export function termination(fields: Partial<Termination> = {}): Termination {
  return {
    containerID: 'containerd://0',
    exitCode: 1,
    reason: 'Error',
    message: '',
    signal: 0,
    startedAt: 1_000_000,
    finishedAt: 1_004_000,
    ...fields,
  };
}
