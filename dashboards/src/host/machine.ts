import { columns } from '../columns.ts';
import { AS_TEXT, IN_ITS_COLOUR } from '../drawing.ts';
import { table } from '../panels.ts';
import { rows } from '../query.ts';
import { chosen } from '../selector.ts';
import { UNIT } from '../units.ts';
import { inWords } from '../words.ts';

/** Which build runs, and whose sets it sees. */
export function build() {
  return table({
    title: 'This exporter',
    description:
      "Which build runs, and which IPC namespace it reads. A container's has sets and limits of its own: run the exporter in the host's, where Apache is (ipc: host, hostIPC: true). Cleanup is off unless --cleanup.enabled is given.",
    unit: UNIT.count,
  })
    .withTarget(rows('A', `max by (instance, version) (${chosen('sysvsem_exporter_build_info')})`))
    .withTarget(
      rows('B', `max by (instance, ipc_namespace, initial) (${chosen('sysvsem_ipc_namespace_info')})`),
    )
    .withTarget(rows('C', `max by (instance) (${chosen('sysvsem_cleanup_enabled')})`))
    .transformations(
      columns({
        instance: 'Host',
        version: 'Version',
        ipc_namespace: 'IPC namespace',
        initial: 'Whose',
        'Value #C': 'Cleanup',
      }),
    )
    .overrideByRegexp('.*', [AS_TEXT])
    .overrideByName('Version', [{ id: 'custom.width', value: 75 }])
    .overrideByName('Cleanup', [
      { id: 'unit', value: UNIT.digits },
      { id: 'mappings', value: [inWords({ 0: ['off', 'unknown'], 1: ['enabled', 'ok'] })] },
      IN_ITS_COLOUR,
      { id: 'custom.width', value: 85 },
    ])
    .overrideByName('Whose', [
      {
        id: 'mappings',
        value: [inWords({ true: ["the host's", 'ok'], false: ["a container's", 'warning'] })],
      },
      IN_ITS_COLOUR,
    ]);
}

/** The kernel's limits, as one writes them. */
export function kernelSem() {
  const limits = {
    A: 'sysvsem_semaphores_per_set_limit',
    B: 'sysvsem_semaphores_limit',
    C: 'sysvsem_operations_per_call_limit',
    D: 'sysvsem_sets_limit',
  };
  const panel = table({
    title: 'kernel.sem',
    description:
      'The limits in the order of /proc/sys/kernel/sem: semaphores in a set, semaphores, operations in a call, sets. To raise one, change its number in that place, and keep it in /etc/sysctl.d.',
    unit: UNIT.digits,
    empty: 'Not read, or not scraped',
  }).transformations(
    columns({
      instance: 'Host',
      'Value #A': 'SEMMSL',
      'Value #B': 'SEMMNS',
      'Value #C': 'SEMOPM',
      'Value #D': 'SEMMNI',
    }),
  );
  for (const [refId, metric] of Object.entries(limits))
    panel.withTarget(rows(refId, `max by (instance) (${chosen(metric)})`));
  return panel;
}
