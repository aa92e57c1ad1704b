/** Lets a shell stop and continue the program: Ctrl-Z, `kill -TSTP`, `fg`. */
export interface JobControl {
  /** Stops the whole job, like Ctrl-Z; resolves when it is continued. */
  stop(): Promise<void>;
  /**
   * Calls back when the program is asked to stop from outside. @returns a function that ends it.
   */
  onStop(callback: () => void): () => void;
}

/** The part of `process` that job control needs. */
export interface Signals {
  kill(pid: number, signal: NodeJS.Signals): unknown;
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  once(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
}

/** Job control by signals; none on Windows, which has no jobs. */
export function jobControlBy(signals: Signals): JobControl {
  let listener: (() => void) | null = null;
  const listen = (is: 'on' | 'off') => listener !== null && signals[is]('SIGTSTP', listener);
  return {
    async stop() {
      const { promise, resolve } = Promise.withResolvers<void>();
      signals.once('SIGCONT', resolve);
      // A handler of crashtop's own would swallow the signal, and nothing would stop.
      listen('off');
      // 0 is the whole process group: the parent (npm) must stop as well, or the shell waits for
      // it.
      signals.kill(0, 'SIGTSTP');
      await promise;
      listen('on');
    },
    onStop(callback) {
      listener = callback;
      listen('on');
      return () => {
        listen('off');
        listener = null;
      };
    },
  };
}
