import { z } from 'zod';

const url = z.url({ protocol: /^https?$/u }).optional();
const milliseconds = z.coerce.number().int().min(1).optional();
const count = z.coerce.number().int().min(1).optional();
/** The only form that is sent; every receiver of OTLP over HTTP takes it. */
const protocol = z.enum(['http/json']).optional();

/**
 * The variables of OpenTelemetry that decide whether and what is traced, by their standard names and meanings
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). Its exporter and its resource read the others
 * themselves: OTEL_EXPORTER_OTLP_COMPRESSION, _CERTIFICATE, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES.
 */
export const tracingVariables = {
  OTEL_SDK_DISABLED: z.stringbool().default(false),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none']).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_HEADERS: z.string().default(''),
  OTEL_EXPORTER_OTLP_TIMEOUT: milliseconds,
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: milliseconds,
  OTEL_TRACES_SAMPLER: z
    .enum([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ])
    .default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  OTEL_BSP_SCHEDULE_DELAY: milliseconds,
  OTEL_BSP_EXPORT_TIMEOUT: milliseconds,
  OTEL_BSP_MAX_QUEUE_SIZE: count,
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: count,
};

type Variables = z.infer<z.ZodObject<typeof tracingVariables>>;

export interface TracingSettings {
  sampler: Variables['OTEL_TRACES_SAMPLER'];
  /** The share of traces that a sampler by ratio records, 0 to 1. */
  ratio: number;
  /** `name=value,name=value`, percent-encoded; often a secret. */
  headers: string;
  /** How long sending a batch may take, attempts and pauses included, in milliseconds. */
  timeoutMs: number;
  batches: {
    scheduledDelayMillis?: number;
    exportTimeoutMillis?: number;
    maxQueueSize?: number;
    maxExportBatchSize?: number;
  };
}

/** Shorter than the standard's ten seconds: a process that stops waits for its last batch. */
const defaultTimeoutMs = 2_500;

/** Undefined, which is off, unless there is somewhere to send traces to. */
export function readTracingSettings(env: Variables): TracingSettings | undefined {
  const isNamed = env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined;
  const exporter = env.OTEL_TRACES_EXPORTER ?? (isNamed ? 'otlp' : 'none');
  if (env.OTEL_SDK_DISABLED || exporter === 'none') return undefined;
  const batches = {
    scheduledDelayMillis: env.OTEL_BSP_SCHEDULE_DELAY,
    exportTimeoutMillis: env.OTEL_BSP_EXPORT_TIMEOUT,
    maxQueueSize: env.OTEL_BSP_MAX_QUEUE_SIZE,
    maxExportBatchSize: env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
  };
  return {
    sampler: env.OTEL_TRACES_SAMPLER,
    ratio: env.OTEL_TRACES_SAMPLER_ARG,
    headers: env.OTEL_EXPORTER_OTLP_HEADERS,
    timeoutMs: env.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT ?? env.OTEL_EXPORTER_OTLP_TIMEOUT ?? defaultTimeoutMs,
    batches: Object.fromEntries(Object.entries(batches).filter(([, value]) => value !== undefined)),
  };
}
