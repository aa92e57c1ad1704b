import { writeOutput } from '../process/output-file.ts';
import type { Terminal } from '../process/terminal.ts';
import { UsageError } from '../process/usage-error.ts';
import { checkFile } from '../recording/new-file.ts';
import { type LoadedRecording, loadRecording, timeIn } from '../session/load-recording.ts';
import { replayFrom } from '../timeline/playback.ts';
import { screenShot } from '../ui/screen-shot.ts';
import type { Session } from '../ui/session.ts';
import { createTheme } from '../ui/theme.ts';
import { keysOf } from '../ui/typed-keys.ts';
import type { Line } from '../view/lines/line.ts';
import { type ScreenSize, SMALLEST } from '../view/main-screen.ts';
import { PICTURES, type Picture, type ShotOptions, type View } from './options/shot-options.ts';

const OPENS: Readonly<Record<View, readonly string[]>> = {
  main: [],
  why: ['1'],
  runs: ['2'],
  logs: ['3'],
  events: ['4'],
  spec: ['5'],
  related: ['6'],
  help: ['?'],
};

/** `crashtop shot FILE`: the screen at one moment of a recording, as a picture or as text. */
export async function shot(files: readonly string[], options: ShotOptions, terminal: Terminal): Promise<void> {
  const format = options.format ?? formatOf(options.output);
  const size = { columns: options.columns, rows: options.rows };
  if (size.columns < SMALLEST.columns || size.rows < SMALLEST.rows)
    throw new UsageError(`--columns and --rows: the screen needs at least ${SMALLEST.columns}x${SMALLEST.rows}`);
  if (options.output !== '-') await checkFile(options.output, options.overwrite ?? false);
  const recording = await loadRecording(files, options.lenient ?? false, terminal);
  try {
    const at = timeIn(recording, '--at', options.at ?? 'end');
    const keys = [...(options.keys ?? []).flatMap(keysOf), ...OPENS[options.view]];
    const lines = await screenShot(sessionAt(recording, at), size, keys);
    const title = `crashtop ${recording.opened.info.name} at ${new Date(at).toISOString()}`;
    const picture = format === 'svg' ? await svgOf(lines, size, options.theme, title) : textOf(lines, format);
    await writeOutput(options.output, picture, options.overwrite ?? false, terminal.stdout);
  } finally {
    await recording.opened.close();
  }
}

async function svgOf(lines: readonly Line[], size: ScreenSize, theme: 'dark' | 'light', title: string) {
  const { screenSvg } = await import('../report/picture/screen-svg.tsx');
  return screenSvg(lines, size, theme, title);
}

function textOf(lines: readonly Line[], format: 'ansi' | 'txt'): string {
  const { paint } = createTheme(format === 'txt' ? 0 : 1);
  return `${lines
    .map((line) => paint(line).trimEnd())
    .join('\n')
    .trimEnd()}\n`;
}

function formatOf(output: string): Picture {
  if (output === '-') return 'txt';
  const ending = PICTURES.find((picture) => output.toLowerCase().endsWith(`.${picture}`));
  if (ending === undefined)
    throw new UsageError(`-o: end the name in ${PICTURES.map((p) => `.${p}`).join(', ')}, or give --format`);
  return ending;
}

function sessionAt({ opened, timeline }: LoadedRecording, at: number): Session {
  const cut = opened.notices.find((n) => n.kind === 'interrupted' || n.kind === 'last-line-dropped')?.message ?? '';
  return {
    kind: 'replay',
    timeline,
    source: opened.info,
    playback: replayFrom({ at, speed: 1, playing: false, growing: false }, timeline),
    clock: { now: () => at },
    connection: () => ({ phase: 'recorded', cut }),
    notices: () => [],
    subscribe: () => () => {},
    getObject: async ({ line, pod }) => {
      const object = await opened.objectAt(line, pod.uid);
      if (object === null) throw new Error('the recorded line of this pod is no longer in memory');
      return object;
    },
  };
}
