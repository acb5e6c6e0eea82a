import type { FileRow } from '../../db/files.ts';
import { Problem } from '../http/problems.ts';
import type { Ports } from '../ports.ts';
import type { ByteRange } from './byte-range.ts';

/** Nothing in it may load or run, wherever it is opened; a page of its own has the origin of nobody. */
const policy = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'";

/**
 * The bytes of a file as RFC 9110 has them: 304 for an `If-None-Match` that names it, 206 for a single `Range` (with `If-Range` only of
 * this very file), and of `HEAD` the headers alone. What else asks for a range, as for several, gets all of it, as the RFC allows.
 *
 * @throws RangeNotSatisfiable, FilesUnavailable
 */
export async function answerFile(
  { files }: Pick<Ports, 'files'>,
  request: Request,
  { key, type, bytes, sha256 }: Pick<FileRow, 'key' | 'type' | 'bytes' | 'sha256'>,
  more: Record<string, string> = {},
): Promise<Response> {
  const etag = `"${sha256.slice(0, 32)}"`;
  const headers = { ETag: etag, 'Accept-Ranges': 'bytes', 'Content-Security-Policy': policy, ...more };
  if (namesIt(request.headers.get('If-None-Match'), etag)) return new Response(null, { status: 304, headers });
  const whole = { ...headers, 'Content-Type': type, 'Content-Length': String(bytes) };
  if (request.method === 'HEAD') return new Response(null, { headers: whole });

  const ifRange = request.headers.get('If-Range');
  const asked = ifRange === null || ifRange === etag ? rangeOf(request.headers.get('Range')) : undefined;
  const opened = await files.open(key, asked);
  if (!opened) throw new Problem('not_found');
  if (!opened.range) return new Response(opened.body, { headers: whole });
  const { first, last } = opened.range;
  return new Response(opened.body, {
    status: 206,
    headers: {
      ...whole,
      'Content-Length': String(last + 1 - first),
      'Content-Range': `bytes ${first}-${last}/${opened.bytes}`,
    },
  });
}

/** By the weak comparison (section 13.1.2). */
const namesIt = (ifNoneMatch: string | null, etag: string): boolean =>
  ifNoneMatch !== null &&
  (ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((each) => each.trim().replace(/^W\//u, '') === etag));

/** A single range of bytes; undefined where the header is missing, malformed, of another unit, or of several. */
function rangeOf(header: string | null): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/iu.exec(header?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined) return undefined;
  if (first === '') return last === '' ? undefined : { suffixLength: Number(last) };
  const range = { first: Number(first), last: last === '' ? undefined : Number(last) };
  return range.last !== undefined && range.last < range.first ? undefined : range;
}
