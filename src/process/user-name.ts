import { userInfo } from 'node:os';
import { safeLine } from '../text/safe-text.ts';

/** The name of the current user, for others to read; `somebody` if the system has none. */
export function userName(): string {
  try {
    return safeLine(userInfo().username) || 'somebody';
  } catch {
    return 'somebody';
  }
}
