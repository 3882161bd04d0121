import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { askYesNo } from '../../src/cli/ask-yes-no.ts';

const STAYS = new AbortController().signal;

async function answerTo(text: string): Promise<{ answer: boolean; said: string }> {
  let said = '';
  const say = (part: string): void => void (said += part);
  const answer = await askYesNo('Remove them?', { input: Readable.from([text]), say, stop: STAYS });
  return { answer, said };
}

describe('a question', () => {
  it.each(['y\n', 'Y\n', ' yes \n', 'YES\r\n', 'y'])('is answered with yes by %j', async (text) => {
    expect(await answerTo(text)).toEqual({ answer: true, said: 'Remove them? [y/N] ' });
  });

  it.each(['\n', 'n\n', 'no\n', 'yess\n', 'n\ny\n', '\ny\n', 'yn\n'])(
    'is answered with no by %j',
    async (text) => {
      expect((await answerTo(text)).answer).toBe(false);
    },
  );

  it('is answered with no by the end of the input', async () => {
    const input = new PassThrough();
    input.end();
    expect(await askYesNo('?', { input, say: () => undefined, stop: STAYS })).toBe(false);
  });

  it('ends at a stop', async () => {
    const stop = new AbortController();
    const asked = askYesNo('?', { input: new PassThrough(), say: () => undefined, stop: stop.signal });
    stop.abort();
    await expect(asked).rejects.toThrow('stopped at the question; nothing was removed');
  });
});
