/** The environment's variables, as the caller knows them. */
export type Environment = Readonly<Record<string, string | undefined>>;
