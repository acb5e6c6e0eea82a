import type { Hono, MiddlewareHandler } from 'hono';
import { createChatApp } from '../../functions/chat/app.ts';
import { causeOfPeer } from '../../functions/chat/close-codes.ts';
import { Hub } from '../../functions/chat/hub.ts';
import { limits } from '../../functions/chat/limits.ts';
import { Session } from '../../functions/chat/session.ts';
import type { ChatSocket } from '../../functions/chat/socket.ts';
import { subprotocol } from '../../functions/chat/upgrade.ts';
import type { Env as HonoEnv } from '../../functions/http/env.ts';
import { Problem } from '../../functions/http/problems.ts';
import { logWith } from '../../functions/log-with.ts';
import type { Log, Ports } from '../../functions/ports.ts';
import type { Principal } from '../../functions/identity/principal.ts';
import { closeLike } from './close-like.ts';
import { isTooLong } from './frame-length.ts';
import { upgradeRequest } from './inbox-upgrade.ts';
import type { Upgrade } from './inbox-upgrade.ts';
import type { InboxCalls } from './objects.ts';

/**
 * `/ws` on the edge. A client that says at the upgrade who it is gets the socket of its account's inbox, and the Worker is
 * out of the way. One that says so in its first frame is heard here until then, and passed on.
 */
export function createEdgeChat(inboxes: DurableObjectNamespace<InboxCalls>): Hono<HonoEnv> {
  const accept: MiddlewareHandler<HonoEnv> = async (c) => {
    const { admitted, requestId } = c.var;
    const offered = c.req.header('Sec-WebSocket-Protocol') ?? '';
    const offersSubprotocol = offered.split(',').some((each) => each.trim() === subprotocol);
    const { log } = c.env.ports;
    if (admitted) return openInbox(inboxes, { admitted, requestId, offersSubprotocol }, log);
    const { 0: theirs, 1: ours } = new WebSocketPair();
    ours.accept();
    waitForAuth(ours, { ...c.env.ports, log: logWith(log, { requestId }) }, async (details) =>
      openInboxSocket(inboxes, { ...details, requestId, offersSubprotocol: false }, log),
    );
    return new Response(null, {
      status: 101,
      webSocket: theirs,
      headers: offersSubprotocol ? { 'Sec-WebSocket-Protocol': subprotocol } : {},
    });
  };
  return createChatApp(accept, () => false);
}

/** An inbox that is being replaced, or has too much to do, may be asked again. */
async function openInbox(inboxes: DurableObjectNamespace<InboxCalls>, upgrade: Upgrade, log: Log): Promise<Response> {
  try {
    return await inboxes.getByName(upgrade.admitted.accountId).fetch(upgradeRequest(upgrade));
  } catch (error) {
    log.warn({ err: error, requestId: upgrade.requestId }, 'an inbox could not be opened');
    throw new Problem('unavailable', { headers: { 'Retry-After': '1' } });
  }
}

async function openInboxSocket(
  inboxes: DurableObjectNamespace<InboxCalls>,
  upgrade: Upgrade,
  log: Log,
): Promise<WebSocket> {
  const { webSocket } = await openInbox(inboxes, upgrade, log);
  if (webSocket === null) throw new Error('the inbox gave no socket');
  webSocket.accept();
  return webSocket;
}

/** Hears the first frame with the session that every runtime has, then connects the client with its inbox. */
function waitForAuth(
  client: WebSocket,
  ports: Ports,
  open: (details: Pick<Upgrade, 'admitted'>) => Promise<WebSocket>,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const socket: ChatSocket = {
    send: (text) => (unlessClosed(() => client.send(text)), true),
    sendFrames: () => true,
    close: (code, reason) => unlessClosed(() => client.close(code, reason)),
    bufferedBytes: () => 0,
    drained: () => Promise.resolve(),
    wakeAt(time) {
      clearTimeout(timer);
      if (time !== undefined) timer = setTimeout(() => session.due(), Math.max(0, time - ports.clock.now()));
    },
  };
  const early: (string | ArrayBuffer)[] = [];
  let inbox: WebSocket | undefined;
  let known = false;

  async function handOver(admitted: Principal, frames: string[]): Promise<void> {
    known = true;
    early.unshift(...frames);
    try {
      const opened = await open({ admitted });
      if (client.readyState !== WebSocket.OPEN) return closeLike(opened, 1001, '');
      for (const frame of early.splice(0)) opened.send(frame);
      forward(opened, client);
      inbox = opened;
    } catch {
      unlessClosed(() => client.close(1013, 'try again later'));
    }
  }

  const hub = new Hub(ports, (texts) => texts);
  const session: Session = new Session(ports, hub, socket, {
    handOver: (admitted, frames) => void handOver(admitted, frames),
  });
  client.addEventListener('message', ({ data }) => {
    const frame = data as string | ArrayBuffer;
    if (inbox) return unlessClosed(() => inbox?.send(frame));
    if (isTooLong(frame)) return end(1009, 'the frame is too large');
    if (known && early.length >= limits.waitingFrames) return end(1008, 'too many frames');
    if (known) early.push(frame);
    else if (typeof frame === 'string') session.receive(frame);
    else session.receiveBinary();
  });
  const ended = (code: number, reason: string) => {
    session.closed(code, causeOfPeer(code));
    if (inbox) closeLike(inbox, code, reason);
  };
  const end = (code: number, reason: string) => {
    closeLike(client, code, reason);
    ended(code, reason);
  };
  client.addEventListener('close', ({ code, reason }) => ended(code, reason));
  client.addEventListener('error', () => ended(1006, ''));
  session.open(undefined);
}

/** What comes from an inbox goes to its client, its end included. */
function forward(inbox: WebSocket, client: WebSocket): void {
  inbox.addEventListener('message', ({ data }) => unlessClosed(() => client.send(data as string)));
  inbox.addEventListener('close', ({ code, reason }) => closeLike(client, code, reason));
  inbox.addEventListener('error', () => closeLike(client, 1006, ''));
}

/** A socket that has closed meanwhile takes nothing more, which is no error. */
function unlessClosed(act: () => void): void {
  try {
    act();
  } catch {
    // Closed.
  }
}
