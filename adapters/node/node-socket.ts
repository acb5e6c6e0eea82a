import type { WebSocket } from 'ws';
import type { ChatSocket } from '../../functions/chat/socket.ts';

/** How often a full buffer is looked at, in milliseconds: `ws` has no event for it. */
const drainPoll = 50;

/** A socket of `ws` as the chat needs it. */
export function nodeSocket(socket: WebSocket): ChatSocket {
  return {
    send: (frame) => socket.send(frame, ignoreFailure),
    close: (code, reason) => socket.close(code, reason),
    bufferedBytes: () => socket.bufferedAmount,
    async drained() {
      const full = socket.bufferedAmount;
      const waits = () => socket.readyState === socket.OPEN && full > 0 && socket.bufferedAmount >= full;
      while (waits()) {
        await new Promise((resolve) => void setTimeout(resolve, drainPoll));
      }
    },
  };
}

/** A frame for a connection that has just closed is lost like one on the way: the log has it. */
function ignoreFailure(): void {}
