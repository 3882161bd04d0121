import type { ReceivedAlert } from '../test/support/alert-receiver.ts';

/** Which notifications are meant. */
export interface Wanted {
  readonly alertname: string;
  readonly severity: string;
  readonly receiver: string;
  readonly status?: ReceivedAlert['status'];
}

/** The alert that the drill is about, as on-call gets it. */
export const CRITICAL = {
  alertname: 'SysvsemApacheStartAtRisk',
  severity: 'critical',
  receiver: 'on-call',
} as const;

/** The same, as a ticket. */
export const WARNING = {
  alertname: 'SysvsemApacheStartAtRisk',
  severity: 'warning',
  receiver: 'tickets',
} as const;

/** The notifications of this kind, in the order of arrival; `firing` ones unless it says otherwise. */
export function arrivalsOf(
  received: readonly ReceivedAlert[],
  { alertname, severity, receiver, status = 'firing' }: Wanted,
): ReceivedAlert[] {
  return received.filter(
    (alert) =>
      alert.labels['alertname'] === alertname &&
      alert.labels['severity'] === severity &&
      alert.receiver === receiver &&
      alert.status === status,
  );
}

/** Alerts that fired again after they had resolved, each by name and severity. */
export function flapping(received: readonly ReceivedAlert[]): string[] {
  const resolved = new Set<string>();
  const flapped = new Set<string>();
  for (const { labels, receiver, status } of received) {
    const identity = JSON.stringify([receiver, Object.entries(labels).sort()]);
    if (status === 'resolved') resolved.add(identity);
    else if (resolved.has(identity))
      flapped.add(`${labels['alertname'] ?? ''} (${labels['severity'] ?? ''})`);
  }
  return [...flapped];
}

/** Names of the alerts that arrived. */
export function namesOf(received: readonly ReceivedAlert[]): string[] {
  return [...new Set(received.map(({ labels }) => labels['alertname'] ?? ''))].sort();
}
