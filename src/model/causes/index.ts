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

/** Asked in this order, and the first that fits is the cause: what lies deeper comes first. */
const RULES: readonly CauseRule[] = [
  // The node goes before everything on it: what it did to the pod as a whole, then what it lost.
  evicted,
  nodeNotReady,
  // Then what the kubelet said of the pod as a whole: it did not take it, or its time was over.
  rejected,
  deadlineExceeded,
  kubeletRestarted,
  // Without a node, and then without a sandbox, nothing else has happened yet.
  unschedulable,
  sandbox,
  // Without an image there is no container. A registry that does not answer cannot say whether it has the image, one that refuses
  // need not say it, and of an image that is there for other machines it says "not found" as well. Where its answer leaves open
  // whether the image is missing or forbidden, image-not-found says so: it goes before image-auth. (A program for another machine
  // that was pulled and failed to start is found here as well; nothing further down can be true of that end.)
  imageName,
  imageNeverPull,
  registryUnreachable,
  wrongArchitecture,
  imageNotFound,
  imageAuth,
  // Without its configuration no container is created. A key is looked for only in an object that exists, and an object that is
  // missing is why its volume cannot be mounted.
  missingConfigmap,
  missingSecret,
  missingKey,
  runAsNonRoot,
  volumeMount,
  // The runtime prepares the container: its own hooks give devices, too, and their word says more.
  runtimeHook,
  device,
  // Another container's rule: the codes that the kubelet states for it are stand-ins.
  restartRule,
  // The kernel's word goes before that of hooks and probes, which fail as well when a process is killed.
  oomKilled,
  seccomp,
  // The kubelet's own word that it killed the container goes before anything that the program said: it was ended in the middle. A
  // hook fails before the first probe, and the startup probe before the liveness probe is asked.
  postStartHook,
  startupKill,
  livenessKill,
  // The container was created, but its program, or one that it called, could not be executed.
  commandNotFound,
  notExecutable,
  // The program ran. A signal of the processor says more than an exit code or a line of the log.
  segfault,
  illegalInstruction,
  arithmeticError,
  // What the program says that it died of: from the ground up, disk and ports before names, certificates and connections. A panic
  // about one of these is that; its trace only tells where.
  diskFull,
  readOnlyFilesystem,
  permissionDenied,
  portInUse,
  dnsFailure,
  tlsFailure,
  connectionRefused,
  // A trace says more than the code 134 with which C++ and .NET end after it.
  appPanic,
  abort,
  // Signals that somebody sent, and nobody owned up to.
  sigtermSelf,
  oomSuspected,
  // It ended by itself: well, or with an error of which nothing more is known. In an init container or a sidecar that has consequences.
  completedLoop,
  initFailed,
  sidecarFailed,
  appError,
  // Nothing failed: why it restarted all the same. A Job that gave up is why its pod was deleted.
  jobBackoff,
  imageEdited,
  resized,
  deleted,
  // What is left.
  unknown,
];

/** Every cause that crashtop can find, in the order in which it asks for them: its stable name, its title, its manual page. */
export const LIST: readonly Omit<CauseRule, 'decide'>[] = RULES.map(({ id, title, needs, manual }) => ({
  id,
  title,
  needs,
  manual,
}));

/**
 * Why a container fails, or failed last; null where nothing did. What its status says now goes before its old runs, and a
 * container that runs keeps the cause of its last end.
 */
export function causeOf(facts: CauseFacts): Cause | null {
  for (const { id, decide } of RULES) {
    const verdict = decide(facts);
    if (verdict === null) continue;
    return { id, ...verdict, evidence: withNode(facts, verdict.evidence), next: commandsOf(verdict.next) };
  }
  return null;
}

// Whatever it is: of a node that does not report, all that the API says is old.
function withNode(facts: CauseFacts, evidence: readonly string[]): readonly string[] {
  const node = nodeEvidence(facts);
  return node.length === 0 || evidence.includes(node[0] as string) ? evidence : [...evidence, ...node];
}
