/** A body as it is sent: one with a `file` as a form, anything else as JSON. */
export function encodeBody(body: unknown): { body?: BodyInit; headers: Record<string, string> } {
  if (body === undefined) return { headers: {} };
  const { file, ...fields } = body as { file?: unknown } & Record<string, string | number | undefined>;
  if (!(file instanceof Blob)) return { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
  const form = new FormData();
  // The file comes last: the server checks the fields before it takes the file in.
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.append(name, String(value));
  form.append('file', file);
  // fetch names the type itself, with the boundary that it chose.
  return { body: form, headers: {} };
}
