/**
 * Which room is open, in the address of the page: `/chat#<room>`. So back and forward, a reload and a bookmark find it; what
 * follows the `#` is not sent to any server.
 */
export const roomInAddress = (): string | undefined => decodeURIComponent(location.hash.slice(1)) || undefined;

/** Opens a room: back leads to where one was. */
export function enterRoom(id: string): void {
  if (roomInAddress() === id) return;
  history.pushState({ isAfterList: roomInAddress() === undefined }, '', `#${id}`);
}

/** Closes the room. Gives whether the address says so already; otherwise `popstate` will tell. */
export function leaveRoom(): boolean {
  const { isAfterList = false } = Object(history.state) as { isAfterList?: boolean };
  if (isAfterList) {
    history.back();
    return false;
  }
  // The page was opened with this room: what is before it in the history may be another page.
  history.replaceState(null, '', location.pathname + location.search);
  return true;
}
