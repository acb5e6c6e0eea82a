import { argon2id } from '@noble/hashes/argon2.js';
import type { Argon2id } from './passwords.ts';

/**
 * In JavaScript, where the runtime has none of its own, as workerd: some ten times slower, and nothing else runs meanwhile. Of the
 * WebAssembly ones the well-kept compile at run time, which workerd forbids, or hold 65 MiB of an isolate's 128.
 */
export const portableArgon2id: Argon2id = async (password, salt, cost) =>
  argon2id(password, salt, { ...cost, dkLen: 32 });
