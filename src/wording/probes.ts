import { counted } from '../text/duration.ts';
import { arrayOf, type Json, numberOf, objectOf, stringOf } from '../text/json.ts';
import { safeLine } from '../text/safe-text.ts';

/**
 * Describes a probe of a container spec: `GET :8080/healthz every 10s, timeout 1s, 3 failures`.
 * Defaults are the API's.
 */
export function describeProbe(raw: unknown): string {
  const probe = objectOf(raw);
  const delay = numberOf(probe.initialDelaySeconds, 0);
  const words = [
    `${describeHandler(probe)} every ${numberOf(probe.periodSeconds, 10)}s`,
    `timeout ${numberOf(probe.timeoutSeconds, 1)}s`,
    counted(numberOf(probe.failureThreshold, 3), 'failure'),
    ...(delay > 0 ? [`first after ${delay}s`] : []),
  ];
  return safeLine(words.join(', '));
}

function describeHandler(probe: Json): string {
  if (probe.httpGet != null) {
    const get = objectOf(probe.httpGet);
    const scheme = stringOf(get.scheme) === 'HTTPS' ? 'https ' : '';
    return `GET ${scheme}${stringOf(get.host)}:${portOf(get.port)}${stringOf(get.path) || '/'}`;
  }
  if (probe.tcpSocket != null) return `TCP :${portOf(objectOf(probe.tcpSocket).port)}`;
  if (probe.grpc != null) return `gRPC :${portOf(objectOf(probe.grpc).port)}`;
  const command = arrayOf(objectOf(probe.exec).command);
  return command.length === 0 ? 'a command' : `runs ${command.map(String).join(' ')}`;
}

function portOf(port: unknown): string {
  return typeof port === 'number' ? String(port) : stringOf(port);
}
