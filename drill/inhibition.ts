import { eventuallyTrue } from '../test/support/eventually.ts';
import { WARNING } from './arrivals.ts';
import type { Stage } from './stage.ts';

/** Waits until Alertmanager has the warning and holds it back; false where that never comes. */
export async function isWarningInhibited({ alertmanager }: Stage): Promise<boolean> {
  const held = async () =>
    (await alertmanager.alerts()).some(
      ({ labels, isInhibited }) =>
        isInhibited && labels['alertname'] === WARNING.alertname && labels['severity'] === WARNING.severity,
    );
  return eventuallyTrue(held, () => 'it is not held back').then(
    () => true,
    () => false,
  );
}
