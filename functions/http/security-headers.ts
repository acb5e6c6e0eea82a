/**
 * What every answer says to browsers: never sniff, never frame, tell no one where you came from; an answer of the API is
 * data, so nothing in it may load or run. A page sets a wider policy for itself. HSTS is the front's to send.
 */
export const securityHeaderFields = [
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-site'],
  ['Referrer-Policy', 'no-referrer'],
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
] as const;
