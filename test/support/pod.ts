import type { Pod } from '../../src/model/pod.ts';
import { containerStatus } from './container-status.ts';

/** A running pod with one container `api` that its policy always restarts, unless told otherwise. */
export function pod(fields: Partial<Pod> = {}): Pod {
  return {
    kind: 'Pod',
    uid: 'pod-1',
    namespace: 'shop',
    name: 'api-1',
    createdAt: 1_699_000_000_000,
    deletionAt: null,
    deletionRequestedAt: null,
    controller: null,
    templateHash: '',
    spec: {
      nodeName: 'node-a',
      restartPolicy: 'Always',
      containers: [
        {
          name: 'api',
          type: 'app',
          image: 'registry.example.com/api:1',
          restartPolicy: null,
          restartRules: [],
          memoryLimit: null,
          hasReadinessProbe: false,
        },
      ],
    },
    phase: 'Running',
    reason: '',
    message: '',
    conditions: [],
    containers: [containerStatus()],
    ...fields,
  };
}
