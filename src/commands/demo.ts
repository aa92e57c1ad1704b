import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../process/system-clock.ts';
import type { Terminal } from '../process/terminal.ts';
import { UsageError } from '../process/usage-error.ts';
import { write } from '../process/write.ts';
import type { Format } from '../session/format.ts';
import { loadRecording } from '../session/load-recording.ts';
import { momentText } from '../session/print.ts';
import { recordedSession } from '../session/recorded-session.ts';
import { openSource } from '../sources/open.ts';
import { isSpeed, replayFrom, type Speed } from '../timeline/playback.ts';
import { parseTime } from '../timeline/time-argument.ts';

/** The options of `crashtop demo`. */
export interface DemoOptions {
  readonly list?: boolean;
  readonly once?: boolean;
  readonly output?: Format;
  readonly speed?: Speed;
}

/** One incident of demo-data, as its index describes it. */
interface Demo {
  readonly name: string;
  readonly title: string;
  readonly story: readonly string[];
  /** Where it becomes interesting, as an offset from its start. */
  readonly at: string;
  /** The moment to print if no screen can be opened, as an offset from its start. */
  readonly moment: string;
  readonly speed: number;
}

// dist/ and demo-data/ are siblings, in the project and in the package.
const FOLDER = new URL('../demo-data/', import.meta.url);

const NEXT = [
  'Next: crashtop                     your own cluster (read-only)',
  '      crashtop record -o FILE      record a cluster',
  '      crashtop replay FILE         play a recording, step by step',
  '      crashtop demo --list         the other incidents',
];

/** `crashtop demo [NAME]`: plays a recorded incident that comes with crashtop, or lists them. */
export async function demo(name: string | undefined, options: DemoOptions, terminal: Terminal): Promise<void> {
  const demos = JSON.parse(await readFile(new URL('index.json', FOLDER), 'utf8')) as readonly Demo[];
  if (options.list) {
    await write(terminal.stdout, demos.map(listed).join('\n'));
    return;
  }
  const chosen = name === undefined ? demos[0] : demos.find((d) => d.name === name);
  if (chosen === undefined) {
    throw new UsageError(`no demo is named ${JSON.stringify(name)}: use one of ${demos.map((d) => d.name).join(', ')}`);
  }
  const file = fileURLToPath(new URL(`${chosen.name}.ndjson.gz`, FOLDER));
  if (options.once || options.output !== undefined || !terminal.isInteractive) {
    const { timeline, opened } = await loadRecording([file], false, terminal);
    const now = timeOf(chosen, chosen.moment, opened.startedAt);
    const moment = { state: timeline.stateAt(now), source: opened.info, gaps: timeline.gapsAt(now), now };
    await write(terminal.stdout, momentText(moment, options.output ?? 'table'));
    return;
  }
  const opened = await openSource([file], { clock: systemClock, stdin: terminal.stdin });
  const at = timeOf(chosen, chosen.at, opened.startedAt);
  const speed = options.speed ?? (isSpeed(chosen.speed) ? chosen.speed : 1);
  const { session, read } = recordedSession(opened, {
    kind: 'demo',
    clock: systemClock,
    notices: [`${chosen.title} · recorded, nothing here is live · Space pauses, ] goes to the next crash, ? shows all keys`],
    playback: (timeline) => replayFrom({ at, speed, playing: true, growing: true }, timeline),
  });
  await terminal.show(session, read);
  await write(terminal.stdout, `${[chosen.title, ...chosen.story.map((line) => `  ${line}`), ...NEXT].join('\n')}\n`);
}

// These times come from the index in the package, so an error is a bug.
function timeOf({ name }: Demo, offset: string, startedAt: number): number {
  const time = parseTime(offset, startedAt, Number.POSITIVE_INFINITY);
  if (typeof time === 'string') throw new Error(`demo-data/index.json: ${name}: ${time}`);
  return time;
}

function listed({ name, title, story }: Demo): string {
  return `${name}: ${title}\n${story.map((line) => `    ${line}\n`).join('')}`;
}
