import { html } from 'hono/html';
import type { App } from '../http/app-type.ts';
import { languageOf } from '../http/language.ts';
import { answerPage } from './page.ts';

const words = {
  ko: {
    title: '킹버스 — 전세버스 견적 장터',
    lead: '여행을 올리면 기사님과 버스 회사가 견적을 보내고, 고르는 순간 대화방이 열립니다.',
    note: '여기는 API 서버입니다.',
    chat: '채팅',
    docs: 'API 문서',
    openApi: 'OpenAPI 3.1 문서',
    health: '프로세스 상태',
    readiness: '데이터베이스까지 포함한 상태',
  },
  en: {
    title: 'KingBus — a charter-bus marketplace',
    lead: 'Post a trip, get quotes from drivers and bus companies, select one, and talk in a room of your own.',
    note: 'This is the API server.',
    chat: 'Chat',
    docs: 'API reference',
    openApi: 'OpenAPI 3.1 document',
    health: 'Health of this process',
    readiness: 'Readiness, with its database',
  },
};

/** `/`: says what answers here and where to go on, to people who open it in a browser. */
export function mountLandingPage(app: App): void {
  app.get('/', (c) => {
    const language = languageOf(c);
    const text = words[language];
    return answerPage(c, {
      language,
      title: text.title,
      body: html`
        <main>
          <h1>${text.title}</h1>
          <p>${text.lead}</p>
          <p class="quiet">${text.note}</p>
          <ul>
            <li><a href="/chat">${text.chat}</a></li>
            <li><a href="/docs">${text.docs}</a></li>
            <li><a href="/openapi.json">${text.openApi}</a></li>
            <li><a href="/healthz">${text.health}</a></li>
            <li><a href="/readyz">${text.readiness}</a></li>
          </ul>
        </main>
      `,
    });
  });
}
