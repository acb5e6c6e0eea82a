/** Closes a socket as another one, or its own other end, was closed. It may have closed meanwhile. */
export function closeLike(socket: WebSocket, code: number, reason: string): void {
  try {
    // What the silence of a peer is called cannot be sent on.
    if (code === 1005 || code === 1006) socket.close();
    else socket.close(code, reason);
  } catch {
    // Closed.
  }
}
