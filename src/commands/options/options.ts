import { InvalidArgumentError, Option } from 'commander';
import { parseGoDuration } from '../../model/ledger.ts';
import { FORMATS } from '../../session/format.ts';
import { MAX_TIMER_MS } from '../../sources/kubernetes/http/timers.ts';
import { bytesText } from '../../text/bytes-text.ts';
import { isSpeed, SPEEDS, type Speed } from '../../timeline/playback.ts';
import { hostName } from './host-header.ts';

/** `-o FORMAT`. */
export function formatOption(): Option {
  return new Option('-o, --output <format>', 'print instead of opening the screen').choices(FORMATS);
}

/** `--speed S`: a playback speed. */
export function speedOption(): Option {
  return new Option('--speed <factor>', `playback speed: ${SPEEDS.join(', ')}`).argParser((text): Speed => {
    const speed = Number(text.replace(/x$/, ''));
    if (!isSpeed(speed)) throw new InvalidArgumentError(`use one of ${SPEEDS.join(', ')}`);
    return speed;
  });
}

/**
 * A duration such as `10s`, `2m30s` or `1h`, in ms; positive, and no longer than a timer can count.
 */
export function durationOption(flags: string, what: string): Option {
  return new Option(flags, what).argParser((text): number => {
    const ms = parseGoDuration(text);
    if (ms === null || ms <= 0 || ms > MAX_TIMER_MS)
      throw new InvalidArgumentError('use a duration such as 30s, 10m or 1h30m, at most 596h');
    return ms;
  });
}

const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;

/** An age such as `36h`, `7d` or `1d12h`, in ms; from one hour to ten years. */
export function ageOption(flags: string, what: string): Option {
  return new Option(flags, what).argParser((text): number => {
    const [, days = '0', rest = ''] = /^(?:(\d+)d)?(.*)$/s.exec(text.trim()) ?? [];
    const ms = Number(days) * DAY_MS + (rest === '' && days !== '0' ? 0 : (parseGoDuration(rest) ?? Number.NaN));
    if (!(ms >= HOUR_MS && ms <= 3650 * DAY_MS)) throw new InvalidArgumentError('use an age such as 36h or 7d, from 1h to 3650d');
    return ms;
  });
}

/** A whole number from 1 to 1000. */
export function countOption(flags: string, what: string): Option {
  return new Option(flags, what).argParser((text): number => {
    const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
    if (count < 1 || count > 1000) throw new InvalidArgumentError('use a whole number from 1 to 1000');
    return count;
  });
}

/** A whole number, 0 or more. */
export function wholeNumberOption(flags: string, what: string): Option {
  return new Option(flags, what).argParser((text): number => {
    if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('use a whole number such as 0 or 3');
    return Number(text);
  });
}

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

const LISTEN = /^(?:(\[[0-9a-fA-F:.]+\]|[^:[\]]*):)?(\d{1,5})$/;

/** `HOST:PORT`, `[::1]:PORT`, or only a port, on the loopback interface. */
export function listenOption(flags: string, what: string): Option {
  return new Option(flags, what).argParser((text): ListenAddress => {
    const [, host = '', port = ''] = LISTEN.exec(text.trim()) ?? [];
    if (port === '' || Number(port) > 65_535) throw new InvalidArgumentError('use an address such as 127.0.0.1:9464');
    return { host: host.replace(/^\[|\]$/g, '') || LOOPBACK, port: Number(port) };
  });
}

/** `NAME`, repeatable: host names without a port, as from {@link hostName}. */
export function hostNamesOption(flags: string, what: string): Option {
  return new Option(flags, what).argParser((text, known: readonly string[] | undefined): string[] => {
    const name = hostName(text.trim());
    if (name === null) throw new InvalidArgumentError('use a host name without a port, such as crashtop.example.com');
    return [...(known ?? []), name];
  });
}

const LOOPBACK = '127.0.0.1';

const UNITS: Readonly<Record<string, number>> = {
  ...{ '': 1, B: 1, K: 1e3, KB: 1e3, M: 1e6, MB: 1e6, G: 1e9, GB: 1e9 },
  ...{ KI: 2 ** 10, KIB: 2 ** 10, MI: 2 ** 20, MIB: 2 ** 20, GI: 2 ** 30, GIB: 2 ** 30 },
};
const SIZE = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/;

/** A size such as `100MB`, `1.5G` or `512KiB`, in bytes; `least` or more. */
export function sizeOption(flags: string, what: string, least: number): Option {
  return new Option(flags, what).argParser((text): number => {
    const [, amount, unit] = SIZE.exec(text.trim()) ?? [];
    const factor = UNITS[(unit ?? '').toUpperCase()];
    const bytes = amount === undefined || factor === undefined ? Number.NaN : Math.round(Number(amount) * factor);
    if (Number.isNaN(bytes)) throw new InvalidArgumentError('use a size such as 100MB or 1GB');
    if (bytes < least) throw new InvalidArgumentError(`use at least ${bytesText(least)}`);
    return bytes;
  });
}

/** Collects the values of a repeatable option. */
export function collect(text: string, known: readonly string[] | undefined): string[] {
  return [...(known ?? []), text];
}
