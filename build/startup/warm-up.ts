import type { RecordingLine } from '../../src/recording/line.ts';
import { Projector } from '../../src/recording/project.ts';
import { forgetWords } from '../../src/recording/redaction/masking/word-memory.ts';
import { chooseContext } from '../../src/sources/kubernetes/auth/kubeconfig.ts';
import { liveAt } from '../../src/timeline/playback.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { Clipboard } from '../../src/ui/clipboard.ts';
import { screenLines } from '../../src/ui/screen-lines.ts';
import type { Session } from '../../src/ui/session.ts';
import { AppStore } from '../../src/ui/store.ts';
import { createTheme } from '../../src/ui/theme.ts';

const SIZE = { columns: 200, rows: 54 };

/**
 * Does once what every live session does in its first moments, so that V8 has compiled it when the snapshot is made: functions that never
 * ran are in it as text. Nothing of what is read here is kept.
 * @param kubeconfig path of one.
 * @param recording lines of one, its header first: they arrive, and are drawn as a live session draws them.
 */
export function warmUp(kubeconfig: string, recording: readonly string[]): void {
  chooseContext({ kubeconfig, env: {} });
  const [header, ...lines] = recording.map((line) => JSON.parse(line));
  const startedAt = Date.parse(header.startedAt);
  const now = startedAt + Number(lines.at(-1).t);
  const projector = new Projector(startedAt);
  const timeline = new Timeline(startedAt);
  const session: Session = {
    ...{
      kind: 'live',
      timeline,
      source: { ...header.source, name: 'sample' },
      playback: liveAt(startedAt, timeline),
      clock: { now: () => now },
    },
    connection: () => ({ phase: 'live', heardAt: now }),
    notices: () => [],
    subscribe: () => () => {},
    getObject: () => Promise.reject(new Error('there is no cluster')),
  };
  const clipboard = new Clipboard({ write: () => {}, multiplexer: null });
  const desk = { clipboard, explain: async () => '' };
  const store = new AppStore(session, { after: () => () => {} }, SIZE, desk);
  const theme = createTheme(1);
  const draw = () => screenLines(store.frame()).map(theme.paint);
  const end = store.start({ quit: () => {}, suspend: () => {}, fail: () => {} });
  draw();
  for (const line of lines as RecordingLine[]) {
    const envelope = projector.project(line, 0);
    if (envelope !== null) timeline.append(envelope);
  }
  for (const key of ['down', 'up']) {
    store.press([key]);
    draw();
  }
  end();
  forgetWords();
}
