import type { LoggedStatement } from '../../db/engine/query-log.ts';
import { Problem } from '../http/problems.ts';
import type { Span, SpanStart, TraceParent, Tracer } from './tracer.ts';

/** One piece of work as a span, with what is done in it beneath: a request, a frame, a delivery. */
export class Trace {
  readonly #tracer: Tracer;
  readonly #root: Span;
  /** The innermost span that is open: a request does one thing at a time. */
  #current: Span;

  private constructor(tracer: Tracer, root: Span) {
    this.#tracer = tracer;
    this.#root = root;
    this.#current = root;
  }

  /** Undefined where tracing is off, or this piece of work is none of those that are recorded. */
  static begin(tracer: Tracer | undefined, name: string, start: SpanStart): Trace | undefined {
    const root = tracer?.begin(name, start);
    return tracer && root && new Trace(tracer, root);
  }

  /** Where whatever is begun now goes on. */
  get context(): TraceParent {
    return this.#current.context;
  }

  get span(): Span {
    return this.#root;
  }

  /** Runs `work` as a span of its own within this one. */
  async within<Result>(name: string, work: () => Result | Promise<Result>): Promise<Result> {
    const outer = this.#current;
    const inner = this.#tracer.begin(name, { kind: 'internal', parent: outer.context });
    if (inner === undefined) return work();
    this.#current = inner;
    try {
      const result = await work();
      inner.end();
      return result;
    } catch (error) {
      inner.end(failureOf(error));
      throw error;
    } finally {
      this.#current = outer;
    }
  }

  /** Takes down a statement that has been answered: its text, which has no values. */
  readonly statement = ({ sql, ms, error }: LoggedStatement): void => {
    this.#tracer
      .begin(summaryOf(sql), {
        kind: 'client',
        parent: this.#current.context,
        attributes: { 'db.system.name': 'mariadb', 'db.query.text': sql },
        sinceMs: ms,
      })
      ?.end(error);
  };
}

/** The kind of an error, as a span may say it. */
export function failureOf(error: unknown): string {
  if (error instanceof Problem) return error.code;
  return error instanceof Error ? error.name : 'error';
}

const targets = /^(?:select\b.*?\b(?:from|join)|insert into|update\b[^`]*|delete from) `(\w+)`/su;
const innermost = /\([^()]*\)/gu;

/** `select orders`: what a statement does, and to which table first (OpenTelemetry's `db.query.summary`). */
function summaryOf(sql: string): string {
  let text = sql.trimStart();
  // Selects within the select have tables of their own.
  for (let whole = ''; whole !== text;) [whole, text] = [text, text.replace(innermost, '')];
  const [verb = 'statement'] = text.split(/\s/u, 1);
  const [, table] = targets.exec(text) ?? [];
  return table === undefined ? verb : `${verb} ${table}`;
}
