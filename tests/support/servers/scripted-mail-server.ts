import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { MailSettings } from '../../../adapters/mail/mail-settings.ts';

/** What a scripted server says to a command, in the place of what is usual: a reply, nothing, or it hangs up. */
export type Reply = `${number}${string}` | 'silence' | 'hang up';

/** The parts of a conversation that a script may change. `message` is what follows on the text of a mail. */
type Part = 'greeting' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'RSET' | 'message';

/** A mail server that does what no good one does, as its script says. */
export class ScriptedMailServer {
  readonly script: Partial<Record<Part, Reply>> = {};
  /** The mails that it has read to their ends, whatever it answered. */
  readonly mails: string[] = [];
  readonly commands: string[] = [];
  connections = 0;
  readonly #server = createServer((socket) => this.#serve(socket));
  readonly #sockets = new Set<Socket>();

  static async start(): Promise<ScriptedMailServer> {
    const started = new ScriptedMailServer();
    await new Promise<void>((resolve) => void started.#server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  get settings(): MailSettings {
    const { port } = this.#server.address() as AddressInfo;
    const from = { name: '', address: 'noreply@kingbus.test' };
    return { host: '127.0.0.1', port, tls: 'none', user: undefined, from };
  }

  get open(): number {
    return this.#sockets.size;
  }

  /** Lets go of all connections, as a server that starts anew does. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  stop(): void {
    this.hangUp();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    this.connections++;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {});
    this.#say(socket, 'greeting', '220 mail.test ESMTP');
    let text: string[] | undefined;
    createInterface({ input: socket }).on('line', (line) => {
      if (text !== undefined) {
        if (line !== '.') return void text.push(line);
        this.mails.push(text.join('\n'));
        text = undefined;
        return this.#say(socket, 'message', '250 2.0.0 taken');
      }
      const verb = line.slice(0, 4).toUpperCase();
      this.commands.push(line);
      if (verb === 'EHLO') return this.#say(socket, 'EHLO', '250-mail.test\r\n250 AUTH PLAIN');
      if (verb === 'AUTH') return this.#say(socket, 'AUTH', '235 2.7.0 welcome');
      if (verb === 'STAR') return void socket.write('502 5.5.1 no TLS here\r\n');
      if (verb === 'QUIT') return void socket.end('221 bye\r\n');
      if (verb === 'DATA' && this.script.DATA === undefined) text = [];
      this.#say(socket, verb as Part, verb === 'DATA' ? '354 go on' : '250 2.0.0 ok');
    });
  }

  #say(socket: Socket, part: Part, usual: Reply): void {
    const reply = this.script[part] ?? usual;
    if (reply === 'hang up') socket.destroy();
    else if (reply !== 'silence') socket.write(`${reply}\r\n`);
  }
}
