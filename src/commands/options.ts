import { InvalidArgumentError, Option } from 'commander';
import { parseGoDuration } from '../model/run.ts';
import { isSpeed, SPEEDS, type Speed } from '../timeline/playback.ts';

/** How a command prints when it does not open the screen. */
export const FORMATS = ['table', 'wide', 'json', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

/** `-o FORMAT`. */
export function formatOption(): Option {
  return new Option('-o, --output <format>', 'print instead of opening the screen').choices(FORMATS);
}

/** `--speed S`: a factor that playback knows. */
export function speedOption(): Option {
  return new Option('--speed <factor>', `how fast it plays: ${SPEEDS.join(', ')}`).argParser((text): Speed => {
    const speed = Number(text.replace(/x$/, ''));
    if (!isSpeed(speed)) throw new InvalidArgumentError(`use one of ${SPEEDS.join(', ')}`);
    return speed;
  });
}

/** A duration such as `10s`, `2m30s` or `1h`, in ms, above nothing. */
export function durationOption(flags: string, what: string): Option {
  return new Option(flags, what).argParser((text): number => {
    const ms = parseGoDuration(text);
    if (ms === null || ms <= 0) throw new InvalidArgumentError('use a duration such as 30s, 10m or 1h30m');
    return ms;
  });
}

/** Adds a value to those of an option that may be given several times. */
export function collect(text: string, known: readonly string[] | undefined): string[] {
  return [...(known ?? []), text];
}
