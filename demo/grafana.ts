import { ask } from '../test/support/http.ts';

/** Where a Grafana listens unless it is told otherwise. */
const USUAL_ADDRESS = '127.0.0.1:3000';

/** How to see the dashboards of this demo, as lines: for the Grafana that runs beside it, or for any. */
export async function grafanaLines(prometheus: string): Promise<readonly string[]> {
  const grafana = (await runsHere()) ? `the Grafana at http://${USUAL_ADDRESS}/` : 'a Grafana of your own';
  return [
    `In ${grafana}: Connections › Add new data source › Prometheus, URL http://${prometheus}`,
    'then Dashboards › New › Import: dashboards/importable/sysvsem-host.json, and sysvsem-fleet.json',
  ];
}

async function runsHere(): Promise<boolean> {
  try {
    const { status, text } = await ask(USUAL_ADDRESS, '/api/health', { timeout: 1000 });
    return status === 200 && 'database' in (JSON.parse(text) as object);
  } catch {
    return false;
  }
}
