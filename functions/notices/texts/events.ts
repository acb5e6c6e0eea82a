import { events } from '../../events/catalogue.ts';
import type { EventName } from '../../events/catalogue.ts';
import type { Language } from '../../http/language.ts';

/** The text that tells somebody of an event outside the product: what happened, and where to look. */
export function eventText(
  event: EventName,
  language: Language,
  publicOrigin: string,
): { subject: string; body: string } {
  const { korean, english } = events[event];
  return language === 'ko'
    ? { subject: `[킹버스] ${korean}`, body: `[킹버스] ${korean}\n${publicOrigin}` }
    : { subject: `[KingBus] ${english}`, body: `[KingBus] ${english}\n${publicOrigin}` };
}
