export function commandLineOf(pid: number): string | undefined;
export function lockHolder(file: string): number | undefined;
export function takeLock(file: string): { release: () => void } | { heldBy: number };
