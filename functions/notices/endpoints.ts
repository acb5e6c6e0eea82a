import { listNoticesEndpoint } from './list-notices.ts';

export const noticeEndpoints = [listNoticesEndpoint] as const;
