import { userInfo } from 'node:os';
import { safeLine } from '../text/safe-text.ts';

/** The name of whoever runs this, for others to read; `somebody` where the system has none. */
export function userName(): string {
  try {
    return safeLine(userInfo().username) || 'somebody';
  } catch {
    return 'somebody';
  }
}
