import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** A span as it came over OTLP, in plain values. */
export interface ReceivedSpan {
  name: string;
  service: string;
  traceId: string;
  id: string;
  parentId: string | undefined;
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer' | undefined;
  links: string[];
  attributes: Record<string, unknown>;
  failed: boolean;
  ms: number;
}

export interface OtlpReceiver {
  url: string;
  /** Every span that came. */
  spans: ReceivedSpan[];
  /** Headers of each request. */
  requests: NodeJS.Dict<string | string[]>[];
  /** The spans of a trace, as soon as `isComplete` says so. */
  trace(traceId: string, isComplete: (spans: ReceivedSpan[]) => boolean): Promise<ReceivedSpan[]>;
  close(): Promise<void>;
}

/** What takes traces as OTLP over HTTP with JSON, as a collector does (opentelemetry-proto, `ExportTraceServiceRequest`). */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const requests: OtlpReceiver['requests'] = [];
  const listeners = new Set<() => void>();
  const server = createServer((request, response) => {
    void (async () => {
      if (request.method !== 'POST' || request.url !== '/v1/traces') {
        response.writeHead(404).end();
        return;
      }
      requests.push(request.headers);
      const body = request.headers['content-encoding'] === 'gzip' ? await unzipped(request) : await json(request);
      spans.push(...spansOf(body as ExportRequest));
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"partialSuccess":{}}');
      for (const listener of listeners) listener();
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    requests,
    trace(traceId, isComplete) {
      const { promise, resolve } = Promise.withResolvers<ReceivedSpan[]>();
      const look = () => {
        const found = spans.filter((span) => span.traceId === traceId);
        if (!isComplete(found)) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
      return promise;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function unzipped(request: AsyncIterable<Buffer>): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(gunzipSync(Buffer.concat(chunks)).toString());
}

interface KeyValue {
  key: string;
  value: Record<string, unknown>;
}

interface ExportRequest {
  resourceSpans: {
    resource: { attributes: KeyValue[] };
    scopeSpans: {
      spans: {
        name: string;
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        kind: number;
        links?: { traceId: string; spanId: string }[];
        attributes?: KeyValue[];
        status?: { code?: number };
        startTimeUnixNano: string;
        endTimeUnixNano: string;
      }[];
    }[];
  }[];
}

const kinds = [undefined, 'internal', 'server', 'client', 'producer', 'consumer'] as const;

function spansOf({ resourceSpans }: ExportRequest): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(plain(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        name: span.name,
        service,
        traceId: span.traceId,
        id: span.spanId,
        parentId: span.parentSpanId || undefined,
        kind: kinds[span.kind],
        links: (span.links ?? []).map((link) => link.spanId),
        attributes: plain(span.attributes ?? []),
        failed: span.status?.code === 2,
        ms: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
      })),
    );
  });
}

/** `{stringValue: 'a'}` as `'a'`, and so on; 64-bit numbers come as text. */
function plain(attributes: KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      const [[type, inner] = ['', undefined]] = Object.entries(value);
      return [key, type === 'intValue' ? Number(inner) : inner];
    }),
  );
}
