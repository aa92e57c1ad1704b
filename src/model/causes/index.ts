import type { Cause, CauseFacts, CauseRule } from '../cause.ts';
import { nodeEvidence } from '../evidence/end-evidence.ts';
import { commandsOf } from '../evidence/kubectl-hints.ts';
import { abort } from './abort.ts';
import { appError } from './app-error.ts';
import { appPanic } from './app-panic.ts';
import { arithmeticError } from './arithmetic-error.ts';
import { commandNotFound } from './command-not-found.ts';
import { completedLoop } from './completed-loop.ts';
import { connectionRefused } from './connection-refused.ts';
import { deadlineExceeded } from './deadline-exceeded.ts';
import { deleted } from './deleted.ts';
import { device } from './device.ts';
import { diskFull } from './disk-full.ts';
import { dnsFailure } from './dns-failure.ts';
import { evicted } from './evicted.ts';
import { illegalInstruction } from './illegal-instruction.ts';
import { imageAuth } from './image-auth.ts';
import { imageEdited } from './image-edited.ts';
import { imageName } from './image-name.ts';
import { imageNeverPull } from './image-never-pull.ts';
import { imageNotFound } from './image-not-found.ts';
import { initFailed } from './init-failed.ts';
import { jobBackoff } from './job-backoff.ts';
import { kubeletRestarted } from './kubelet-restarted.ts';
import { livenessKill } from './liveness-kill.ts';
import { missingConfigmap } from './missing-configmap.ts';
import { missingKey } from './missing-key.ts';
import { missingSecret } from './missing-secret.ts';
import { nodeNotReady } from './node-not-ready.ts';
import { notExecutable } from './not-executable.ts';
import { oomKilled } from './oom-killed.ts';
import { oomSuspected } from './oom-suspected.ts';
import { permissionDenied } from './permission-denied.ts';
import { portInUse } from './port-in-use.ts';
import { postStartHook } from './post-start-hook.ts';
import { readOnlyFilesystem } from './read-only-filesystem.ts';
import { registryUnreachable } from './registry-unreachable.ts';
import { rejected } from './rejected.ts';
import { resized } from './resized.ts';
import { restartRule } from './restart-rule.ts';
import { runAsNonRoot } from './run-as-non-root.ts';
import { runtimeHook } from './runtime-hook.ts';
import { sandbox } from './sandbox.ts';
import { seccomp } from './seccomp.ts';
import { segfault } from './segfault.ts';
import { sidecarFailed } from './sidecar-failed.ts';
import { sigtermSelf } from './sigterm-self.ts';
import { startupKill } from './startup-kill.ts';
import { tlsFailure } from './tls-failure.ts';
import { unknown } from './unknown.ts';
import { unschedulable } from './unschedulable.ts';
import { volumeMount } from './volume-mount.ts';
import { wrongArchitecture } from './wrong-architecture.ts';

/** Tried in this order; the first match is the cause. Deeper causes come first. */
const RULES: readonly CauseRule[] = [
  // The node comes before everything on it: what it did to the whole pod, then what it lost.
  evicted,
  nodeNotReady,
  // Then what the kubelet said about the whole pod: not admitted, or past its deadline.
  rejected,
  deadlineExceeded,
  kubeletRestarted,
  // Without a node, and then without a sandbox, nothing else has happened yet.
  unschedulable,
  sandbox,
  // Without an image there is no container. A registry that does not answer cannot say whether it
  // has the image; one that refuses need not say; one with the image for other platforms says "not
  // found", too. If its answer leaves open whether the image is missing or forbidden,
  // image-not-found says so: it comes before image-auth. (wrongArchitecture also finds programs
  // that were pulled and failed to start; no later rule can apply to that end.)
  imageName,
  imageNeverPull,
  registryUnreachable,
  wrongArchitecture,
  imageNotFound,
  imageAuth,
  // Without its configuration no container is created. A key is looked up only in an object that
  // exists, and a missing object is why its volume cannot be mounted.
  missingConfigmap,
  missingSecret,
  missingKey,
  runAsNonRoot,
  volumeMount,
  // The runtime prepares the container. Its own hooks pass devices, too, and their message says
  // more.
  runtimeHook,
  device,
  // Another container's rule: the exit codes that the kubelet states for it are stand-ins.
  restartRule,
  // The kernel's word comes before hooks and probes, which also fail when a process is killed.
  oomKilled,
  seccomp,
  // The kubelet's own word that it killed the container comes before anything that the program
  // said: it was interrupted. A hook fails before the first probe, and the startup probe before
  // liveness is probed.
  postStartHook,
  startupKill,
  livenessKill,
  // The container was created, but its program, or one that it called, could not be executed.
  commandNotFound,
  notExecutable,
  // The program ran. A processor's signal says more than an exit code or a log line.
  segfault,
  illegalInstruction,
  arithmeticError,
  // The program's own reason, from the ground up: disk and ports before names, certificates and
  // connections. A panic about one of these has that cause; its trace only shows where.
  diskFull,
  readOnlyFilesystem,
  permissionDenied,
  portInUse,
  dnsFailure,
  tlsFailure,
  connectionRefused,
  // A trace says more than the code 134 that ends C++ and .NET programs after it.
  appPanic,
  abort,
  // Signals from an unknown sender.
  sigtermSelf,
  oomSuspected,
  // It ended by itself: successfully, or with an unexplained error. In an init container or a
  // sidecar that has consequences.
  completedLoop,
  initFailed,
  sidecarFailed,
  appError,
  // Nothing failed: why it restarted nevertheless. A Job that gave up explains the deletion of its
  // pod.
  jobBackoff,
  imageEdited,
  resized,
  deleted,
  // All the rest.
  unknown,
];

/**
 * Every cause that crashtop can find, in the order in which it tries them: id, title, manual page.
 */
export const LIST: readonly Omit<CauseRule, 'decide'>[] = RULES.map(({ id, title, needs, manual }) => ({
  id,
  title,
  needs,
  manual,
}));

/**
 * Why a container fails, or failed last; null if it did not. What its status says now comes before
 * its earlier runs; a running container keeps the cause of its last end.
 */
export function causeOf(facts: CauseFacts): Cause | null {
  for (const { id, decide } of RULES) {
    const verdict = decide(facts);
    if (verdict === null) continue;
    return { id, ...verdict, evidence: withNode(facts, verdict.evidence), next: commandsOf(verdict.next) };
  }
  return null;
}

// For every cause: if the node does not report, all that the API says is outdated.
function withNode(facts: CauseFacts, evidence: readonly string[]): readonly string[] {
  const node = nodeEvidence(facts);
  return node.length === 0 || evidence.includes(node[0] as string) ? evidence : [...evidence, ...node];
}
