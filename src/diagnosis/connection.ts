/** How crashtop stands with where its arrivals come from. Times in epoch ms on the machine's clock; reasons are safe text. */
export type Connection =
  | { readonly phase: 'connecting'; readonly since: number; readonly to: string }
  /** Rights are asked for, or the first list of pods is under way: `listed` of them so far. */
  | { readonly phase: 'listing'; readonly since: number; readonly listed: number }
  /** The watch is open; `heardAt` is when the server last said anything, bookmarks among it. */
  | { readonly phase: 'live'; readonly heardAt: number }
  /** It broke; what is shown is as old as `heardAt` (null: nothing was ever heard). */
  | {
      readonly phase: 'lost';
      readonly since: number;
      readonly heardAt: number | null;
      readonly reason: string;
      readonly retryAt: number | null;
    }
  /** The server answers, and refuses: no right to list pods, no valid credentials. */
  | { readonly phase: 'refused'; readonly since: number; readonly reason: string }
  /** A recording that is being read: `done` is the part read, from 0 to 1; null where its size is not known. */
  | { readonly phase: 'reading'; readonly done: number | null }
  /** A recording that was read to its end; `cut` says in words where it does not end as it should, else ''. */
  | { readonly phase: 'recorded'; readonly cut: string };

/** A server that watches says something at least this often: bookmarks come about every minute (docs/kubernetes-facts.md, 6). */
export const SILENT_AFTER_MS = 90_000;

/** Is what the screen shows the newest there is? Not while the connection is lost, and not after a long silence. */
export function isCurrent(connection: Connection, wallNow: number): boolean {
  return connection.phase === 'live' && wallNow - connection.heardAt <= SILENT_AFTER_MS;
}

/** Until when the cluster was seen, epoch ms: what lies behind it is not known. null where everything is. */
export function seenUntil(connection: Connection, wallNow: number): number | null {
  if (connection.phase === 'lost') return connection.heardAt;
  if (connection.phase === 'live' && !isCurrent(connection, wallNow)) return connection.heardAt;
  return null;
}
