import { HIGHEST_COST } from './bcrypt-hash.ts';
import type { WebConfig } from './web-config.ts';

/** One sentence for each thing in the file that is no fault but does not do what its writer may expect. */
export function webConfigNotices(config: WebConfig): string[] {
  const notices: string[] = [];
  if (config.http2 === true) {
    notices.push('http_server_config.http2 has no effect: HTTP/2 is not served here, clients use HTTP/1.1.');
  }
  for (const [user, { checkable }] of config.users) {
    if (checkable !== null) continue;
    notices.push(
      `basic_auth_users: ${JSON.stringify(user)} can never log in: no password matches this hash, ` +
        `or its cost is above ${HIGHEST_COST}; make another with htpasswd -nBC 10 "".`,
    );
  }
  if (config.tls !== null && config.tls.minVersion > config.tls.maxVersion) {
    notices.push('tls_server_config: min_version is above max_version, so nobody can connect; swap them.');
  }
  if (config.rateLimit !== null && config.rateLimit.burst < 1) {
    notices.push('rate_limit.burst is 0 or missing, so every request is refused; set it to 1 or more.');
  }
  return notices;
}
