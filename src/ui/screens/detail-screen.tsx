import { unknownLines } from '../../view/detail/detail.ts';
import { askingLines, sourceLineOf } from '../../view/header.ts';
import { fitLine } from '../../view/lines/fit-line.ts';
import { Lines } from '../components/lines.tsx';
import { TransportBar } from '../components/transport-bar.tsx';
import type { AppStore, Frame } from '../store.ts';
import type { Theme } from '../theme.ts';
import { DrillDown } from './drill-down.tsx';

export interface DetailScreenProps {
  readonly frame: Frame;
  readonly store: AppStore;
  readonly theme: Theme;
}

/** The drill-down between the header's first line, so that stale is stale here too, and the transport bar. */
export function DetailScreen({ frame, store, theme }: DetailScreenProps) {
  const { size, state, now, source, subject, screen, entries, notice, transportLines } = frame;
  // A filter filters the table only: here it is not worth a line.
  const head = [sourceLineOf(frame, size.columns), ...askingLines(frame, size.columns)];
  const height = size.rows - head.length - transportLines.length;
  return (
    <>
      <Lines lines={head.map(theme.paint)} />
      {subject === null || screen.detail === null ? (
        <Lines lines={unknown(screen.detail?.key ?? '', now, size.columns, height).map(theme.paint)} />
      ) : (
        <DrillDown
          subject={{ state, entry: subject, now, serverVersion: source.serverVersion, problems: entries }}
          detail={screen.detail}
          width={size.columns}
          height={height}
          theme={theme}
          getObject={store.getObject}
          notice={notice}
          onDrawn={store.noteDetail}
        />
      )}
      <TransportBar lines={transportLines} theme={theme} />
    </>
  );
}

function unknown(key: string, now: number, width: number, height: number) {
  const lines = unknownLines(key, now, width);
  return Array.from({ length: height }, (_, i) => lines[i] ?? fitLine([], width));
}
