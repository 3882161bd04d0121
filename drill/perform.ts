import type { AtEnd } from '../test/support/program.ts';
import type { Claim, Play } from './play.ts';
import { Stage } from './stage.ts';
import { paint, Timeline, WIDTH, wrap } from './timeline.ts';
import type { Output } from './timeline.ts';

/** Performs a play on a stage of its own, and tells it as it happens; what was seen, and what that shows. */
export async function perform<Facts>(
  play: Play<Facts>,
  atEnd: AtEnd,
  output: Output,
): Promise<{ facts: Facts; claims: readonly Claim[] }> {
  const { title, plot, setting } = play;
  const scale = `15 s of the rules' time are ${(15 / setting.factor).toFixed(2)} s by the clock.`;
  output.print(paint(output, 'bold', title));
  for (const line of wrap(`${plot} ${scale}`, WIDTH)) output.print(line);
  output.print('');
  const timeline = new Timeline(output, setting.factor);
  const stage = await Stage.start(atEnd, {
    ...setting,
    onAlert: (alert) => {
      timeline.arrived(alert);
    },
  });
  const facts = await play.perform({ stage, timeline, atEnd });
  const claims = play.claims(facts);
  output.print('');
  for (const claim of claims) tellClaim(output, claim);
  return { facts, claims };
}

function tellClaim(output: Output, { claim, holds, detail = '' }: Claim): void {
  const mark = holds ? paint(output, 'green', '✓') : paint(output, 'red', '✗');
  const lines = wrap(`${claim} ${detail}`.trimEnd(), WIDTH - 2);
  lines.forEach((line, at) => {
    output.print(`${at === 0 ? mark : ' '} ${line}`);
  });
}
