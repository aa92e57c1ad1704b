import type { Cause, CauseFacts, CauseId, CauseRule } from '../cause.ts';
import { abort } from './abort.ts';
import { appError } from './app-error.ts';
import { commandNotFound } from './command-not-found.ts';
import { completedLoop } from './completed-loop.ts';
import { imageName } from './image-name.ts';
import { imageNeverPull } from './image-never-pull.ts';
import { imageNotFound } from './image-not-found.ts';
import { missingConfigmap } from './missing-configmap.ts';
import { missingKey } from './missing-key.ts';
import { missingSecret } from './missing-secret.ts';
import { notExecutable } from './not-executable.ts';
import { oomKilled } from './oom-killed.ts';
import { postStartHook } from './post-start-hook.ts';
import { registryUnreachable } from './registry-unreachable.ts';
import { runAsNonRoot } from './run-as-non-root.ts';
import { segfault } from './segfault.ts';
import { unknown } from './unknown.ts';
import { unschedulable } from './unschedulable.ts';

/** Asked in this order, and the first that fits is the cause: what lies deeper comes first. */
const RULES: readonly CauseRule[] = [
  // Without a node nothing else has happened yet.
  unschedulable,
  // Without an image there is no container. A registry that does not answer cannot say whether it has the image.
  imageName,
  imageNeverPull,
  registryUnreachable,
  imageNotFound,
  // Without its configuration no container is created. A key is looked for only in an object that exists.
  missingConfigmap,
  missingSecret,
  missingKey,
  runAsNonRoot,
  // The kernel's word goes before that of hooks and probes, which fail as well when a process is killed.
  oomKilled,
  postStartHook,
  // The container was created, but its program, or one that it called, could not be executed.
  commandNotFound,
  notExecutable,
  // The program ran. A signal says more than an exit code.
  segfault,
  abort,
  completedLoop,
  appError,
  unknown,
];

/** Every cause that crashtop can find: its stable name, and what it means in a few words. */
export const LIST: readonly { readonly id: CauseId; readonly title: string }[] = RULES.map(({ id, title }) => ({ id, title }));

/**
 * Why a container fails, or failed last; null where nothing did. What its status says now goes before its old runs, and a
 * container that runs keeps the cause of its last end.
 */
export function causeOf(facts: CauseFacts): Cause | null {
  for (const { id, decide } of RULES) {
    const verdict = decide(facts);
    if (verdict !== null) return { id, ...verdict };
  }
  return null;
}
