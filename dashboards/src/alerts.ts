import { chosen } from './selector.ts';

const OURS = 'alertname=~"Sysvsem.+"';

/** The alerts that somebody has to act upon. */
const MATCHERS = [OURS, 'severity=~"critical|warning"'];

/** Those that fire now. */
export const FIRING = chosen('ALERTS', ...MATCHERS, 'alertstate="firing"');

/** Since when their conditions hold, in seconds since the epoch. */
export const FIRING_SINCE = `(${chosen('ALERTS_FOR_STATE', ...MATCHERS)} and ignoring (alertstate) ${FIRING})`;

/** What a panel says without any of them: an alert of no instance, such as of a job without targets, is not among them. */
export const NONE_FIRES = 'No alert fires for these instances';

// SysvsemExporterDown, which alone speaks of targets that do not answer, knows only this job.
const WATCHED = `count(${chosen('sysvsem_up')}) or count(${chosen('up', 'job="sysvsem"')})`;

// Where limits are read, a rule has recorded them; where they are not, an alert about that is pending at least.
const RULES_SEEN = `count(${chosen('instance_limit:sysvsem_limit:last5m')}) or count(${chosen('ALERTS', OURS)})`;

/** A row that stands for missing rules: something is watched, and there is no trace of any rule. */
export const RULES_MISSING = [
  `label_replace(0 * ((${WATCHED}) unless (${RULES_SEEN})),`,
  '"alertname", "None: the rules are not loaded", "", "")',
].join(' ');
