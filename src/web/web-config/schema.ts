import type { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { parseBcryptHash } from './bcrypt-hash.ts';
import { CIPHER_SUITES } from './cipher-suites.ts';
import { checkHeader } from './headers.ts';
import { TLS_VERSIONS } from './web-config.ts';
import {
  count,
  duration,
  flag,
  listOf,
  nonEmptyText,
  oneOf,
  section,
  texts,
  textsByName,
} from './yaml-fields.ts';

const CURVES = { CurveP256: 'P-256', CurveP384: 'P-384', CurveP521: 'P-521', X25519: 'X25519' };

/** web-config.yml, field by field; what the fields mean together is judged by parse.ts. */
export const SCHEMA = section({
  tls_server_config: section({
    cert: nonEmptyText,
    cert_file: nonEmptyText,
    key: nonEmptyText,
    key_file: nonEmptyText,
    client_ca: nonEmptyText,
    client_ca_file: nonEmptyText,
    client_auth_type: nonEmptyText,
    client_allowed_sans: texts,
    min_version: oneOf(TLS_VERSIONS, 'TLS version'),
    max_version: oneOf(TLS_VERSIONS, 'TLS version'),
    cipher_suites: listOf(Object.fromEntries(CIPHER_SUITES.map((name) => [name, name])), 'cipher suite'),
    prefer_server_cipher_suites: flag,
    curve_preferences: listOf(CURVES, 'curve'),
  }),
  http_server_config: section({ http2: flag, headers: textsByName(checkHeader) }),
  basic_auth_users: textsByName((user, hash) => {
    try {
      return parseBcryptHash(hash);
    } catch (error) {
      throw new RangeError(
        `holds for the user ${JSON.stringify(user)} what ${messageOf(error)}; make one with htpasswd -nBC 10 ""`,
        { cause: error },
      );
    }
  }),
  rate_limit: section({ interval: duration, burst: count }),
});

/** The section `tls_server_config` as it is written. */
export type RawTlsSection = z.infer<typeof SCHEMA>['tls_server_config'];
