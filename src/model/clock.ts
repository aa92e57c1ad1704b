/**
 * Returns the time in epoch ms. Everything below `commands/` is given one: the system's, a
 * playback's or a test's.
 */
export interface Clock {
  now(): number;
}
