import type { fileClasses } from '../../schema/files.ts';
import type { Role } from '../identity/principal.ts';
import type { FileKind } from './kinds.ts';

export interface FilePurpose {
  /** `public`: everyone, once it is used. `private`: whom `readers` name. `sensitive`: the same, and each look is written down. */
  class: (typeof fileClasses)[number];
  kinds: readonly FileKind[];
  maxBytes: number;
  /** Of a picture: the most that it may have as it comes, and its longer side as it is kept. */
  maxPixels: number;
  longestSide: number;
  senders: readonly Role[];
  /** Who may read one by its id. `room`: the members of the room that its sender named. */
  readers: readonly ('owner' | 'room' | 'admins')[];
}

const MiB = 2 ** 20;

/** Of any purpose: no form may be longer. */
export const maxFileBytes = 10 * MiB;

const pictures = ['jpeg', 'png', 'webp'] as const;
const people = ['customer', 'driver', 'company', 'admin'] as const;
const operators = ['driver', 'company'] as const;

/** As many as the best phones make. */
const picture = { kinds: pictures, maxBytes: maxFileBytes, maxPixels: 50_000_000, longestSide: 2048 } as const;

/** What files are sent for, a line each. */
export const filePurposes = {
  // A licence shows a resident number: not even its owner reads it again. Larger than others, so that small print stays legible.
  document: {
    ...picture,
    class: 'sensitive',
    kinds: [...pictures, 'pdf'],
    longestSide: 3508,
    senders: operators,
    readers: ['admins'],
  },
  vehicle_photo: { ...picture, class: 'public', senders: operators, readers: ['owner', 'admins'] },
  profile_photo: { ...picture, class: 'public', longestSide: 1024, senders: people, readers: ['owner', 'admins'] },
  chat: { ...picture, class: 'private', kinds: [...pictures, 'pdf'], senders: people, readers: ['owner', 'room'] },
} as const satisfies Record<string, FilePurpose>;

export type FilePurposeName = keyof typeof filePurposes;

export const filePurposeNames = Object.keys(filePurposes) as [FilePurposeName, ...FilePurposeName[]];

/** The purpose of a stored file; undefined for one that only its feature reads. */
export const purposeOf = (name: string): FilePurpose | undefined =>
  Object.hasOwn(filePurposes, name) ? filePurposes[name as FilePurposeName] : undefined;
