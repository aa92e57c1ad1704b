/** The output formats of `crashtop shot`. */
export const PICTURES = ['svg', 'ansi', 'txt'] as const;
export type Picture = (typeof PICTURES)[number];

/** What to show about the selected row. */
export const VIEWS = ['main', 'why', 'runs', 'logs', 'events', 'spec', 'related', 'help'] as const;
export type View = (typeof VIEWS)[number];

/** The options of `crashtop shot`, as given. */
export interface ShotOptions {
  readonly at?: string;
  readonly output: string;
  readonly format?: Picture;
  readonly columns: number;
  readonly rows: number;
  readonly theme: 'dark' | 'light';
  readonly view: View;
  readonly keys?: readonly string[];
  readonly overwrite?: boolean;
  readonly lenient?: boolean;
}
