/** Why the server closes a socket (RFC 6455, section 7.4; 4000 and above are ours). */
export const closeCodes = {
  policyViolation: 1008,
  restart: 1012,
  tryAgainLater: 1013,
  /** No valid token, or it ended: get a new one before connecting again. */
  unauthenticated: 4401,
  /** The session has ended, by log-out or by an admin: log in again. */
  sessionEnded: 4403,
  /** No `auth` frame in time. */
  authenticationTimeout: 4408,
  /** The peer takes too little of what it is sent: it should connect again and resume from its cursors. */
  slow: 4409,
  /** The account has as many connections as it may have. */
  tooManySockets: 4429,
} as const;
