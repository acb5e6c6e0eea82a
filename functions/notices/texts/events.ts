import { events } from '../../events/catalogue.ts';
import type { EventName } from '../../events/catalogue.ts';
import type { EventKind } from '../../events/event.ts';
import type { Language } from '../../http/language.ts';

/** The text that tells somebody of an event outside the product: what happened, and where to look. */
export function eventText(
  event: EventName,
  language: Language,
  publicOrigin: string,
  decisionReason: string | null = null,
): { subject: string; body: string } {
  const { korean, english, tellsReason }: EventKind = events[event];
  const reason = tellsReason && decisionReason !== null ? decisionReason : undefined;
  return language === 'ko'
    ? {
        subject: `[킹버스] ${korean}`,
        body: `[킹버스] ${korean}\n${reason === undefined ? '' : `사유: ${reason}\n`}${publicOrigin}`,
      }
    : {
        subject: `[KingBus] ${english}`,
        body: `[KingBus] ${english}\n${reason === undefined ? '' : `Reason: ${reason}\n`}${publicOrigin}`,
      };
}
