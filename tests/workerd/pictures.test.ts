import { env } from 'cloudflare:workers';
import { inject } from 'vitest';
import { createEdgePictures } from '../../adapters/edge/pictures.ts';
import { describePictures } from '../ports/pictures-contract.ts';
import type { Samples } from '../ports/pictures-contract.ts';
import type { Base64Pictures } from '../support/servers/context.ts';

/** Cloudflare Images as Miniflare has it. */
describePictures(
  'Cloudflare Images',
  async () => {
    const pictures: Base64Pictures = inject('pictures');
    const texts = Object.entries(pictures);
    return Object.fromEntries(
      texts.map(([name, text]) => [name, Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))]),
    ) as unknown as Samples;
  },
  async () => ({ pictures: createEdgePictures(env.IMAGES), left: async () => [], close: async () => {} }),
);
