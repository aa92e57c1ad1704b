import type { LogEnvelope } from '../envelope.ts';
import type { ClusterState, RunLog } from '../state.ts';

const LOGS_KEPT = 20;

/** Keeps the log of a run beside those of its pod. */
export function foldLog(state: ClusterState, envelope: LogEnvelope): ClusterState {
  const { container, containerID, text, truncated, error, at } = envelope;
  const known = state.logs.get(envelope.uid) ?? [];
  const same = known.find((l) => l.container === container && l.containerID === containerID);
  // A later failure to read it again does not remove a log.
  if (same !== undefined && error !== '' && same.error === '') return state;
  const others = known.filter((l) => l !== same);
  const log: RunLog = { container, containerID, text, truncated, error, at };
  return { ...state, logs: state.logs.set(envelope.uid, [...others, log].slice(-LOGS_KEPT)) };
}
