import type { Response } from 'express';
import { sendHtml } from '../respond.ts';
import { CONTENT_SECURITY_POLICY, renderDocument } from './document.ts';
import type { Page } from './document.ts';

/**
 * Sends a page under the strict Content-Security-Policy, unless web-config.yml has one of its own, which then is the
 * operator's word.
 */
export function sendPage(res: Response, page: Page): void {
  if (!res.hasHeader('Content-Security-Policy')) res.set('Content-Security-Policy', CONTENT_SECURITY_POLICY);
  res.set('Referrer-Policy', 'no-referrer');
  sendHtml(res, renderDocument(page));
}
