import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { expectFailedMount, expectRefusedStart } from '../../support/cause-expectations.ts';
import {
  backingOff,
  causeOfStart,
  event,
  factsOf,
  failedMount,
  pending,
  RUNC,
  startError,
  waiting,
} from '../../support/cause-facts.ts';

describe('a volume that cannot be mounted', () => {
  const secret = 'MountVolume.SetUp failed for volume "v" : secret "tls-cert" not found';
  const creating = waiting('ContainerCreating');
  const podStatus = { phase: 'Pending' };

  it.each([
    ['MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32', 'volume-mount', 'volume "nfs": exit status 32'],
  ])('%s', (message, id, summary) => expectFailedMount(message, id, summary));

  it('is no cause any more once the pod moves on', () => {
    const pulling = event('Pulling', 'Pulling image', { lastTimestamp: '2026-11-22T15:02:00Z' });
    expect(causeOf(factsOf({ podStatus, status: creating, events: [failedMount(secret), pulling] }))).toBeNull();
    const running = { state: { running: { startedAt: '2026-11-22T15:02:00Z' } } };
    expect(causeOf(factsOf({ status: running, events: [failedMount(secret)] }))).toBeNull();
  });
});

describe('starts that a runtime refuses, in its words', () => {
  it.each([
    [
      'Docker, a directory over a file',
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/srv/nginx.conf" to rootfs at "/etc/nginx/nginx.conf": mount /srv/nginx.conf:/etc/nginx/nginx.conf (via /proc/self/fd/6), flags: 0x5000: not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type',
      'volume-mount',
      'certain',
      'cannot start: /etc/nginx/nginx.conf cannot be mounted: not a directory',
    ],
    [
      'Docker before runc 1.1, a subPath that is gone',
      'OCI runtime create failed: container_linux.go:370: starting container process caused: process_linux.go:459: container init caused: rootfs_linux.go:59: mounting "/var/lib/kubelet/pods/1/volume-subpaths/config/app/1" to rootfs at "/merged/etc/app.json" caused: no such file or directory: unknown',
      'volume-mount',
      'certain',
      'cannot start: /merged/etc/app.json cannot be mounted: no such file or directory',
    ],
  ])('%s', (_, message, id, confidence, summary) => {
    expect(causeOfStart(message)).toMatchObject({ id, confidence, summary });
  });

  it.each([
    [
      'a subPath that cannot be prepared',
      'CreateContainerConfigError',
      'failed to prepare subPath for volumeMount "config" of container "api"',
      'volume-mount',
      'volume "config": its subPath cannot be prepared',
    ],
  ])('%s', (_, reason, message, id, summary) => expectRefusedStart(reason, message, id, summary));
});

describe('pods whose volumes or network do not come', () => {
  const WAITED =
    'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data kube-api-access-x2x]: timed out waiting for the condition';
  const later = { firstTimestamp: '2026-11-22T15:02:10Z', lastTimestamp: '2026-11-22T15:02:10Z' };

  it.each([
    [
      'a disk that another node holds, which was said once, long before',
      [
        [
          'FailedAttachVolume',
          'Multi-Attach error for volume "pvc-0b1f" Volume is already exclusively attached to one node and can\'t be attached to another',
        ],
        ['FailedMount', WAITED, later],
      ],
      'volume-mount',
      'volume "pvc-0b1f": Multi-Attach error',
    ],
    [
      'an NFS server that refuses, in the output of mount',
      [
        [
          'FailedMount',
          'MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs 10.0.0.5:/export /var/lib/kubelet/pods/1/volumes/kubernetes.io~nfs/nfs\nOutput: mount.nfs: access denied by server while mounting 10.0.0.5:/export\n',
        ],
      ],
      'volume-mount',
      'volume "nfs": mount.nfs: access denied by server while mounting 10.0.0.5:/export',
    ],
    [
      'a host path of another type',
      [
        [
          'FailedMount',
          'MountVolume.SetUp failed for volume "socket" : hostPath type check failed: /run/x.sock is not a socket file',
        ],
      ],
      'volume-mount',
      'volume "socket": /run/x.sock is not a socket file',
    ],
    ['only a time-out', [['FailedMount', WAITED]], 'volume-mount', 'volume "data": timed out waiting for the condition'],
  ] as const)('%s', (_, events, id, summary) => {
    const cause = pending(...(events as unknown as Parameters<typeof event>[]));
    expect(cause).toMatchObject({ id, confidence: 'likely' });
    expect(cause?.summary).toContain(summary);
  });

  it('are no longer blamed once the image is pulled', () => {
    const pulled = event('Pulled', 'Container image already present on machine', { ...later, type: 'Normal' });
    const facts = { podStatus: { phase: 'Pending' }, status: waiting('ContainerCreating') };
    expect(causeOf(factsOf({ ...facts, events: [event('FailedMount', WAITED), pulled] }))).toBeNull();
  });
});

describe('a start that fails', () => {
  it('is the mount where the runtime names one', () => {
    const message = `${RUNC}error mounting "/cfg" to rootfs at "/etc/cfg": mount /cfg: not a directory: unknown`;
    expect(causeOf(factsOf({ status: backingOff(startError(message)) }))).toMatchObject({
      id: 'volume-mount',
      confidence: 'certain',
      summary: 'cannot start: /etc/cfg cannot be mounted: not a directory',
    });
  });
});
