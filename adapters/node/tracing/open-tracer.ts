import { diag, DiagLogLevel, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Context, Link, Span as OtelSpan, SpanContext, SpanOptions } from '@opentelemetry/api';
import { parseKeyPairsIntoRecord, parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Log } from '../../../functions/ports.ts';
import type { Attributes, Span, SpanStart, TraceParent, Tracer } from '../../../functions/tracing/tracer.ts';
import { readVersion } from '../version.ts';
import { samplerOf } from './sampler.ts';
import type { TracingSettings } from './tracing-settings.ts';

const kinds: Record<SpanStart['kind'], SpanKind> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};

/**
 * Spans by OpenTelemetry's SDK, sent in batches as OTLP over HTTP (JSON). Where a span belongs is passed on by hand, so nothing of
 * Node is hooked, and what is not traced pays nothing. Loaded only where tracing is on.
 *
 * @param service what OTEL_SERVICE_NAME is, where it is not set: `kingbus-http`
 */
export function openTracer(
  settings: TracingSettings,
  service: string,
  log: Log,
): { tracer: Tracer; close: () => Promise<void> } {
  reportTo(log);
  const { version } = readVersion();
  const own = resourceFromAttributes({
    'service.name': service,
    'service.version': version,
    'service.instance.id': crypto.randomUUID(),
  });
  const given = detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] });
  const provider = new TracerProvider({
    resource: own.merge(given),
    sampler: samplerOf(settings),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({
          headers: parseKeyPairsIntoRecord(settings.headers),
          timeoutMillis: settings.timeoutMs,
        }),
        ...settings.batches,
      }),
    ],
  });
  const tracer = provider.getTracer('kingbus', version);
  return {
    tracer: {
      begin(name, start) {
        const span = tracer.startSpan(name, optionsOf(start), contextOf(start));
        return span.isRecording() ? new RecordedSpan(span) : undefined;
      },
    },
    async close() {
      await provider
        .shutdown()
        .catch((error: unknown) => log.warn({ err: error }, 'the last traces could not be sent'));
    },
  };
}

function optionsOf({ kind, links = [], attributes = {}, sinceMs }: SpanStart): SpanOptions {
  return {
    kind: kinds[kind],
    links: links.flatMap((link): Link[] => toLink(link)),
    attributes,
    ...(sinceMs !== undefined && { startTime: Date.now() - sinceMs }),
  };
}

function toLink(link: TraceParent): Link[] {
  const context = parseTraceParent(link);
  return context === null ? [] : [{ context }];
}

/** What comes over the wire is another process's. */
function contextOf({ parent, kind }: SpanStart): Context {
  const context = parent === undefined ? null : parseTraceParent(parent);
  if (context === null) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { ...context, isRemote: kind === 'server' || kind === 'consumer' });
}

class RecordedSpan implements Span {
  readonly #span: OtelSpan;

  constructor(span: OtelSpan) {
    this.#span = span;
  }

  get context(): TraceParent {
    const { traceId, spanId, traceFlags }: SpanContext = this.#span.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  rename(name: string): void {
    this.#span.updateName(name);
  }

  set(attributes: Attributes): void {
    this.#span.setAttributes(attributes);
  }

  end(failure?: string): void {
    if (failure !== undefined) {
      this.#span.setAttribute('error.type', failure);
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#span.end();
  }
}

function nothing(): void {}

/** A receiver that is away is a line in the log, every few seconds at most, and harms nothing else. */
function reportTo(log: Log): void {
  const warn = (message: string) => log.warn({ reason: message }, 'traces are not sent as they should');
  diag.setLogger(
    { error: warn, warn, info: nothing, debug: nothing, verbose: nothing },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
