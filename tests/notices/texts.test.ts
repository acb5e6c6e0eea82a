import { describe, expect, it } from 'vitest';
import { events } from '../../functions/events/catalogue.ts';
import type { EventName } from '../../functions/events/catalogue.ts';
import { shortMessageBytes, smsBytes } from '../../functions/notices/sms-bytes.ts';
import { codeText } from '../../functions/notices/texts/codes.ts';
import { eventText } from '../../functions/notices/texts/events.ts';
import { languages } from '../../schema/accounts.ts';
import { codePurposes } from '../../schema/codes.ts';
import { noticeChannels } from '../../schema/outbox.ts';

const publicOrigin = 'https://kingbus.kr';

/** The most that a long text message holds, in bytes of EUC-KR. */
const longMessageBytes = 2000;

/** Every character that Korean carriers know: a code point for each of the two-byte codes of EUC-KR as the web has it (CP949). */
const known = new Set<string>();
const decoder = new TextDecoder('euc-kr');
for (let lead = 0x81; lead <= 0xfe; lead++) {
  for (let trail = 0x41; trail <= 0xfe; trail++) known.add(decoder.decode(new Uint8Array([lead, trail])));
}

type Text = { subject: string; body: string };
type Case = [what: string, language: (typeof languages)[number], channel: (typeof noticeChannels)[number], text: Text];
const ways = languages.flatMap((language) => noticeChannels.map((channel) => ({ language, channel })));
const codes = ways.flatMap(({ language, channel }) =>
  codePurposes.map((purpose): Case => {
    const text = codeText({ code: '031415', purpose }, language);
    return [`code to ${purpose}`, language, channel, text];
  }),
);
const news = ways.flatMap(({ language, channel }) =>
  (Object.keys(events) as EventName[]).map((name): Case => {
    const text = eventText(name, { language, channel, publicOrigin });
    return [name, language, channel, text];
  }),
);

describe('what is written to people', () => {
  it.each([...codes, ...news])('%s, %s, by %s', (what, language, channel, { subject, body }) => {
    for (const text of [subject, body]) {
      expect(text).toBe(text.normalize('NFC').trim());
      if (language === 'en') expect(text).toMatch(/^\p{ASCII}+$/u);
      else expect(text).toMatch(/\p{Script=Hangul}/u);
      // Nobody is called by name, and nothing that is not filled in is left.
      expect(text).not.toMatch(/undefined|null|\[object|\$\{|안녕하세요|Dear/u);
    }
    expect(subject).not.toContain('\n');
    expect(subject).toMatch(language === 'ko' ? /^\[킹버스\] / : /^\[KingBus\] /);
    expect(subject.length).toBeLessThanOrEqual(200);
    if (what.startsWith('code')) {
      expect(body.match(/\d{6}/gu)).toEqual(['031415']);
      // A notification on a locked screen shows the subject.
      expect(subject).not.toMatch(/\d{6}/u);
      expect(body).toMatch(language === 'ko' ? /남에게 알려 주지 마세요/u : /Tell nobody/u);
    }
    if (channel !== 'sms') return;
    expect(body.startsWith(language === 'ko' ? '[킹버스] ' : '[KingBus] ')).toBe(true);
    expect(Array.from(body).filter((character) => character > '~' && !known.has(character))).toEqual([]);
    expect(smsBytes(body)).toBeLessThanOrEqual(what.startsWith('code') ? shortMessageBytes : longMessageBytes);
  });

  it('says in a text message where to look, as far as that is free', () => {
    const at = (origin: string) =>
      eventText('quote_submitted', { language: 'ko', channel: 'sms', publicOrigin: origin });
    expect(at(publicOrigin).body).toBe('[킹버스] 새 견적이 도착했습니다.\nhttps://kingbus.kr');
    expect(at(`https://${'long.'.repeat(12)}kingbus.kr`).body).toBe('[킹버스] 새 견적이 도착했습니다.');
  });

  it('is as long as carriers count it', () => {
    expect(smsBytes('abc')).toBe(3);
    expect(smsBytes('가나 a')).toBe(6);
    expect(smsBytes('😀')).toBe(2);
  });
});
