import { env } from 'cloudflare:workers';
import { inject } from 'vitest';
import { createEdgePictures } from '../../adapters/edge/pictures.ts';
import { describePictures } from '../ports/pictures-contract.ts';
import type { Samples } from '../ports/pictures-contract.ts';

/** Cloudflare Images as Miniflare has it. */
describePictures(
  'Cloudflare Images',
  async () => {
    const texts = Object.entries(inject('pictures'));
    return Object.fromEntries(texts.map(([name, text]) => [name, Uint8Array.fromBase64(text)])) as unknown as Samples;
  },
  async () => ({ pictures: createEdgePictures(env.IMAGES), left: async () => [], close: async () => {} }),
);
