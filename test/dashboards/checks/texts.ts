import { isText, nameOf, panelsOf, targetsOf } from '../dashboard.ts';
import type { Dashboard, Problems } from '../dashboard.ts';

/** Verbs with which a sentence, or a part of one, tells what to do; elsewhere some are nouns: a set, in use. A runbook does too. */
const VERBS =
  'add|ask|bring|check|compare|do|enable|find|fix|free|give|go|grant|ignore|install|keep|let|look|lower|open|plan|raise|read|remove|renew|repair|restart|run|see|set|start|stop|treat|update|use|wait|watch';
const ADVICE = new RegExp(String.raw`(?:^|[:;,.(]\s|\b(?:and|or|then)\s)(?:${VERBS})\b|\brunbooks?\b`, 'i');

/** Every description is made of sentences, and one of them says what to do. */
export function checkDescriptions(dashboard: Dashboard): Problems {
  return panelsOf(dashboard).flatMap((panel) => {
    const { description = '' } = panel;
    // That there is one is a rule of its own; a text panel describes itself.
    if (description === '' || isText(panel)) return [];
    const sentences = description.split(/(?<=[.!?])\s+/);
    return [
      ...(/[.!?]$/.test(description.trimEnd())
        ? []
        : [`the description of ${nameOf(panel)} ends in no sentence`]),
      ...(/^[A-Z]/.test(description)
        ? []
        : [`the description of ${nameOf(panel)} begins with no capital letter`]),
      ...(sentences.length > 1 && sentences.slice(1).some((sentence) => ADVICE.test(sentence))
        ? []
        : [`the description of ${nameOf(panel)} does not say what to do`]),
    ];
  });
}

/** Every panel with queries says what it means when there is no data: never a hole. */
export function checkNoValue(dashboard: Dashboard): Problems {
  return panelsOf(dashboard)
    .filter((panel) => targetsOf(panel).length > 0 && !isText(panel))
    .filter(({ fieldConfig }) => !/[a-z]{2}/.test(fieldConfig?.defaults.noValue ?? ''))
    .map((panel) => `${nameOf(panel)} does not say what no data means`);
}

/** No two panels of a dashboard have one title. */
export function checkTitles(dashboard: Dashboard): Problems {
  const titles = panelsOf(dashboard).map(({ title = '' }) => title);
  return titles
    .filter((title, at) => title !== '' && titles.indexOf(title) !== at)
    .map((title) => `two panels are called "${title}"`);
}
