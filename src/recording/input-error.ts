import { safeLine } from '../text/safe-text.ts';

/**
 * Unusable input: a missing, empty, foreign, damaged or newer file, or an output file that must not
 * be written. The message is one safe line: what is wrong, where (file:line), what to do. Commands
 * exit with code 2.
 */
export class InputError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(safeLine(message), options);
    this.name = 'InputError';
  }
}

/** The error code of a system call (`ENOENT`) or of zlib (`Z_DATA_ERROR`); '' without one. */
export function errorCodeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
