import type { codePurposes } from '../../../schema/codes.ts';
import type { Language } from '../../http/language.ts';

/** What a code is for, as its reader is told; a text message has to fit into 90 bytes of EUC-KR. */
const purposes: Record<(typeof codePurposes)[number], Record<Language, string>> = {
  register: { ko: '회원가입', en: 'to register' },
  find_username: { ko: '아이디 찾기', en: 'to find your username' },
  reset_password: { ko: '비밀번호 재설정', en: 'to reset your password' },
  change: { ko: '연락처 변경', en: 'to change your contact' },
};

/** The text that brings a code. It names what for, so that nobody reads it to a stranger for something else. */
export function codeText(
  { code, purpose }: { code: string; purpose: (typeof codePurposes)[number] },
  language: Language,
): { subject: string; body: string } {
  const what = purposes[purpose][language];
  return language === 'ko'
    ? {
        subject: `[킹버스] ${what} 인증번호`,
        body: `[킹버스] ${what} 인증번호 ${code} (5분). 남에게 알려 주지 마세요.`,
      }
    : {
        subject: `[KingBus] Your code ${what}`,
        body: `[KingBus] ${code} is your code ${what} (5 minutes). Tell nobody.`,
      };
}
