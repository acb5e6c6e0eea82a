/**
 * The lines of a password setting: one password; or, while it is being changed, two, of which the second is tried where the first
 * is refused, so that the server may change its mind in between without a pause. Undefined where there are more.
 */
export function passwordLines(text = ''): string[] | undefined {
  const lines = text.split(/\r?\n/u).filter((line) => line !== '');
  return lines.length > 2 ? undefined : lines;
}

/** The address with the password in the place of its own, whatever characters it has (RFC 3986, section 2.1). */
export function withPassword(url: string, password: string | undefined): string {
  if (password === undefined) return url;
  const parts = /^(?<scheme>[^:/?#]+:\/\/)(?:(?<user>[^:@/]*)(?::[^@/]*)?@)?(?<rest>.*)$/su.exec(url)?.groups;
  if (parts === undefined) return url;
  return `${parts['scheme']}${parts['user'] ?? ''}:${encodeURIComponent(password)}@${parts['rest']}`;
}
