/** Problems by their stable code: the status, and the title in both languages. A feature states its own in `problems.ts`. */
export type ProblemTexts = Record<string, readonly [status: number, korean: string, english: string]>;

/** What rules on single values say to people, by the name that a schema gives with `rule('in_the_past')`. */
export type RuleTexts = Record<string, readonly [korean: string, english: string]>;
