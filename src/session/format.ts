/** How a command prints when it does not open the screen. */
export const FORMATS = ['table', 'wide', 'json', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];
