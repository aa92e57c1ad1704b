declare const CRASHTOP_VERSION: string | undefined;

/** The version that the build put in; run from source it says so. */
export const VERSION = typeof CRASHTOP_VERSION === 'string' ? CRASHTOP_VERSION : '0.0.0-source';
