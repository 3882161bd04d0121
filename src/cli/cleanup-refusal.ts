import { ExporterError, type StatusError } from './exporter-error.ts';
import { printable } from './printable.ts';

const UNIT = 'sysvsem-exporter';

/** The error of a refused cleanup: one sentence, with the next command to type. */
export const cleanupRefusal: StatusError = ({ address, authorization }, status, told) => {
  const refused = (what: string, next: string): ExporterError =>
    new ExporterError('refused', `the exporter at ${address.text} ${what}: ${next}`);
  const said = told === null ? '' : printable(told.message).replace(/\.$/, '');
  const inItsLog = `see journalctl -u ${UNIT}`;
  if (status === 401) {
    if (told?.code === 'bad_token')
      return refused(
        'does not know the token',
        'give --token-file a file whose first token is in its --cleanup.token-file; after a change of that file, ' +
          `systemctl reload ${UNIT}`,
      );
    return authorization === undefined
      ? refused('asks for a login', 'give --user and --password-file beside --token-file')
      : refused('refuses the login', 'correct --user or the content of --password-file');
  }
  if (told === null) {
    return new ExporterError(
      'refused',
      `what listens at ${address.text} is no sysvsem-exporter, it answered ${status}: correct --exporter.url; ` +
        `systemctl status ${UNIT}.socket tells where it listens`,
    );
  }
  if (status === 404)
    return refused(
      'has cleanup not enabled',
      `see sysvsem-exporter list --state orphaned, and enable it as docs/cleanup.md says (--cleanup.enabled)`,
    );
  if (status === 403) return refused(`refused (${said})`, 'leave --owner or --state out, or allow it there');
  if (status === 400) return refused(`refused (${said})`, 'correct the flag');
  if (status === 409)
    return refused(
      told.code === 'cleanup_running' ? 'runs another cleanup' : 'no longer has this plan',
      'run sysvsem-exporter cleanup again',
    );
  if (status === 429) return refused(`refused (${said})`, 'run sysvsem-exporter cleanup again in a minute');
  if (status === 503) return refused(`cannot clean up now (${told.code}: ${said})`, nextFor(told.code));
  return refused(`answered ${status} (${said})`, inItsLog);
};

/** The next thing to do for a code of 503. */
function nextFor(code: string): string {
  if (code === 'cannot_become_owner')
    return 'install deploy/systemd/cleanup.conf, which grants CAP_SETUID and CAP_SETGID';
  if (code === 'audit_unwritable') return `make room for its --cleanup.audit-file; see journalctl -u ${UNIT}`;
  if (code === 'shutting_down' || code === 'login_busy' || code === 'too_many_requests')
    return 'run sysvsem-exporter cleanup again in a moment';
  if (code === 'not_judged') return `see journalctl -u ${UNIT}`;
  return 'grant what docs/privileges.md lists for a proof, and look at systemctl show -p AmbientCapabilities sysvsem-exporter';
}
