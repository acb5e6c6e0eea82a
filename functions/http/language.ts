import type { Context } from 'hono';

export type Language = 'ko' | 'en';

/** What `Accept-Language` prefers of Korean and English; English where it says nothing. */
export const languageOf = (c: Context): Language => preferredLanguage(c.req.header('Accept-Language') ?? '');

/**
 * RFC 9110, section 12.5.4, with ranges by their first subtag: `ko-KR` is Korean, `kok` (Konkani) is not. A language that is not
 * named has the weight of `*`; of two alike the first named comes first, and of two that are not named English. A range whose
 * weight makes no sense is left out.
 */
export function preferredLanguage(header: string): Language {
  const weights = new Map<string, number>();
  for (const range of header.toLowerCase().split(',')) {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
    const weight = weightOf(parameters);
    const [language = ''] = tag.split(/[-_]/u);
    if (weight !== undefined && weight > (weights.get(language) ?? -1)) weights.set(language, weight);
  }
  const others = weights.get('*') ?? 0;
  const [korean, english] = [weights.get('ko') ?? others, weights.get('en') ?? others];
  if (korean !== english) return korean > english ? 'ko' : 'en';
  const first = [...weights.keys()].find((language) => language === 'ko' || language === 'en');
  return korean > 0 && first === 'ko' ? 'ko' : 'en';
}

/** `q=0.8`, one where there is none; undefined where it is none. */
function weightOf(parameters: readonly string[]): number | undefined {
  const [parameter = 'q=1', ...more] = parameters.filter((each) => each !== '');
  const [, weight] = /^q\s*=\s*(0(?:\.\d*)?|1(?:\.0*)?)$/u.exec(parameter) ?? [];
  return weight === undefined || more.length > 0 ? undefined : Number(weight);
}
