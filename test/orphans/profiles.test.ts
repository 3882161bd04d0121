import { describe, expect, it } from 'vitest';
import {
  isImage,
  isNamedAsImage,
  knownExecutables,
  libraryPrefixes,
  APACHE,
} from '../../src/orphans/profiles.ts';
import { process } from './invented.ts';

const nothing = new Map<string, string>();

describe('a process is an image of Apache', () => {
  it.each([
    ['the name of its file', { exe: '/usr/lib/apache2/mpm-event/apache2', comm: 'x' }],
    ['the name of its file, which was deleted', { exe: '/usr/sbin/httpd.worker (deleted)', comm: 'x' }],
    ['its own name', { exe: '/opt/x', comm: 'httpd-prefork' }],
    ['a library', { exe: '/opt/x', libraries: ['mod_mpm_event.so'] }],
  ])('by %s', (_, change) => {
    expect(isImage(APACHE, process(change), nothing)).toBe(true);
  });

  it('by a file that was seen under its name while it is still being run', () => {
    const named = process({ exe: '/usr/sbin/apache2', exeId: '8:77' });
    const renamed = process({ exe: '/usr/sbin/apache2.dpkg-tmp', exeId: '8:77' });
    const known = knownExecutables([APACHE], [named], nothing);
    expect(isImage(APACHE, renamed, known)).toBe(true);
    expect(isImage(APACHE, renamed, knownExecutables([APACHE], [renamed], known))).toBe(true);
    const forgotten = knownExecutables([APACHE], [process()], known);
    expect(isImage(APACHE, renamed, forgotten)).toBe(false);
  });

  it('by nothing else', () => {
    const other = process({ exe: '/usr/bin/not-apache2', comm: 'apache', libraries: ['libc.so.6'] });
    expect(isImage(APACHE, other, nothing)).toBe(false);
    expect(isImage(APACHE, process({ exe: null, exeId: null }), nothing)).toBe(false);
  });

  it('compares names as long as a thread can have one', () => {
    const profile = { ...APACHE, images: ['a-very-long-daemon-name'] };
    expect(isNamedAsImage(profile, process({ comm: 'a-very-long-dae' }))).toBe(true);
  });
});

it('libraries of all profiles are looked for once each', () => {
  expect(libraryPrefixes([APACHE, APACHE])).toEqual(['libapr-', 'mod_mpm_']);
});
