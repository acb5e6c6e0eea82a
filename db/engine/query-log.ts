/** One statement that a request ran: its text without values, and how long the answer took in milliseconds. */
export interface LoggedStatement {
  sql: string;
  ms: number;
  /** The code of what went wrong, where something did. */
  error?: string;
}

/** More statements than the route declares. A defect of the route, so it surfaces as a 500 where budgets are enforced. */
export class QueryBudgetExceeded extends Error {
  override name = 'QueryBudgetExceeded';
}

/**
 * The statements of one request, in order. Every round trip counts, `begin` and `commit` too. With a `limit`, the
 * statement that would go over it is refused before it runs.
 */
export class QueryLog {
  readonly statements: LoggedStatement[] = [];
  /** Told of each statement when its answer is there. */
  readonly onAnswer: ((statement: LoggedStatement) => void) | undefined;
  readonly #limit: number;
  #uncounted = 0;

  constructor(limit = Number.POSITIVE_INFINITY, onAnswer?: (statement: LoggedStatement) => void) {
    this.#limit = limit;
    this.onAnswer = onAnswer;
  }

  /** How many statements count against the budget: all but those of transactions that a deadlock undid. */
  get counted(): number {
    return this.statements.length - this.#uncounted;
  }

  /** So many statements were in vain, through no fault of the route, and run again. */
  uncount(count: number): void {
    this.#uncounted += count;
  }

  /** Makes room for a statement that is about to run; the caller sets `ms` on it when the answer is there. */
  start(sql: string): LoggedStatement {
    // Undoing is always allowed: what is over its budget must not stay half done.
    if (this.counted >= this.#limit && sql !== 'rollback') {
      throw new QueryBudgetExceeded(
        `over the budget of ${this.#limit} statements:\n${[...this.statements.map((each) => each.sql), sql].join('\n')}`,
      );
    }
    const statement = { sql, ms: 0 };
    this.statements.push(statement);
    return statement;
  }

  get totalMs(): number {
    return this.statements.reduce((sum, each) => sum + each.ms, 0);
  }

  /** Texts that ran three times or more: most often a loop that should have been one statement. */
  repeated(): { sql: string; times: number }[] {
    const times = new Map<string, number>();
    for (const { sql } of this.statements) times.set(sql, (times.get(sql) ?? 0) + 1);
    return [...times].filter(([, count]) => count >= 3).map(([sql, count]) => ({ sql, times: count }));
  }
}
