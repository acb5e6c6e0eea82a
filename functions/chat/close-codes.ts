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

/**
 * Why a connection ended, in logs and metrics: a word of the server's own for each of its codes; `client` where the client
 * closed, `lost` where nobody did, `silent` where it answered no ping, `protocol` where its frames were no WebSocket frames.
 */
export type CloseCause = keyof typeof closeCodes | 'client' | 'lost' | 'silent' | 'protocol';

/** The cause of a code with which a client, or the network, ended a connection. */
export function causeOfPeer(code: number): CloseCause {
  if (code === 1006) return 'lost';
  return code === 1002 || code === 1007 || code === 1009 ? 'protocol' : 'client';
}
