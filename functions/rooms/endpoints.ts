import { deleteMessageEndpoint } from './delete-message.ts';
import { editMessageEndpoint } from './edit-message.ts';
import { listMessagesEndpoint } from './list-messages.ts';
import { listRoomsEndpoint } from './list-rooms.ts';
import { markReadEndpoint } from './mark-read.ts';
import { muteRoomEndpoint } from './mute-room.ts';
import { sendMessageEndpoint } from './send-message.ts';

export const roomEndpoints = [
  listRoomsEndpoint,
  listMessagesEndpoint,
  sendMessageEndpoint,
  editMessageEndpoint,
  deleteMessageEndpoint,
  muteRoomEndpoint,
  markReadEndpoint,
] as const;
