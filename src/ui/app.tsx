import { Box, useApp, useInput, usePaste, useWindowSize } from 'ink';
import { useEffect, useLayoutEffect, useSyncExternalStore } from 'react';
import { Lines, MadeForWidth } from './components/lines.tsx';
import type { JobControl } from './job-control.ts';
import { keyNames } from './key-names.ts';
import { isMadeOfLines, screenLines } from './screen-lines.ts';
import { DetailScreen } from './screens/detail-screen.tsx';
import type { AppStore, Frame } from './store.ts';
import type { Theme } from './theme.ts';

export interface AppProps {
  readonly store: AppStore;
  readonly theme: Theme;
  /** null where there are no jobs: then Ctrl-Z does nothing. */
  readonly jobControl: JobControl | null;
  /** Does somebody else paint the screens that are made of lines? They are left blank then. */
  readonly leavesLines: boolean;
}

/** The root of all screens: draws the store's newest frame, and hands it keys, pasted text and sizes. */
export function App({ store, theme, jobControl, leavesLines }: AppProps) {
  // null, which does not change, while there is nothing to draw here.
  const frame = useSyncExternalStore(store.subscribe, () => {
    const newest = store.frame();
    return leavesLines && isMadeOfLines(newest) ? null : newest;
  });
  const { columns, rows } = useWindowSize();
  const { exit, suspendTerminal } = useApp();
  useLayoutEffect(() => store.resize({ columns, rows }), [store, columns, rows]);
  useEffect(() => {
    const suspend = () => {
      if (jobControl !== null) suspendTerminal(() => jobControl.stop()).then(() => store.wake(), exit);
    };
    const stop = store.start({ quit: exit, fail: exit, suspend });
    const stopListening = jobControl?.onStop(suspend);
    return () => {
      stop();
      stopListening?.();
    };
  }, [store, jobControl, exit, suspendTerminal]);
  useInput((input, key) => store.press(keyNames(input, key)));
  usePaste((text) => store.paste(text));
  if (frame === null) return <Box height={rows} />;
  return (
    <MadeForWidth value={frame.size.columns}>
      <Box flexDirection="column" height={frame.size.rows}>
        <Screen frame={frame} store={store} theme={theme} />
      </Box>
    </MadeForWidth>
  );
}

function Screen({ frame, store, theme }: { readonly frame: Frame; readonly store: AppStore; readonly theme: Theme }) {
  if (isMadeOfLines(frame)) return <Lines lines={screenLines(frame).map(theme.paint)} />;
  return <DetailScreen frame={frame} store={store} theme={theme} />;
}
