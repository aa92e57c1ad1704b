declare const CRASHTOP_VERSION: string | undefined;

/** The version of this crashtop, as the build put it in; run from source it says so. */
export const VERSION = typeof CRASHTOP_VERSION === 'string' ? CRASHTOP_VERSION : '0.0.0-source';
