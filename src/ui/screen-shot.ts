import type { Line } from '../view/lines/line.ts';
import type { ScreenSize } from '../view/main-screen.ts';
import { Clipboard } from './clipboard.ts';
import { screenLines } from './screen-lines.ts';
import type { Session } from './session.ts';
import { AppStore } from './store.ts';

/**
 * The screen after keys (by their names in keys.ts), pressed one after the other. Time stands
 * still.
 */
export async function screenShot(session: Session, size: ScreenSize, keys: readonly string[]): Promise<readonly Line[]> {
  const clipboard = new Clipboard({ write: () => {}, multiplexer: null });
  const store = new AppStore(session, { start: () => null, stop: () => {} }, size, { clipboard, explain: async () => '' });
  store.wake();
  for (const key of keys) {
    store.press([key]);
    await store.fetched();
  }
  return screenLines(store.frame());
}
