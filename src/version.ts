import { readFileSync } from 'node:fs';

/** What was built: the labels of `sysvsem_exporter_build_info`. */
export interface BuildInfo {
  readonly version: string;
  /** Git revision and branch; `unknown` where it was built outside a checkout. */
  readonly revision: string;
  readonly branch: string;
  readonly nodeVersion: string;
}

/** The build that runs. */
export function buildInfo(): BuildInfo {
  const { version } = JSON.parse(read('../package.json')) as { version: string };
  return { ...revision(), version, nodeVersion: process.version };
}

/** What the build noted beside the compiled code. */
function revision(): Pick<BuildInfo, 'revision' | 'branch'> {
  try {
    return JSON.parse(read('./build-info.json')) as Pick<BuildInfo, 'revision' | 'branch'>;
  } catch {
    return { revision: 'unknown', branch: 'unknown' };
  }
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

/** `--version`, laid out as the other exporters of a host do. */
export function versionText(build: BuildInfo): string {
  return [
    `sysvsem-exporter, version ${build.version} (branch: ${build.branch}, revision: ${build.revision})`,
    `  node version:     ${build.nodeVersion}`,
    `  platform:         ${process.platform}/${process.arch}`,
  ].join('\n');
}
