/** The Pod of an API server whose container has crashed so often, as the API states it. `now`: epoch ms. */
export function crashingPod(
  crashes: number,
  now: number,
  fields: { readonly name?: string; readonly waits?: boolean } = {},
): object {
  const { name = 'api-1', waits = false } = fields;
  const stamp = (ago: number) => `${new Date(now - ago).toISOString().slice(0, 19)}Z`;
  const id = (run: number) => `containerd://${name}-${run}`;
  const dead = waits ? crashes : crashes - 1;
  const terminated = {
    containerID: id(dead),
    exitCode: 1,
    reason: 'Error',
    message: 'cannot open the ledger, password=not-a-real-password',
    startedAt: stamp(4000),
    finishedAt: stamp(2000),
  };
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      resourceVersion: `${100 + crashes}`,
      creationTimestamp: stamp(60_000),
    },
    spec: { restartPolicy: 'Always', nodeName: 'node-a', containers: [{ name: 'app', image: 'registry.example.com/api:1' }] },
    status: {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'app',
          restartCount: crashes,
          containerID: id(crashes),
          image: 'registry.example.com/api:1',
          state: waits
            ? { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container=app' } }
            : { running: { startedAt: stamp(1000) } },
          lastState: crashes === 0 && !waits ? {} : { terminated },
        },
      ],
    },
  };
}
