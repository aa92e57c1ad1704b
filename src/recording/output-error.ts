import { safeLine } from '../text/safe-text.ts';

/**
 * The environment did not let a recording be written: a full disk, a closed pipe, a directory without rights. The
 * message is one safe line. Commands end with exit code 3.
 */
export class OutputError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(safeLine(message), options);
    this.name = 'OutputError';
  }
}
