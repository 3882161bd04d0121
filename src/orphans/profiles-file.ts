import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { messageOf, UsageError } from '../errors.ts';
import { APACHE } from './profiles.ts';
import type { Profile } from './profiles.ts';

const MAX_PROFILES = 100;
const MAX_BYTES = 1024 * 1024;

const name = z
  .string('must be a name')
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _, beginning with a letter');
const image = z
  .string('must be a file name; put quotes around it')
  .regex(/^[^/\0]{1,255}$/, 'must be the base name of an executable, without a folder');
const OWNER = 'must be a user name or a uid';
const owner = z.union([z.string().min(1, OWNER), z.int(OWNER).min(0, OWNER)], OWNER).transform(String);

const profileSchema = z.strictObject({
  name,
  images: z.array(image, 'must be a list of file names').min(1, 'must name at least one executable'),
  owners: z
    .array(owner, 'must be a list of user names or uids')
    .min(1, 'must name at least one owner; leave the key out for any owner')
    .optional(),
});

const fileSchema = z.strictObject(
  {
    profiles: z
      .array(profileSchema, 'must be a list of profiles')
      .max(MAX_PROFILES, `must have at most ${MAX_PROFILES} profiles`),
  },
  'must be a mapping with the one key "profiles"',
);

/**
 * The profiles of a profiles file's text, after the built-in `apache`; a profile that is itself called `apache`
 * replaces the images and owners of the built-in one and keeps its libraries. Throws a UsageError that names
 * `file`, the key and what to do.
 */
export function parseProfiles(text: string, file: string): Profile[] {
  const document = parseDocument(text);
  const flaw = document.errors[0];
  if (flaw !== undefined) throw refusal(file, `is no valid YAML: ${flaw.message.split('\n')[0] ?? ''}`, flaw);
  const { success, data, error } = fileSchema.safeParse(contentOf(document, file));
  if (!success) {
    const issue = error.issues[0];
    if (issue === undefined) throw refusal(file, 'does not hold profiles', error);
    const place = [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])];
    const key = place.length === 0 ? 'the file' : `"${place.join('.')}"`;
    const mend =
      issue.code === 'unrecognized_keys' ? 'is no key that is known here; remove it' : issue.message;
    throw refusal(file, `cannot be used: ${key} ${mend}`, error);
  }
  const names = data.profiles.map((profile) => profile.name);
  const twice = names.find((each, index) => names.indexOf(each) !== index);
  if (twice !== undefined)
    throw refusal(file, `cannot be used: "name" ${twice} stands twice; rename one of them`);
  const profiles = data.profiles.map((profile) => ({
    name: profile.name,
    images: profile.images,
    libraries: profile.name === APACHE.name ? APACHE.libraries : [],
    owners: profile.owners ?? null,
  }));
  return names.includes(APACHE.name) ? profiles : [APACHE, ...profiles];
}

/** The profiles of `--orphans.profiles-file`. Throws a UsageError. */
export function readProfiles(file: string): Profile[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw refusal(file, `cannot be read (${messageOf(error)}); check the path and its permissions`, error);
  }
  if (text.length > MAX_BYTES) throw refusal(file, `is larger than ${MAX_BYTES} bytes; shorten it`);
  return parseProfiles(text, file);
}

function contentOf(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 10 });
  } catch (error) {
    throw refusal(file, `is no usable YAML: ${messageOf(error)}`, error);
  }
}

function refusal(file: string, fault: string, cause?: unknown): UsageError {
  return new UsageError(`--orphans.profiles-file: ${file} ${fault}`, { cause });
}
