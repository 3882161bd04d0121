import { escapeHtml } from './escape-html.ts';

/** The page at `/`: what this is, and where to go. Links are relative, so that it works behind a proxy's prefix. */
export function landingPage(version: string, telemetryPath: string): string {
  const links = [
    [telemetryPath, 'Metrics'],
    ['/api/v1/status', 'Usage and limits, as JSON'],
    ['/api/v1/sets', 'Sets, as JSON'],
    ['/-/healthy', 'Health'],
    ['/-/ready', 'Readiness'],
  ] as const;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>sysvsem-exporter</title>
</head>
<body>
<h1>sysvsem-exporter</h1>
<p>System V semaphore sets of this machine, for Prometheus. Version ${escapeHtml(version)}.</p>
<ul>
${links.map(([path, text]) => `<li><a href=".${escapeHtml(path)}">${text}</a></li>`).join('\n')}
</ul>
</body>
</html>
`;
}
