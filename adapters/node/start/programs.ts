/** What Node runs, each by a file of its name in `adapters/node/`: where its modules begin, seen from there. */
export const programs = {
  http: { source: 'start/http.ts', load: () => import('./http.ts') },
  chat: { source: 'start/chat.ts', load: () => import('./chat.ts') },
  single: { source: 'start/single.ts', load: () => import('./single.ts') },
  cli: { source: 'cli/program.ts', load: () => import('../cli/program.ts') },
} as const;
