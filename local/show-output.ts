import type { Command, FlowController, Logger } from 'concurrently';

/** Turns text, as it comes, into what is shown. */
type Readable = (text: string) => string;

/** A flow controller of concurrently: shows what each process prints, as its plan wants it shown. */
export class ShowOutput implements FlowController {
  readonly #logger: Logger;
  readonly #planNamed: ReadonlyMap<string, { readable?: () => Readable }>;

  constructor(logger: Logger, planNamed: ReadonlyMap<string, { readable?: () => Readable }>) {
    this.#logger = logger;
    this.#planNamed = planNamed;
  }

  handle(commands: Command[]): { commands: Command[] } {
    for (const command of commands) {
      for (const stream of [command.stdout, command.stderr]) {
        const readable = this.#planNamed.get(command.name)?.readable?.() ?? String;
        stream.subscribe((chunk) => {
          const text = readable(String(chunk));
          if (text !== '') this.#logger.logCommandText(text, command);
        });
      }
    }
    return { commands };
  }
}
