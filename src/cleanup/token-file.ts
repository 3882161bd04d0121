import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

import { messageOf, UsageError } from '../errors.ts';

/** Shortest token that is not refused, in characters. */
const SHORTEST = 16;
const MOST_BYTES = 64 * 1024;
/** All that a header field can carry without a doubt; no space, because nobody sees one at a line's end. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * The tokens in a file: one a line, empty lines and lines that begin with `#` left out. Throws a UsageError where it cannot
 * be read, may be read or written by others than its owner, or holds none or a bad one; the message never quotes a line.
 */
export async function readTokens(path: string): Promise<readonly string[]> {
  const refuse = (why: string, cause?: unknown): never => {
    throw new UsageError(`--cleanup.token-file: ${path} ${why}`, { cause });
  };
  let text = '';
  let mode = 0;
  try {
    ({ text, mode } = await read(path));
  } catch (error) {
    refuse(`cannot be read (${messageOf(error)}); mend its path or its permissions`, error);
  }
  if ((mode & 0o066) !== 0) {
    refuse('may be read or written by its group or by everybody; run chmod 0600 on it');
  }
  const tokens = new Set<string>();
  for (const [at, line] of text.split('\n').entries()) {
    const token = line.trim();
    if (token === '' || token.startsWith('#')) continue;
    if (token.length < SHORTEST)
      refuse(
        `has a token of less than ${SHORTEST} characters in line ${at + 1}; make one with openssl rand -hex 32`,
      );
    if (!TOKEN.test(token))
      refuse(
        `has a token with a space or a character beyond ASCII in line ${at + 1}; make one with openssl rand -hex 32`,
      );
    tokens.add(token);
  }
  if (tokens.size === 0) refuse('holds no token; write one into it, as openssl rand -hex 32 makes it');
  return [...tokens];
}

async function read(path: string): Promise<{ text: string; mode: number }> {
  // Without O_NONBLOCK a FIFO of that name would hold the exporter for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new Error('it is no regular file');
    if (status.size > MOST_BYTES) throw new Error(`it is larger than ${MOST_BYTES} bytes`);
    return { text: await file.readFile('latin1'), mode: status.mode };
  } finally {
    await file.close();
  }
}
