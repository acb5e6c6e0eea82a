import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { make as createParser } from 'multipasta';
import type { PartInfo } from 'multipasta';
import type { Env } from './env.ts';
import { Problem } from './problems.ts';
import { requireType } from './read-body.ts';
import type { Body } from './read-body.ts';
import { parseInput } from './validation.ts';

/** The most that the value of one field may take, in bytes, and the most parts that there may be. */
const fieldLimit = 16 * 1024;
const partsLimit = 32;

/** What fields and headers may take beside the file, in bytes: a form that announces more is refused unread. */
const overheadLimit = 1024 * 1024;

/** A file on its way in. */
export interface IncomingFile {
  /** What its sender calls it, and says that it is: neither is to be trusted. */
  name: string;
  type: string;
  /** Its bytes as they arrive, once. Fails with Problem `payload_too_large` at the limit, `malformed_multipart` where it breaks off. */
  bytes: ReadableStream<Uint8Array>;
}

export interface MultipartBody<Fields extends z.ZodObject> extends Body<z.output<Fields> & { file: IncomingFile }> {
  content: 'multipart/form-data';
  /** What it has beside the file. */
  fields: Fields;
}

const fileSchema = z.looseObject({}).openapi({ type: 'string', format: 'binary' });

/**
 * A form with a file (RFC 7578): its fields, then the part `file` as the last one, so that the fields are checked before the
 * file is taken in. The file is never held: the handler reads it while it arrives. 415 for another type, 413 for more than
 * `maxBytes` in the file, 400 for what is no multipart/form-data, 422 for fields that do not fit.
 */
export function multipart<Shape extends z.ZodRawShape>({
  fields,
  maxBytes,
}: {
  fields: Shape;
  maxBytes: number;
}): MultipartBody<z.ZodObject<Shape>> {
  const schema = z.strictObject({ ...fields, file: fileSchema });
  return {
    content: 'multipart/form-data',
    schema,
    fields: z.object(fields),
    problems: ['malformed_multipart', 'payload_too_large', 'unsupported_media_type', 'validation_failed'],
    read: async (c) => {
      const form = new FormReader(c, maxBytes);
      await form.readFields();
      const values = parseInput(c, schema, { ...form.fields, file: form.file });
      return values as unknown as z.output<z.ZodObject<Shape>> & { file: IncomingFile };
    },
  };
}

/** Reads a form as far as it is asked to: its fields at once, its file as somebody reads that. */
class FormReader {
  readonly fields: Record<string, string | string[]> = Object.create(null);
  file: IncomingFile | undefined;
  readonly #source: ReadableStream<Uint8Array> | null;
  readonly #parser;
  readonly #maxBytes: number;
  #received = 0;
  #chunks: Uint8Array[] = [];
  #held: Uint8Array = new Uint8Array();
  #ended = false;

  constructor(c: Context<Env>, maxBytes: number) {
    requireType(c, 'multipart/form-data');
    const announced = Number(c.req.header('Content-Length') ?? 0);
    if (announced > maxBytes + overheadLimit) throw new Problem('payload_too_large');
    this.#maxBytes = maxBytes;
    this.#source = c.req.raw.body;
    this.#parser = createParser({
      headers: { 'content-type': c.req.header('Content-Type') ?? '' },
      isFile: (info) => dispositionOf(info).filename !== undefined,
      maxParts: partsLimit,
      maxFieldSize: fieldLimit,
      onField: (info, value) => this.#takeField(info, value),
      onFile: (info) => this.#openFile(info),
      onError: (error) => {
        throw new Problem('limit' in error ? 'payload_too_large' : 'malformed_multipart');
      },
      onDone: () => {
        this.#ended = true;
      },
    });
  }

  async readFields(): Promise<void> {
    while (this.file === undefined && !this.#ended) await this.#step();
  }

  /** Takes in what has arrived. Problems: `malformed_multipart` where the form ends too early, or its client went away. */
  async #step(): Promise<void> {
    const next = await this.#read();
    try {
      if (next?.value) this.#write(next.value);
      else this.#end();
    } catch (error) {
      throw error instanceof Problem ? error : new Problem('malformed_multipart');
    }
  }

  /** Holds the body for one chunk at a time: where the form is refused, the adapter reads on. */
  async #read(): Promise<{ value?: Uint8Array | undefined } | undefined> {
    const reader = this.#source?.getReader();
    try {
      return await reader?.read();
    } catch {
      return undefined;
    } finally {
      reader?.releaseLock();
    }
  }

  /** The parser takes the end of a form for a part where a chunk ends between its last two dashes: those stay together. */
  #write(chunk: Uint8Array): void {
    const bytes = this.#held.length === 0 ? chunk : joined(this.#held, chunk);
    const end = bytes.at(-1) === dash ? Math.max(0, bytes.length - 2) : bytes.length;
    this.#held = bytes.subarray(end);
    if (end > 0) this.#parser.write(bytes.subarray(0, end));
  }

  #end(): void {
    this.#parser.write(this.#held);
    this.#parser.end();
    if (!this.#ended) throw new Problem('malformed_multipart');
  }

  #takeField(info: PartInfo, value: Uint8Array): void {
    // After the file no field is expected: those before it have been checked.
    if (this.file) throw new Problem('malformed_multipart');
    const { name } = dispositionOf(info);
    const text = utf8.decode(value);
    const earlier = this.fields[name];
    this.fields[name] = earlier === undefined ? text : [earlier, text].flat();
  }

  #openFile(info: PartInfo): (chunk: Uint8Array | null) => void {
    const { name, filename = '' } = dispositionOf(info);
    if (this.file || name !== 'file') throw new Problem('malformed_multipart');
    const bytes = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          while (this.#chunks.length === 0 && !this.#ended) await this.#step();
          for (const chunk of this.#chunks.splice(0)) controller.enqueue(chunk);
          if (this.#ended) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    this.file = { name: filename, type: info.contentType, bytes };
    return (chunk) => {
      if (chunk === null) return;
      this.#received += chunk.byteLength;
      if (this.#received > this.#maxBytes) throw new Problem('payload_too_large');
      this.#chunks.push(chunk);
    };
  }
}

const dash = 0x2d;

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const all = new Uint8Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What browsers write between the quotes instead of what ends them (WHATWG HTML, "Multipart form data"). */
const escapes: Record<string, string> = { '%22': '"', '%0D': '\r', '%0A': '\n' };

/** The names in a part's Content-Disposition. Read here as browsers write them, in UTF-8: multipasta knows Latin-1 alone. */
function dispositionOf({ headers }: PartInfo): { name: string; filename: string | undefined } {
  const header = String(headers['content-disposition']);
  const parameter = (name: string) =>
    new RegExp(String.raw`;\s*${name}="([^"]*)"`, 'iu')
      .exec(header)?.[1]
      ?.replaceAll(/%(?:22|0D|0A)/gu, (text) => escapes[text] ?? text);
  return { name: parameter('name') ?? '', filename: parameter('filename') };
}
