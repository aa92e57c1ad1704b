import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where crashtop keeps what outlives it: $XDG_STATE_HOME/crashtop, else ~/.local/state/crashtop. */
export function stateDirectory(env: NodeJS.ProcessEnv): string {
  const given = env.XDG_STATE_HOME;
  // A relative one is to be ignored (XDG Base Directory Specification).
  const base = given !== undefined && isAbsolute(given) ? given : join(env.HOME || homedir(), '.local', 'state');
  return join(base, 'crashtop');
}
