import { describe, expect, it } from 'vitest';
import { cleanupRefusal } from '../../src/cli/cleanup-refusal.ts';
import { parseExporterUrl } from '../../src/cli/exporter-address.ts';
import { HttpError, type HttpErrorCode } from '../../src/web/http-errors.ts';

function messageFor(status: number, code: string | null, authorization?: string): string {
  const access = { address: parseExporterUrl('http://127.0.0.1:10188'), ca: undefined, authorization };
  const told = code === null ? null : { code, message: 'The\u001b sentence.' };
  return cleanupRefusal(access, status, told).message;
}

/** The status that the exporter itself gives with a code. */
function refusal(code: HttpErrorCode, authorization?: string): string {
  return messageFor(new HttpError(code).status, code, authorization);
}

describe('a refused cleanup', () => {
  it.each([
    [refusal('not_found'), 'cleanup not enabled: see sysvsem-exporter list --state orphaned'],
    [refusal('bad_token'), 'systemctl reload sysvsem-exporter'],
    [refusal('unauthorized'), 'give --user and --password-file'],
    [refusal('unauthorized', 'Basic eDp5'), 'correct --user or the content of --password-file'],
    [refusal('owner_not_allowed'), 'leave --owner or --state out'],
    [refusal('bad_body'), 'correct the flag'],
    [refusal('cleanup_running'), 'runs another cleanup: run sysvsem-exporter cleanup again'],
    [refusal('plan_unknown'), 'no longer has this plan: run sysvsem-exporter cleanup again'],
    [refusal('too_many_wrong_tokens'), 'run sysvsem-exporter cleanup again in a minute'],
    [refusal('cannot_become_owner'), 'install deploy/systemd/cleanup.conf'],
    [refusal('no_ptrace'), 'systemctl show -p AmbientCapabilities sysvsem-exporter'],
    [refusal('audit_unwritable'), 'journalctl -u sysvsem-exporter'],
    [refusal('shutting_down'), 'run sysvsem-exporter cleanup again in a moment'],
    [refusal('internal'), 'journalctl -u sysvsem-exporter'],
    [messageFor(404, null), 'systemctl status sysvsem-exporter.socket tells where it listens'],
    [messageFor(405, null), 'is no sysvsem-exporter'],
  ])('%s', (message, next) => {
    expect(message).toContain(next);
    expect(message).toContain('http://127.0.0.1:10188');
    expect(message).not.toMatch(/\p{C}/u);
  });
});
