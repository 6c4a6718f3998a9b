declare const __VERSION__: string;

/** Of this package, as the build knows it. */
export const version = __VERSION__;
