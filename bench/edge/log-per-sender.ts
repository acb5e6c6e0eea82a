import { createRoomLog as createLog } from '../../adapters/edge/message-log.ts';

/** Stands in for adapters/edge/message-log.ts: every sender's messages are committed by an object of its own. */
export const createRoomLog: typeof createLog = (options) =>
  createLog({ ...options, nameOf: (roomId, { senderId }) => `${roomId} ${senderId}` });
