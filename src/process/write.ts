import type { Writable } from 'node:stream';

/**
 * Writes a text and waits until the stream takes more. A reader that is gone (EPIPE) ends the
 * command quietly.
 */
export async function write(stream: Writable, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => stream.write(text, (error) => (error == null ? resolve() : reject(error))));
}
