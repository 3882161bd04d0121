import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Where an answer comes from, and where the question goes. */
export interface Conversation {
  readonly input: Readable;
  readonly say: (text: string) => void;
  readonly stop: AbortSignal;
}

/** Asks a question whose answer is no unless it is `y` or `yes`: an empty line and the end of the input are no. Rejects at a stop. */
export async function askYesNo(question: string, { input, say, stop }: Conversation): Promise<boolean> {
  // With `terminal` on, Ctrl-C would be a character for readline and no signal for the program.
  const lines = createInterface({ input, terminal: false });
  try {
    say(`${question} [y/N] `);
    const line = once(lines, 'line', { signal: stop }).then(([text]) => String(text));
    const end = once(lines, 'close', { signal: stop }).then(() => '');
    return /^y(?:es)?$/i.test((await Promise.race([line, end])).trim());
  } catch (cause) {
    throw new Error('stopped at the question; nothing was removed', { cause });
  } finally {
    lines.close();
  }
}
