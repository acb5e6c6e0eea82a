/**
 * UUID version 7 (RFC 9562): 48 bits of milliseconds, then 12 bits that count up within one millisecond, then chance.
 * Ids of one maker rise strictly, even where the clock stands or steps back.
 */
export function createNewId(now: () => number): <Id extends string>() => Id {
  let milliseconds = 0;
  let counter = 0;
  return <Id extends string>() => {
    const current = now();
    if (current > milliseconds) {
      milliseconds = current;
      counter = 0;
    } else if (++counter === 0x10_00) {
      milliseconds++;
      counter = 0;
    }
    const time = milliseconds.toString(16).padStart(12, '0');
    // The variant and 62 bits by chance, which stand in the same place as in version 4.
    const tail = crypto.randomUUID().slice(19);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${tail}` as Id;
  };
}
