import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../../src/model/causes/index.ts';
import { backingOff, ended, event, factsOf, waiting } from '../given-facts.ts';

const RUNC = 'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ';
const PROCESS = `${RUNC}unable to start container process: `;

function startError(message: string) {
  const end = ended(128, 'StartError', { startedAt: '1970-01-01T00:00:00Z', message });
  return causeOf(factsOf({ status: backingOff(end) }));
}

describe('starts that a runtime refuses, in its words', () => {
  it.each([
    [
      'runc, an entry point without its interpreter',
      `${PROCESS}exec /scripts/run.sh: no such file or directory: unknown`,
      'command-not-found',
      'certain',
      'cannot start: /scripts/run.sh not found',
    ],
    [
      'runc, an entry point that is no program for this machine',
      `${PROCESS}exec /app/serve: exec format error: unknown`,
      'wrong-architecture',
      'likely',
      'cannot start: /app/serve: exec format error',
    ],
    [
      'crun, a missing program',
      'container create failed: executable file `serve` not found in $PATH: No such file or directory',
      'command-not-found',
      'certain',
      'cannot start: serve not found',
    ],
    [
      'crun, another machine',
      'container create failed: exec container process `/app/serve`: Exec format error',
      'wrong-architecture',
      'likely',
      'cannot start: /app/serve: exec format error',
    ],
    [
      'Docker, which escapes what it quotes',
      'OCI runtime create failed: container_linux.go:348: starting container process caused "exec: \\"serve\\": executable file not found in $PATH": unknown',
      'command-not-found',
      'certain',
      'cannot start: serve not found',
    ],
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
    [
      'runc, a limit of memory below what it needs itself',
      `${PROCESS}container init was OOM-killed (memory limit too low?): unknown`,
      'oom-killed',
      'certain',
      'OOMKilled at its start, no memory limit of its own',
    ],
    [
      'runc, an AppArmor profile that is not loaded',
      `${PROCESS}error during container init: unable to apply apparmor profile: apparmor failed to apply profile: write /proc/self/attr/apparmor/exec: no such file or directory: unknown`,
      'unknown',
      'likely',
      'cannot start: write /proc/self/attr/apparmor/exec: no such file or directory',
    ],
    [
      'a hook of the GPU runtime',
      `${PROCESS}error running prestart hook #0: exit status 1, stdout: , stderr: Auto-detected mode as 'legacy' nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown`,
      'runtime-hook',
      'certain',
      "cannot start, a hook failed: Auto-detected mode as 'legacy' nvidia-container-cli: initialization error: nvml error: driver not loaded",
    ],
    [
      'a working directory that is not there',
      `${PROCESS}chdir to cwd ("/workspace") set in config.json failed: permission denied: unknown`,
      'unknown',
      'likely',
      'cannot start: chdir to cwd ("/workspace") set in config.json failed: permission denied',
    ],
  ])('%s', (_, message, id, confidence, summary) => {
    expect(startError(message)).toMatchObject({ id, confidence, summary });
  });

  it.each([
    [
      'a seccomp profile that is not on the node',
      'CreateContainerError',
      'failed to create containerd container: cannot load seccomp profile "/var/lib/kubelet/seccomp/profiles/audit.json": open /var/lib/kubelet/seccomp/profiles/audit.json: no such file or directory',
      'seccomp',
      'cannot start: seccomp profile: no such file or directory',
    ],
    [
      'a name that containerd has reserved for the try before',
      'CreateContainerError',
      'failed to reserve container name "api_api-0_shop_0b1f_1": name "api_api-0_shop_0b1f_1" is reserved for "7c54f31e3fc8"',
      'unknown',
      'CreateContainerError: name "api_api-0_shop_0b1f_1" is reserved for "7c54f31e3fc8"',
    ],
    [
      'a runtime that does not answer',
      'CreateContainerError',
      'context deadline exceeded',
      'unknown',
      'CreateContainerError: context deadline exceeded',
    ],
    [
      'a user that is root by its spec',
      'CreateContainerConfigError',
      'container\'s runAsUser breaks non-root policy (pod: "api-0_shop(0b1f)", container: api)',
      'run-as-non-root',
      'runAsNonRoot, but runAsUser is root',
    ],
    [
      'a user that has only a name',
      'CreateContainerConfigError',
      'container has runAsNonRoot and image has non-numeric user (nobody), cannot verify user is non-root (pod: "api-0_shop(0b1f)", container: api)',
      'run-as-non-root',
      'runAsNonRoot, but the image\'s user "nobody" is not numeric',
    ],
    [
      'a subPath that cannot be prepared',
      'CreateContainerConfigError',
      'failed to prepare subPath for volumeMount "config" of container "api"',
      'volume-mount',
      'volume "config": its subPath cannot be prepared',
    ],
    [
      'a key that a Secret does not have',
      'CreateContainerConfigError',
      "couldn't find key DB_PASSWORD in Secret shop/db",
      'missing-key',
      'key DB_PASSWORD not in secret "db"',
    ],
    [
      'a cache of ConfigMaps that does not fill',
      'CreateContainerConfigError',
      'failed to sync configmap cache: timed out waiting for the condition',
      'unknown',
      'CreateContainerConfigError: timed out waiting for the condition',
    ],
  ])('%s', (_, reason, message, id, summary) => {
    expect(causeOf(factsOf({ status: waiting(reason, message) }))).toMatchObject({
      id,
      confidence: id === 'unknown' ? 'likely' : 'certain',
      summary,
    });
  });
});

describe('programs that cannot be run, as the log says it', () => {
  const said = (logTail: string, exitCode: number) => causeOf(factsOf({ status: backingOff(ended(exitCode)), logTail }));

  it.each([
    ['exec /scripts/run.sh: no such file or directory', 1, 'command-not-found', 'likely'],
    ['exec /scripts/run.sh: no such file or directory', 255, 'command-not-found', 'likely'],
    ['/usr/bin/env: ‘bash\\r’: No such file or directory', 127, 'command-not-found', 'likely'],
    ["env: can't execute 'bash\r': No such file or directory", 127, 'command-not-found', 'likely'],
    ['/entrypoint.sh: line 4: envsubst: command not found', 127, 'command-not-found', 'likely'],
    ['[FATAL tini (7)] exec /app/serve failed: No such file or directory', 127, 'command-not-found', 'likely'],
    ['serving\nshutting down cache\n/bin/sh: frobnicate: not found', 127, 'command-not-found', 'likely'],
    ['ERROR cache is cold\nready\n/bin/sh: frobnicate: not found', 127, 'command-not-found', 'likely'],
    ['/bin/sh: /app/run.sh: Permission denied', 126, 'not-executable', 'likely'],
    ['sh: 1: /app: Is a directory', 126, 'not-executable', 'likely'],
    // What a program returns for a reason of its own: the code alone is a hint, and a trace is none.
    ['request failed: upstream answered 503', 127, 'command-not-found', 'possible'],
    ['served 12 orders', 127, 'command-not-found', 'possible'],
    ['served 12 orders', 126, 'not-executable', 'possible'],
  ])('%s (exit %d)', (logTail, code, id, confidence) => {
    expect(said(logTail, code)).toMatchObject({ id, confidence });
  });

  it('quote the line of the shell, not a graver one before it', () => {
    const cause = said('ERROR cache is cold\nready\n/bin/sh: frobnicate: not found', 127);
    expect(cause?.summary).toBe('exit 127: frobnicate: not found');
    expect(cause?.evidence[0]).toBe('log: "/bin/sh: frobnicate: not found"');
  });
});

describe('pods whose volumes or network do not come', () => {
  const pending = (...events: Parameters<typeof event>[]) =>
    causeOf(
      factsOf({
        podStatus: { phase: 'Pending' },
        status: waiting('ContainerCreating'),
        events: events.map((e) => event(...e)),
      }),
    );
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
      'a ConfigMap that is missing, behind the time-out that it leads to',
      [
        ['FailedMount', 'MountVolume.SetUp failed for volume "config" : configmap "shop-config" not found'],
        ['FailedMount', WAITED, later],
      ],
      'missing-configmap',
      'configmap "shop-config" not found',
    ],
    [
      'a key that is missing in a volume',
      [['FailedMount', 'MountVolume.SetUp failed for volume "config" : references non-existent config key: app.yaml']],
      'missing-key',
      'key app.yaml not in the configmap of a volume',
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
    [
      'no address left for the pod',
      [
        [
          'FailedCreatePodSandBox',
          'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "d95583cb": plugin type="host-local" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.60.28.1-10.60.28.254',
        ],
      ],
      'sandbox',
      'FailedCreatePodSandBox: no IP addresses available in range set: 10.60.28.1-10.60.28.254',
    ],
    [
      'an agent of the network that is not up',
      [
        [
          'FailedCreatePodSandBox',
          '(combined from similar events): Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "d95583cb": plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container',
        ],
      ],
      'sandbox',
      'FailedCreatePodSandBox: failed to assign an IP address to container',
    ],
    [
      'a right that the network lost',
      [
        [
          'FailedCreatePodSandBox',
          'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "d95583cb": plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized',
        ],
      ],
      'sandbox',
      'FailedCreatePodSandBox: connection is unauthorized: Unauthorized',
    ],
    [
      'a limit of memory below what the sandbox needs',
      [
        [
          'FailedCreatePodSandBox',
          `Failed to create pod sandbox: rpc error: code = Unknown desc = ${PROCESS}container init was OOM-killed (memory limit too low?): unknown`,
        ],
      ],
      'sandbox',
      'FailedCreatePodSandBox: container init was OOM-killed (memory limit too low?)',
    ],
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
