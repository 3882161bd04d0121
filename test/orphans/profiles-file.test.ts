import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseProfiles, readProfiles } from '../../src/orphans/profiles-file.ts';
import { APACHE } from '../../src/orphans/profiles.ts';

const read = (text: string) => parseProfiles(text, 'profiles.yml');

describe('a profiles file', () => {
  it('adds profiles to the built-in one', () => {
    const text = 'profiles:\n  - name: zabbix\n    images: [zabbix_server]\n    owners: [zabbix, 44]\n';
    expect(read(text)).toEqual([
      APACHE,
      { name: 'zabbix', images: ['zabbix_server'], libraries: [], owners: ['zabbix', '44'] },
    ]);
  });

  it('replaces the images and owners of the built-in one, which keeps its libraries', () => {
    expect(read('profiles: [{name: apache, images: [myhttpd]}]')).toEqual([
      { name: 'apache', images: ['myhttpd'], libraries: APACHE.libraries, owners: null },
    ]);
  });

  it.each([
    ['profiles: [', 'is no valid YAML'],
    ['', 'the file must be a mapping with the one key "profiles"'],
    ['profiles: 5', '"profiles" must be a list of profiles'],
    ['profile: []', '"profiles" must be a list of profiles'],
    ['{profiles: [], extra: 1}', '"extra" is no key that is known here; remove it'],
    [
      'profiles: [{name: a, images: [x], image: y}]',
      '"profiles.0.image" is no key that is known here; remove it',
    ],
    ['profiles: [{images: [x]}]', '"profiles.0.name" must be a name'],
    ['profiles: [{name: "A b", images: [x]}]', '"profiles.0.name" must be lower-case letters'],
    ['profiles: [{name: a}]', '"profiles.0.images" must be a list of file names'],
    ['profiles: [{name: a, images: []}]', '"profiles.0.images" must name at least one executable'],
    ['profiles: [{name: a, images: [/bin/x]}]', '"profiles.0.images.0" must be the base name'],
    ['profiles: [{name: a, images: [5]}]', '"profiles.0.images.0" must be a file name; put quotes around it'],
    ['profiles: [{name: a, images: [x], owners: []}]', '"profiles.0.owners" must name at least one owner'],
    [
      'profiles: [{name: a, images: [x], owners: [-1]}]',
      '"profiles.0.owners.0" must be a user name or a uid',
    ],
    ['profiles: [{name: a, images: [x]}, {name: a, images: [y]}]', '"name" a stands twice'],
    ['a: &a [1]\nb: [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]', 'is no usable YAML'],
  ])('is refused as %j, which the sentence says how to mend', (text, sentence) => {
    expect(() => read(text)).toThrow(`profiles.yml`);
    expect(() => read(text)).toThrow(sentence);
  });
});

describe('readProfiles', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'profiles-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('reads a file, and says which one cannot be read', () => {
    const file = join(folder, 'profiles.yml');
    expect(() => readProfiles(file)).toThrow(`--orphans.profiles-file: ${file} cannot be read (ENOENT`);
    writeFileSync(file, 'profiles: []');
    expect(readProfiles(file)).toEqual([APACHE]);
  });
});
