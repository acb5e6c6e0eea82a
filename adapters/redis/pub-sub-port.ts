/** What the bus needs of Redis, be it one server or many. Where it is away, what returns a promise rejects. */
export interface PubSub {
  /** In how many places a subscription can die by itself. */
  readonly places: number;
  publish(channel: string, message: string): Promise<unknown>;
  subscribe(channels: string[]): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  onMessage(listener: (channel: string, message: string) => void): void;
  /** It has connected, perhaps anew, and is subscribed to nothing for certain. */
  onReady(listener: () => void): void;
  onAway(listener: () => void): void;
  ready(): boolean;
  canPublish(): boolean;
  /** What subscribes does not work: sees that `onReady` comes again. */
  reconnectSubscriber(): void;
  /** Nothing is heard: sees that all of it connects anew. */
  reconnect(): void;
  close(): void;
}
