import { safeLine } from '../text/safe-text.ts';

/**
 * The environment or missing permissions prevented an answer. The message is one safe line. Exit
 * code 3.
 */
export class EnvironmentError extends Error {
  constructor(message: string) {
    super(safeLine(message));
    this.name = 'EnvironmentError';
  }
}
