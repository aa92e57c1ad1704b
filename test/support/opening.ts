import { Readable } from 'node:stream';
import { InputError } from '../../src/recording/input-error.ts';
import { type OpenOptions, openSource } from '../../src/sources/open.ts';
import type { OpenedSource } from '../../src/sources/opened-source.ts';
import type { Envelope } from '../../src/timeline/envelope.ts';

/** Long after everything recorded. */
export const LATER = Date.parse('2027-01-01T00:00:00Z');

/** Opens a path, or bytes as standard input. */
export function open(what: string | Readable, options: Partial<OpenOptions> = {}): Promise<OpenedSource> {
  const stdin = typeof what === 'string' ? Readable.from([]) : what;
  return openSource([typeof what === 'string' ? what : '-'], { clock: { now: () => LATER }, stdin, ...options });
}

/** Standard input that holds this and ends. */
export function stdinOf(text: string | Uint8Array): Readable {
  return Readable.from([Buffer.from(text)]);
}

/** All envelopes of a source, in order. */
export async function all(source: OpenedSource): Promise<Envelope[]> {
  const envelopes: Envelope[] = [];
  for await (const envelope of source.envelopes) envelopes.push(envelope);
  return envelopes;
}

/** The message of the InputError that it fails with. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('it did not fail');
}
