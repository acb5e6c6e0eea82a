// An answer may be known before its request has been read: nobody is logged in, the body is too large. Were it sent at once,
// the connection would have to be closed with what still arrives, which resets it: the client may lose the answer, and a front
// that has taken the connection back into its pool loses somebody else's next request. So the rest is read first and dropped,
// within a bound; beyond it the answer says `Connection: close` (RFC 9112, section 9.6).

/** How much is read and dropped, in bytes. More than a front lets through. */
export const readOnAtMost = 16 * 1024 * 1024;

/** How long, in milliseconds. */
export const readOnMs = 5_000;
