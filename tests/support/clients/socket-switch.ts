import type { Page, WebSocketRoute } from 'playwright-core';

type Frame = Record<string, unknown>;

/** Stands between a page and the chat: cuts the connection and mends it, and answers frames in the server's place. */
export class SocketSwitch {
  readonly #sockets = new Set<WebSocketRoute>();
  #isCut = false;
  /** Gives an answer to a frame of the page; where there is none, the server gets the frame. */
  answer: (frame: Frame) => Frame | undefined = () => undefined;

  /** Of all connections that the page opens from now on: reload it for the one that it has. */
  static async of(page: Page): Promise<SocketSwitch> {
    const made = new SocketSwitch();
    await page.routeWebSocket('**/ws', (socket) => made.#route(socket));
    return made;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) void socket.close({ code: 1012 });
    this.#sockets.clear();
  }

  mend(): void {
    this.#isCut = false;
  }

  #route(socket: WebSocketRoute): void {
    if (this.#isCut) return void socket.close({ code: 1012 });
    this.#sockets.add(socket);
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const answer = this.answer(JSON.parse(String(message)) as Frame);
      if (answer) socket.send(JSON.stringify(answer));
      else server.send(message);
    });
  }
}
