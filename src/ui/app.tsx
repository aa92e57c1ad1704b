import { Box, useApp, useInput, usePaste, useWindowSize } from 'ink';
import { useEffect, useLayoutEffect, useSyncExternalStore } from 'react';
import { isTooSmall } from '../view/main-screen.ts';
import type { AppStore, Frame } from './app-store.ts';
import { MadeForWidth } from './components/lines.tsx';
import type { JobControl } from './job-control.ts';
import { keyNames } from './keys.ts';
import { DetailScreen } from './screens/detail-screen.tsx';
import { Help } from './screens/help.tsx';
import { MainTable } from './screens/main-table.tsx';
import { TooSmall } from './screens/too-small.tsx';
import type { Theme } from './theme.ts';

export interface AppProps {
  readonly store: AppStore;
  readonly theme: Theme;
  /** null where there are no jobs: then Ctrl-Z does nothing. */
  readonly jobControl: JobControl | null;
}

/** The root of all screens: draws the store's newest frame, and hands it keys, pasted text and sizes. */
export function App({ store, theme, jobControl }: AppProps) {
  const frame = useSyncExternalStore(store.subscribe, store.frame);
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
  return (
    <MadeForWidth value={frame.size.columns}>
      <Box flexDirection="column" height={frame.size.rows}>
        <Screen frame={frame} store={store} theme={theme} />
      </Box>
    </MadeForWidth>
  );
}

function Screen({ frame, store, theme }: { readonly frame: Frame; readonly store: AppStore; readonly theme: Theme }) {
  if (isTooSmall(frame.size)) return <TooSmall size={frame.size} theme={theme} />;
  if (frame.screen.mode === 'help') return <Help frame={frame} theme={theme} />;
  if (frame.screen.mode === 'detail') return <DetailScreen frame={frame} store={store} theme={theme} />;
  return <MainTable frame={frame} theme={theme} />;
}
