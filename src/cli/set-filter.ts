import { Option, type Command } from 'commander';

import type { JudgedSet } from '../collector/snapshot.ts';
import { SET_STATES, type SetState } from '../orphans/vocabulary.ts';
import { UsageError } from '../errors.ts';
import { repeatedValue } from './option-values.ts';

/** Which sets are wanted. */
export interface SetFilter {
  /** Names, or uids in digits; empty for every owner. */
  readonly owners: readonly string[];
  /** Empty for every state. */
  readonly states: readonly SetState[];
}

/** Adds `--owner` and `--state`; `states` says which states may be given. */
export function addSetFilterFlags(command: Command, states: string): Command {
  const repeated = (flag: string, what: string): Option =>
    new Option(flag, `${what}; may be given more than once`).argParser(repeatedValue);
  return command
    .addOption(repeated('--owner <name>', 'only sets of this owner, a name or a uid'))
    .addOption(repeated('--state <state>', states));
}

/** Reads `--owner` and `--state`. Throws a UsageError for an empty owner, or a state that there is none of. */
export function setFilter(flags: {
  readonly owner?: readonly string[];
  readonly state?: readonly string[];
}): SetFilter {
  const owners = flags.owner ?? [];
  if (owners.includes('')) throw new UsageError('--owner is empty: give a user name or a uid');
  return { owners, states: (flags.state ?? []).map(stateOf) };
}

/** Whether a set is wanted; the exporter's API chooses the same. */
export function passesFilter(set: JudgedSet, { owners, states }: SetFilter): boolean {
  const owned =
    owners.length === 0 ||
    owners.includes(set.owner) ||
    (set.uid !== null && owners.includes(String(set.uid)));
  return owned && (states.length === 0 || states.includes(set.state));
}

function stateOf(name: string): SetState {
  const state = SET_STATES.find((known) => known === name);
  if (state !== undefined) return state;
  throw new UsageError(`--state ${name} is no state of a set: use one of ${SET_STATES.join(', ')}`);
}
