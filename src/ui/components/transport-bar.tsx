import type { Line } from '../../view/lines/line.ts';
import type { Theme } from '../theme.ts';
import { Lines } from './lines.tsx';

/** The transport bar at the bottom of every screen: the lines of `playbackBarLines`; nothing where there are none. */
export function TransportBar({ lines, theme }: { readonly lines: readonly Line[]; readonly theme: Theme }) {
  return lines.length === 0 ? null : <Lines lines={lines.map(theme.paint)} />;
}
