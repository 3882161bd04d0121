import type { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { SCHEMA } from './schema.ts';
import { tlsSettings } from './tls-settings.ts';
import { webConfigError } from './web-config-error.ts';
import type { WebConfig } from './web-config.ts';
import { parseYaml } from './yaml-tree.ts';

/**
 * Reads web-config.yml, the file of Prometheus' exporter-toolkit, with the meaning it has there. `file` is where it
 * stands: relative paths start at its folder. Throws a UsageError that names the file, the key and the mend.
 */
export function parseWebConfig(content: string, file: string): WebConfig {
  const raw = checked(content, file);
  const limit = raw.rate_limit;
  return {
    tls: tlsSettings(raw.tls_server_config, raw.http_server_config.http2 ?? true, file),
    http2: raw.http_server_config.http2,
    headers: raw.http_server_config.headers ?? new Map(),
    users: raw.basic_auth_users ?? new Map(),
    // A negative interval is no limit to Go either.
    rateLimit:
      (limit.interval ?? 0) > 0 ? { intervalSeconds: limit.interval ?? 0, burst: limit.burst ?? 0 } : null,
  };
}

function checked(content: string, file: string): z.infer<typeof SCHEMA> {
  let tree;
  try {
    tree = parseYaml(content);
  } catch (error) {
    throw webConfigError(file, '', `cannot be read: ${messageOf(error)}`, error);
  }
  const result = SCHEMA.safeParse(tree);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw webConfigError(file, issue?.path.join('.') ?? '', issue?.message ?? 'is not valid', result.error);
}
