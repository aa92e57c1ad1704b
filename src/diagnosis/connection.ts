/**
 * The state of the connection to the source. Times in epoch ms on the local clock; reasons are safe
 * text.
 */
export type Connection =
  | { readonly phase: 'connecting'; readonly since: number; readonly to: string }
  /**
   * Permissions are being checked, or the first list of pods is under way: `listed` pods so far.
   */
  | { readonly phase: 'listing'; readonly since: number; readonly listed: number }
  /** The watch is open. `heardAt` is when the server last sent anything, bookmarks included. */
  | { readonly phase: 'live'; readonly heardAt: number }
  /** The connection broke. What is shown dates from `heardAt` (null: nothing ever arrived). */
  | {
      readonly phase: 'lost';
      readonly since: number;
      readonly heardAt: number | null;
      readonly reason: string;
      readonly retryAt: number | null;
    }
  /** The server answers but refuses: no permission to list pods, or no valid credentials. */
  | { readonly phase: 'refused'; readonly since: number; readonly reason: string }
  /**
   * A recording is being read: `done` is the fraction read, 0 to 1; null if its size is unknown.
   */
  | { readonly phase: 'reading'; readonly done: number | null }
  /** A recording was read to its end. `cut` describes an unexpected end, else ''. */
  | { readonly phase: 'recorded'; readonly cut: string };

/**
 * A watched server sends something at least this often: bookmarks come about every minute
 * (docs/kubernetes-facts.md, 6).
 */
export const SILENT_AFTER_MS = 90_000;

/**
 * True if the screen shows the current state: not after the connection is lost, nor after a long
 * silence.
 */
export function isCurrent(connection: Connection, wallNow: number): boolean {
  return connection.phase === 'live' && wallNow - connection.heardAt <= SILENT_AFTER_MS;
}

/** How far the cluster was seen, epoch ms: anything later is unknown. null if fully up to date. */
export function seenUntil(connection: Connection, wallNow: number): number | null {
  if (connection.phase === 'lost') return connection.heardAt;
  if (connection.phase === 'live' && !isCurrent(connection, wallNow)) return connection.heardAt;
  return null;
}
