/** The options of `crashtop redact`. */
export interface RedactOptions {
  readonly output: string;
  readonly redact: 'standard' | 'strict';
  readonly overwrite?: boolean;
  readonly lenient?: boolean;
}
