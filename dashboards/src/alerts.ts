import { chosen } from './selector.ts';

/** The alerts that somebody has to act upon. */
const MATCHERS = ['alertname=~"Sysvsem.+"', 'severity=~"critical|warning"'];

/** Those that fire now. */
export const FIRING = chosen('ALERTS', ...MATCHERS, 'alertstate="firing"');

/** Since when their conditions hold, in seconds since the epoch. */
export const FIRING_SINCE = `(${chosen('ALERTS_FOR_STATE', ...MATCHERS)} and ignoring (alertstate) ${FIRING})`;

/** A row that stands for missing rules: limits are read, but no rule has recorded them. */
export const RULES_MISSING = [
  'label_replace(0 *',
  `(count(${chosen('sysvsem_sets_limit')}) unless count(${chosen('instance_limit:sysvsem_limit:last5m')})),`,
  '"alertname", "None: the rules are not loaded", "", "")',
].join(' ');
