import { Apache } from '../test/support/apache.ts';
import type { ApacheOptions } from '../test/support/apache.ts';
import { APACHE_SETS } from '../test/support/apache-config.ts';
import { Neighbour } from './neighbour.ts';
import type { Scene } from './play.ts';
import { BAR_LEGEND, tableBar } from './table-bar.ts';

/** Sets of the live neighbour, which look like Apache's. */
const NEIGHBOURS_SETS = 3;

/** A stage with an Apache and its neighbour on it. */
export interface Cast extends Scene {
  readonly apache: Apache;
  readonly neighbour: Neighbour;
  /** Sets that a start of Apache makes. */
  readonly startSets: number;
  /** Sets that fit, whichever of the kernel's limits is the scarcer. */
  readonly limit: number;
  /** The table of sets as a picture, while Apache lives or does not. */
  readonly drawTable: (apacheLives: boolean) => Promise<string>;
}

/** Starts the neighbour and Apache, and waits until the exporter has learned what a start of Apache needs. */
export async function assemble(scene: Scene, options: ApacheOptions = {}): Promise<Cast> {
  const { stage, timeline, atEnd } = scene;
  const neighbour = await Neighbour.start(scene, NEIGHBOURS_SETS);
  timeline.says('neighbour', `a live daemon has ${NEIGHBOURS_SETS} sets that look just like Apache's`);
  const apache = await Apache.run(atEnd, stage.namespace, options);
  const startSets = (await stage.namespace.kernelSets()).length - NEIGHBOURS_SETS;
  await stage.exporter.until((metrics) => metrics.value('sysvsem_start_demand_sets') === startSets);
  await stage.watch();
  const [, semaphores = 0, , sets = 0] = await stage.namespace.kernelLimits();
  const limit = Math.min(sets, semaphores);
  const drawTable = async (apacheLives: boolean): Promise<string> => {
    const all = (await stage.namespace.kernelSets()).length;
    const living = NEIGHBOURS_SETS + (apacheLives ? APACHE_SETS.prefork : 0);
    return tableBar({ living, leaked: all - living, limit });
  };
  timeline.shows([`${BAR_LEGEND}; a start of Apache takes ${startSets}`]);
  timeline.says('Apache', `serves            ${await drawTable(true)}`);
  return { ...scene, apache, neighbour, startSets, limit, drawTable };
}
