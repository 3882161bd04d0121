import { createPrivateKey } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import type { AtEnd } from '../../support/program.ts';
import { makeAuthority, makeIdentity } from './certificates.ts';

const FIXTURES = new URL('../../fixtures/web-config/', import.meta.url).pathname;

/** What should become of a web-config.yml: `newer` ones are accepted, but Debian's exporters do not know their keys. */
export type Fate = 'accepted' | 'refused' | 'newer';

/** Names of the files of one fate. */
export function filesOf(fate: Fate): string[] {
  return readdirSync(join(FIXTURES, fate)).sort();
}

/** Words that the refusal of a file must hold, from its first line. */
export function expectedWords(name: string): string {
  const [, words] = /^# names: (.*)/.exec(readFileSync(join(FIXTURES, 'refused', name), 'utf8')) ?? [];
  if (words === undefined) throw new Error(`${name} does not say what its refusal names`);
  return words;
}

/** A folder with every file of the corpus beside the certificates and keys they point at. */
export async function corpusFolder(atEnd: AtEnd): Promise<string> {
  const folder = temporaryFolder(atEnd);
  const ca = await makeAuthority('corpus');
  const server = await makeIdentity({ issuer: ca, name: 'server' });
  const other = await makeIdentity();
  const encrypted = createPrivateKey(server.key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'secret',
  });
  for (const fate of ['accepted', 'refused', 'newer']) {
    const below = join(folder, fate);
    mkdirSync(join(below, 'sub'), { recursive: true });
    cpSync(join(FIXTURES, fate), below, { recursive: true });
    const files = { 'server.crt': server.cert, 'server.key': server.key, 'sub/server.key': server.key };
    for (const [name, content] of Object.entries({
      ...files,
      'both.pem': `${server.key}\n${server.cert}`,
      'ca.crt': ca.cert,
      'other.key': other.key,
      'encrypted.key': encrypted,
    })) {
      writeFileSync(join(below, name), content);
    }
  }
  return folder;
}
