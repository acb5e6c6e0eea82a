/** Milliseconds since 1970 as the text that the whole system uses: ISO 8601, UTC, milliseconds. */
export const toInstant = (milliseconds: number): string => new Date(milliseconds).toISOString();
