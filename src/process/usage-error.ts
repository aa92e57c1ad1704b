import { safeLine } from '../text/safe-text.ts';

/**
 * An unusable option or argument. The message is one safe line: what is wrong, and what to do. Exit
 * code 2.
 */
export class UsageError extends Error {
  constructor(message: string) {
    super(safeLine(message));
    this.name = 'UsageError';
  }
}
