import { expect, it } from 'vitest';
import { ToldRuns } from './told-runs.ts';

const pod = (containerStatuses: unknown, more: object = {}) =>
  JSON.stringify({
    type: 'MODIFIED',
    object: { kind: 'Pod', metadata: { namespace: 'shop', name: 'web' }, status: { containerStatuses, ...more } },
  });

it('collects each container ID that a Pod states, and how its run ended when that is told', () => {
  const told = new ToldRuns();
  told.add(pod([{ name: 'web', containerID: 'containerd://b', state: { running: {} }, lastState: {} }]));
  told.add(
    pod(
      [
        {
          name: 'web',
          containerID: 'containerd://b',
          state: { terminated: { containerID: 'containerd://b', exitCode: 2, reason: 'Error' } },
          lastState: { terminated: { containerID: 'containerd://a', exitCode: 0, reason: 'Completed' } },
        },
      ],
      { initContainerStatuses: [{ name: 'migrate', containerID: 'containerd://i', state: { waiting: {} } }] },
    ),
  );
  told.add(pod([{ name: 'web', containerID: '', state: { waiting: { reason: 'ContainerCreating' } } }]));
  told.add('{"type":"MODIFIED","object":{"kind":"Po');
  expect(told.received).toBe(3);
  expect([...told.runs.keys()].toSorted()).toEqual(['containerd://a', 'containerd://b', 'containerd://i']);
  expect(told.runs.get('containerd://b')).toMatchObject({ exitCode: 2, reason: 'Error', of: 'shop/web/web' });
  expect(told.runs.get('containerd://i')).toMatchObject({ exitCode: null, of: 'shop/web/migrate' });
});
