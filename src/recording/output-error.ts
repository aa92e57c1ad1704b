import { safeLine } from '../text/safe-text.ts';

/**
 * The environment prevented writing a recording: a full disk, a closed pipe, a directory without
 * write permission. The message is one safe line. Commands exit with code 3.
 */
export class OutputError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(safeLine(message), options);
    this.name = 'OutputError';
  }
}
