import { kubectlColumns } from '../model/kubectl-columns.ts';
import type { Entry } from './entry.ts';

/** The pod's STATUS as kubectl prints it at `now` (epoch ms). */
export function statusOf(entry: Entry, now: number, serverVersion: string | null): string {
  return kubectlColumns(entry.record.pod, now, serverVersion).status;
}
