import { FilesUnavailable } from '../../functions/files/file-errors.ts';
import type { Pictures } from '../../functions/ports.ts';

/** Of a home that makes no pictures. */
export const createNoPictures = (): Pictures => ({
  async remake(body) {
    const failure = new FilesUnavailable('this home makes no pictures');
    await body.cancel(failure).catch(() => {});
    throw failure;
  },
});
