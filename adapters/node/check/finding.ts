/** What a look at one thing has found. A warning is for people to weigh; with a fault the product does not work, or is not safe. */
export interface Finding {
  level: 'ok' | 'warning' | 'fault';
  /** What was looked at: `database`, `keys`. */
  subject: string;
  text: string;
}

/** Findings about one subject. */
export const about = (subject: string) => ({
  ok: (text: string): Finding => ({ level: 'ok', subject, text }),
  warning: (text: string): Finding => ({ level: 'warning', subject, text }),
  fault: (text: string): Finding => ({ level: 'fault', subject, text }),
});

/** What a look finds; what it throws is a fault of its subject. */
export async function look(
  subject: string,
  find: () => Promise<Finding[]>,
  explain: (error: unknown) => readonly string[],
) {
  try {
    return await find();
  } catch (error) {
    return explain(error).map((text) => about(subject).fault(text));
  }
}
