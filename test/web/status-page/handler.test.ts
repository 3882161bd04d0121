import { describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY } from '../../../src/web/html/document.ts';
import { elements } from '../../support/html-tree.ts';
import { ask } from '../../support/http.ts';
import { servePages } from '../../support/pages.ts';
import { suiteEnd } from '../../support/suite-end.ts';
import { inventedSnapshot, inventedStatus } from './invented.ts';
import { SCENES } from './scenes.ts';

describe('GET /', () => {
  const atEnd = suiteEnd();

  it('answers with the page of this moment, under the strict policy', async () => {
    const { address, shown } = await servePages(atEnd, SCENES.failing);
    const first = await ask(address, '/');
    expect(first.status).toBe(200);
    expect(first.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'referrer-policy': 'no-referrer',
    });
    expect(first.text).toContain('The exporter cannot read the semaphores');
    shown.status = inventedStatus(inventedSnapshot([], { collectedAt: Date.now() / 1000 }));
    const title = elements((await ask(address, '/')).text).find(({ tagName }) => tagName === 'title');
    expect(title?.text).toBe('Healthy: Room for 128 more sets – web1.example.com');
  });

  it('leaves a policy that the operator set as it is', async () => {
    const { address } = await servePages(atEnd, SCENES.failing, {
      headers: { 'Content-Security-Policy': "default-src 'self'" },
    });
    expect((await ask(address, '/')).headers['content-security-policy']).toBe("default-src 'self'");
  });
});
