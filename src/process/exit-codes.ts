import { InputError } from '../recording/input-error.ts';
import { OutputError } from '../recording/output-error.ts';
import { UsageError } from './usage-error.ts';

/** The exit codes of every command (docs/commands.md). */
export const EXIT = {
  ok: 0,
  /** `check` found a problem. */
  problem: 1,
  /** Wrong usage, or unreadable input. */
  usage: 2,
  /** The environment or missing permissions prevented an answer. */
  environment: 3,
} as const;

/** The exit code for an error that ends a command. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof InputError) return EXIT.usage;
  if (error instanceof OutputError) return EXIT.environment;
  // A ConnectionError, recognised by its code: its module is in the live chunk, which a replay
  // never loads.
  const code = (error as { exitCode?: unknown } | null)?.exitCode;
  return typeof code === 'number' ? code : EXIT.environment;
}
