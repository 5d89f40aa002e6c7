// Preferences that the visitor has set in the system or the browser.

export const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
export const darkScheme = matchMedia('(prefers-color-scheme: dark)');
