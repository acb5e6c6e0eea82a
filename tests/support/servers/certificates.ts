import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a key and its certificate lie, as PEM. */
export interface Certificate {
  key: string;
  certificate: string;
}

/** An authority of a test's own, which vouches for whatever it is asked to; made by openssl. */
export class Authority {
  readonly certificate: string;
  readonly #folder: string;
  readonly #key: string;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#key = join(folder, `${name}.key`);
    this.certificate = join(folder, `${name}.pem`);
    openssl(['req', '-x509', '-newkey', 'ed25519', '-noenc', '-days', '2', '-subj', `/CN=${name}`], {
      '-keyout': this.#key,
      '-out': this.certificate,
    });
  }

  /** A certificate for a host's name; one that has `expired` was good until yesterday. */
  vouchFor(host: string, { expired = false }: { expired?: boolean } = {}): Certificate {
    const file = (ending: string) => join(this.#folder, `${host}${expired ? '-expired' : ''}.${ending}`);
    writeFileSync(file('ext'), `subjectAltName = DNS:${host}\n`);
    openssl(['req', '-new', '-newkey', 'rsa:2048', '-noenc', '-subj', `/CN=${host}`], {
      '-keyout': file('key'),
      '-out': file('csr'),
    });
    openssl(['x509', '-req', '-days', expired ? '-1' : '2'], {
      '-in': file('csr'),
      '-CA': this.certificate,
      '-CAkey': this.#key,
      '-extfile': file('ext'),
      '-out': file('pem'),
    });
    return { key: file('key'), certificate: file('pem') };
  }
}

function openssl(words: string[], files: Record<string, string>): void {
  execFileSync('openssl', [...words, ...Object.entries(files).flat()], { stdio: 'pipe' });
}
