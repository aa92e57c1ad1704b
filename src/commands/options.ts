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

const UNITS: Readonly<Record<string, number>> = {
  ...{ '': 1, B: 1, K: 1e3, KB: 1e3, M: 1e6, MB: 1e6, G: 1e9, GB: 1e9 },
  ...{ KI: 2 ** 10, KIB: 2 ** 10, MI: 2 ** 20, MIB: 2 ** 20, GI: 2 ** 30, GIB: 2 ** 30 },
};
const SIZE = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/;

/** A size such as `100MB`, `1.5G` or `512KiB`, in bytes, at least `least` of them. */
export function sizeOption(flags: string, what: string, least: number): Option {
  return new Option(flags, what).argParser((text): number => {
    const [, amount, unit] = SIZE.exec(text.trim()) ?? [];
    const factor = UNITS[(unit ?? '').toUpperCase()];
    const bytes = amount === undefined || factor === undefined ? Number.NaN : Math.round(Number(amount) * factor);
    if (Number.isNaN(bytes)) throw new InvalidArgumentError('use a size such as 100MB or 1GB');
    if (bytes < least) throw new InvalidArgumentError(`use ${bytesText(least)} at least`);
    return bytes;
  });
}

/** A number of bytes for a person: `1.2 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = bytes < 999_500 ? 1 : bytes < 999_500_000 ? 2 : 3;
  const amount = bytes / 1000 ** power;
  return `${amount.toFixed(amount < 9.95 ? 1 : 0)} ${['kB', 'MB', 'GB'][power - 1]}`;
}

/** Adds a value to those of an option that may be given several times. */
export function collect(text: string, known: readonly string[] | undefined): string[] {
  return [...(known ?? []), text];
}
