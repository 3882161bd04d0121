/**
 * Refreshes the status page in place. A `<meta http-equiv="refresh">` would throw a screen reader's reader and the
 * keyboard's focus back to the top at every period (WCAG failure F41) and could not be stopped; this changes only
 * the text and attributes that differ, rests while nobody looks, can be paused (WCAG 2.2.2), and says so when the
 * exporter no longer answers. Without scripts the page stands as it was loaded and tells when that was.
 */
export const REFRESH_SCRIPT = `
(() => {
  'use strict';
  const period = Number(document.documentElement.dataset.refresh) * 1000;
  const button = document.getElementById('pause');
  const lost = document.getElementById('lost');
  let paused = false, timer;

  function follow(old, fresh) {
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || old.id !== fresh.id) {
      old.replaceWith(document.importNode(fresh, true));
    } else if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.data !== fresh.data) old.data = fresh.data;
    } else {
      for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
      for (const { name, value } of fresh.attributes) {
        if (old.getAttribute(name) !== value) old.setAttribute(name, value);
      }
      const [before, after] = [[...old.childNodes], [...fresh.childNodes]];
      before.slice(after.length).forEach((node) => node.remove());
      after.forEach((node, at) => {
        if (before[at]) follow(before[at], node);
        else old.append(document.importNode(node, true));
      });
    }
  }

  async function refresh() {
    clearTimeout(timer);
    if (paused || document.visibilityState === 'hidden') return;
    try {
      const answer = await fetch(location.origin + location.pathname, {
        cache: 'no-store', signal: AbortSignal.timeout(10000),
      });
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (!answer.ok || !fresh.getElementById('at')) throw new Error('this is not the page');
      if (paused) return;
      for (const part of ['at', 'main', 'foot']) {
        follow(document.getElementById(part), fresh.getElementById(part));
      }
      document.title = fresh.title;
      follow(document.querySelector('link[rel=icon]'), fresh.querySelector('link[rel=icon]'));
      if (lost.textContent) lost.textContent = '';
    } catch {
      const since = document.querySelector('#at time').title;
      lost.textContent ||= 'The exporter does not answer. What stands here is from ' + since + '.';
    }
    timer = setTimeout(refresh, period);
  }

  button.hidden = false;
  document.getElementById('reload').hidden = true;
  button.addEventListener('click', () => {
    paused = !paused;
    button.setAttribute('aria-pressed', String(paused));
    refresh();
  });
  document.addEventListener('visibilitychange', refresh);
  timer = setTimeout(refresh, period);
})();
`;
