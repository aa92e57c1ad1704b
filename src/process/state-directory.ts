import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * The directory of crashtop's persistent state: $XDG_STATE_HOME/crashtop, else
 * ~/.local/state/crashtop.
 */
export function stateDirectory(env: NodeJS.ProcessEnv): string {
  const given = env.XDG_STATE_HOME;
  // Ignore a relative path (XDG Base Directory Specification).
  const base = given !== undefined && isAbsolute(given) ? given : join(env.HOME || homedir(), '.local', 'state');
  return join(base, 'crashtop');
}
