/** Who is there, as one client knows it: what it asked for once it was connected, and what it has been told since. */
export class Picture {
  readonly #rooms = new Map<number, Map<number, boolean>>();
  /** What was told while the question was under way: it is newer than the answer. */
  #told: Set<string> | undefined = new Set();
  #isLoaded = false;

  /** A new connection, which knows nothing. */
  clear(): void {
    this.#rooms.clear();
    this.#told = new Set();
    this.#isLoaded = false;
  }

  tell(room: number, account: number, online: boolean): void {
    this.#told?.add(`${room} ${account}`);
    this.#set(room, account, online);
  }

  /** The answer to what was asked after the connection was ready. */
  load(room: number, account: number, online: boolean): void {
    if (!this.#told?.has(`${room} ${account}`)) this.#set(room, account, online);
  }

  loaded(): void {
    this.#told = undefined;
    this.#isLoaded = true;
  }

  /** In words, where it is not as it should be. */
  wrong(isOnline: (account: number) => boolean): string[] {
    if (!this.#isLoaded) return ['it could not ask'];
    return [...this.#rooms].flatMap(([room, members]) =>
      [...members].flatMap(([account, online]) =>
        online === isOnline(account)
          ? []
          : [`in room ${room} account ${account} is ${online ? 'online' : 'offline'}, and should not be`],
      ),
    );
  }

  #set(room: number, account: number, online: boolean): void {
    let members = this.#rooms.get(room);
    if (members === undefined) this.#rooms.set(room, (members = new Map()));
    members.set(account, online);
  }
}
