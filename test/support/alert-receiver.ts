import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { AtEnd } from './program.ts';

/** One alert of one notification, as Alertmanager's webhook has it. */
export interface ReceivedAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  /** Name of the receiver that it was routed to. */
  readonly receiver: string;
  /** When it arrived, milliseconds since the epoch. */
  readonly receivedAt: number;
}

/** The person at the end: takes the notifications of an Alertmanager, on a free port of 127.0.0.1. */
export class AlertReceiver {
  /** Where Alertmanager's `webhook_configs` send to. */
  readonly url: string;
  readonly #received: ReceivedAlert[] = [];

  private constructor(url: string) {
    this.url = url;
  }

  /** Starts one. */
  static async start(
    atEnd: AtEnd,
    onAlert: (alert: ReceivedAlert) => void = () => undefined,
  ): Promise<AlertReceiver> {
    const server = createServer((request, response) => {
      void alertsOf(request).then((alerts) => {
        for (const alert of alerts) {
          receiver.#received.push(alert);
          onAlert(alert);
        }
        response.end();
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    atEnd(async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    });
    const receiver = new AlertReceiver(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return receiver;
  }

  /** All that arrived so far, in the order of arrival; a repeated notification counts again. */
  get received(): readonly ReceivedAlert[] {
    return this.#received;
  }
}

async function alertsOf(request: IncomingMessage): Promise<ReceivedAlert[]> {
  const receivedAt = Date.now();
  const { receiver, alerts } = JSON.parse(await text(request)) as {
    receiver: string;
    alerts: Omit<ReceivedAlert, 'receiver' | 'receivedAt'>[];
  };
  return alerts.map(({ status, labels, annotations, startsAt }) => ({
    status,
    labels,
    annotations,
    startsAt,
    receiver,
    receivedAt,
  }));
}
