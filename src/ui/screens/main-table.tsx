import { mainScreenLines } from '../../view/main-screen.ts';
import type { Frame } from '../app-store.ts';
import { Lines } from '../components/lines.tsx';
import type { Theme } from '../theme.ts';

/** The main screen: what is crash-looping, whom it hurts, why, and when it starts next. */
export function MainTable({ frame, theme }: { readonly frame: Frame; readonly theme: Theme }) {
  return <Lines lines={mainScreenLines(frame, frame.size).map(theme.paint)} />;
}
