/** Lets a shell stop and continue the program: Ctrl-Z, `kill -TSTP`, `fg`. */
export interface JobControl {
  /** Stops the whole job, as Ctrl-Z does; resolves when it is continued. */
  stop(): Promise<void>;
  /** Calls back where somebody else asks the program to stop. @returns what ends it. */
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
      // A handler of our own would swallow the signal, and nothing would stop.
      listen('off');
      // 0 is the whole process group: what started us (npm) must stop as well, or the shell waits for it.
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
