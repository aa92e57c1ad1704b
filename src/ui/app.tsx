import { useApp, useInput, usePaste, useWindowSize } from 'ink';
import { useEffect, useLayoutEffect } from 'react';
import type { JobControl } from './job-control.ts';
import { keyNames } from './key-names.ts';
import type { LinePainter } from './line-painter.ts';
import type { AppStore } from './store.ts';

export interface AppProps {
  readonly store: AppStore;
  readonly painter: LinePainter;
  /** null on systems without jobs: then Ctrl-Z does nothing. */
  readonly jobControl: JobControl | null;
}

/**
 * Uses ink for the alternate screen, keys, pasted text and sizes, and hands them to the store. The
 * painter draws the content.
 */
export function App({ store, painter, jobControl }: AppProps) {
  const { columns, rows } = useWindowSize();
  const { exit, suspendTerminal } = useApp();
  // Not within the effect: React-based drawing (small tables) draws nothing inside an effect.
  useLayoutEffect(() => queueMicrotask(() => store.resize({ columns, rows })), [store, columns, rows]);
  useInput((input, key) => store.press(keyNames(input, key)));
  usePaste((text) => store.paste(text));
  // After the keys: what shows a screen is in raw mode, and echoes no key onto it.
  useEffect(() => painter.open(), [painter]);
  useLayoutEffect(() => () => painter.close(), [painter]);
  useEffect(() => {
    const suspend = () => {
      if (jobControl === null) return;
      painter.close();
      const resumed = suspendTerminal(() => jobControl.stop());
      resumed.then(() => {
        painter.open();
        store.wake();
      }, exit);
    };
    const stop = store.start({ quit: exit, fail: exit, suspend });
    const stopListening = jobControl?.onStop(suspend);
    return () => {
      stop();
      stopListening?.();
    };
  }, [store, painter, jobControl, exit, suspendTerminal]);
  return null;
}
