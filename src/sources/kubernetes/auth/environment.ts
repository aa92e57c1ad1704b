/** The environment variables, as passed in by the caller. */
export type Environment = Readonly<Record<string, string | undefined>>;
