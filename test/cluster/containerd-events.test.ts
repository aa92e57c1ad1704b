import { expect, it } from 'vitest';
import { ContainerdEvents } from './containerd-events.ts';

// As `ctr -n k8s.io events` printed them.
const LINES = [
  '2026-11-22 19:46:17.766628352 +0000 UTC k8s.io /snapshot/prepare {"key":"55","parent":"sha256:caa2"}',
  '2026-11-22 19:46:17.776349597 +0000 UTC k8s.io /containers/update {"id":"55","image":"registry.example.com/pause:3","labels":{"app":"api","io.cri-containerd.kind":"sandbox"},"snapshot_key":"55"}',
  '2026-11-22 19:46:18.066243236 +0000 UTC k8s.io /tasks/start {"container_id":"55","pid":768}',
  '2026-11-22 19:46:19.251160223 +0000 UTC k8s.io /tasks/start {"container_id":"c5","pid":1258}',
  '2026-11-22 19:46:19.6 +0000 UTC k8s.io /tasks/exit {"container_id":"c5","id":"1718","pid":4751,"exited_at":"2026-11-22T19:46:19.6Z"}',
  '2026-11-22 19:46:19.953228796 +0000 UTC k8s.io /tasks/oom {"container_id":"c5"}',
  '2026-11-22 19:46:19.985468311 +0000 UTC k8s.io /tasks/exit {"container_id":"c5","id":"c5","pid":1258,"exit_status":137,"exited_at":"2026-11-22T19:46:19.985423655Z"}',
  '2026-11-22 19:46:20.066243236 +0000 UTC k8s.io /tasks/start {"container_id":"d6","pid":1300}',
  '2026-11-22 19:46:21.1 +0000 UTC k8s.io /tasks/exit {"container_id":"d6","id":"d6","pid":1300,"exited_at":"2026-11-22T19:46:21.1Z"}',
  '2026-11-22 19:46:22.066243236 +0000 UTC k8s.io /tasks/start {"container_id":"e7","pid":1301}',
  '2026-11-22 19:46:23.1 +0000 UTC k8s.io /tasks/exit {"container_id":"f8","id":"f8","exited_at":"2026-11-22T19:46:23.1Z"}',
  'ctr: failed to dial',
];

it('the account of containerd has starts and ends of containers: no sandboxes, no exec, nothing whose start was not heard', () => {
  const events = new ContainerdEvents();
  for (const line of LINES) events.add(line);
  const runs = events.runs();
  expect([...runs.keys()]).toEqual(['containerd://c5', 'containerd://d6', 'containerd://e7']);
  expect(runs.get('containerd://c5')?.exitCode).toBe(137);
  expect(runs.get('containerd://c5')?.exitedAt).toBeCloseTo(Date.parse('2026-11-22T19:46:19.985Z') + 0.423_655, 3);
  expect(runs.get('containerd://d6')).toMatchObject({
    exitCode: 0,
    startedAt: expect.closeTo(Date.parse('2026-11-22T19:46:20.066Z'), 0),
  });
  expect(runs.get('containerd://e7')).toMatchObject({ exitCode: null, exitedAt: null });
});
