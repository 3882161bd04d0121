import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { interruption } from '../drill/interruption.ts';
import { whatIsMissing } from '../drill/missing.ts';
import { Stage } from '../drill/stage.ts';
import { Timeline } from '../drill/timeline.ts';
import type { Output } from '../drill/timeline.ts';
import { TOKEN } from '../test/support/cleanup.ts';
import type { AtEnd } from '../test/support/program.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { grafanaLines } from './grafana.ts';
import { leak } from './leak.ts';

/** So that the table is full after two minutes, and the proof of an orphan takes seconds. */
const FACTOR = 5;
/** SEMMSL SEMMNS SEMOPM SEMMNI: room for ten starts of Apache. */
const LIMITS = '250 32000 32 54';

const output: Output = {
  print: (line) => process.stdout.write(`${line}\n`),
  colours: process.stdout.isTTY && process.stdout.hasColors(),
};

const stop = interruption();

// Whatever still waits for something that has ended waits in vain.
process.exit(await main());

/** The exit status: 0 after Ctrl-C, 2 where the demo cannot begin. */
async function main(): Promise<number> {
  const missing = whatIsMissing('demo');
  if (missing !== null) {
    process.stderr.write(`${missing}\n`);
    return 2;
  }
  const undo: Parameters<AtEnd>[0][] = [];
  const atEnd: AtEnd = (step) => void undo.push(step);
  try {
    await Promise.race([once(stop, 'abort'), show(atEnd)]);
  } catch (error) {
    // What Ctrl-C ended beside this program is no fault.
    if (!stop.aborted) throw error;
  } finally {
    for (const step of undo.reverse()) await step();
  }
  output.print('\nAll that was started has ended.');
  return 0;
}

/** Starts all of it and tells what happens, until `stop` aborts. */
async function show(atEnd: AtEnd): Promise<void> {
  output.print('Starting an exporter, a Prometheus and an Alertmanager in an IPC namespace of their own …');
  let timeline: Timeline | null = null;
  const stage = await Stage.start(atEnd, {
    limits: LIMITS,
    factor: FACTOR,
    onAlert: (alert) => timeline?.arrived(alert),
  });
  await stage.watch();
  for (const line of await introduction(stage)) output.print(line);
  const tokenFile = join(temporaryFolder(atEnd), 'token');
  writeFileSync(tokenFile, `${TOKEN}\n`, { mode: 0o600 });
  const command = `node dist/main.js cleanup --exporter.url=http://${stage.exporter.address} --token-file=${tokenFile}`;
  const advice = ['', 'Now you are on call. In another terminal:', `  ${command} --apply`, ''];
  timeline = new Timeline(output, FACTOR);
  await leak(stage, timeline, { atEnd, stop, advice });
}

async function introduction({ exporter, prometheus, alertmanager }: Stage): Promise<readonly string[]> {
  const web = `http://${exporter.address}`;
  return [
    '',
    `  Status page    ${web}/`,
    `  Metrics        ${web}/metrics`,
    `  Runbooks       ${web}/runbooks/`,
    `  Prometheus     http://${prometheus.address}/classic/alerts`,
    `  Alertmanager   amtool --alertmanager.url=http://${alertmanager.address} alert`,
    '',
    ...(await grafanaLines(prometheus.address)),
    '',
    'An Apache is killed every 12 seconds and started again. What it leaves behind fills the table of sets. The shipped rules',
    'run in a time that is five times as fast. Ctrl-C ends all of it and leaves nothing behind.',
    '',
  ];
}
