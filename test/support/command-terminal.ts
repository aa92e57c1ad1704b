import { PassThrough, Writable } from 'node:stream';
import type { Terminal } from '../../src/process/terminal.ts';

/** A stream that keeps what is written to it. */
export class Written extends Writable {
  text = '';

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

/** Where a command writes that is called as a function: to no terminal, so that no screen can be opened. */
export function commandTerminal<Out extends Writable = Written>(stdout: Out, stderr: Out): Terminal {
  return {
    ...{ stdin: new PassThrough().end(), stdout, stderr, env: {}, isInteractive: false },
    show: () => Promise.reject(new Error('no screen')),
    debugLog: null,
    openDebugLog: () => Promise.reject(new Error('no debug log')),
  };
}
