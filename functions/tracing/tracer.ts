/** Where a trace goes on: `traceparent` of W3C Trace Context, `00-<trace id>-<span id>-<flags>`. */
export type TraceParent = string;

export type Attributes = Record<string, string | number | boolean>;

export interface SpanStart {
  /** What the span is to the others of its trace, in OpenTelemetry's words. */
  kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal';
  /** The span that this one is part of, here or in another process; without one, or with a broken one, a trace begins. */
  parent?: TraceParent | undefined;
  /** Spans of other traces that it works for as well. */
  links?: readonly TraceParent[];
  attributes?: Attributes;
  /** How long ago it began, in milliseconds; otherwise now. */
  sinceMs?: number;
}

/**
 * Shows whoever runs the product where time goes: spans, as OpenTelemetry has them. There is none where tracing is off, so that what
 * is traced asks for nothing but whether there is one.
 */
export interface Tracer {
  /** Begins a span; gives undefined where nobody is going to see it (sampling), and then nothing beneath it is recorded either. */
  begin(name: string, start: SpanStart): Span | undefined;
}

export interface Span {
  /** For what goes on from here, in this process or in another. */
  readonly context: TraceParent;
  rename(name: string): void;
  set(attributes: Attributes): void;
  /** The span is over; with what went wrong, where something did: the kind of an error, never its text, which may hold anything. */
  end(failure?: string): void;
}
