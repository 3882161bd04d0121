import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUnfilled } from '../../src/kernel/exec-family.ts';
import { mappedFileId, mappedLibraries, withoutDeleted } from '../../src/kernel/mapped-files.ts';
import { parseNamespace } from '../../src/kernel/task-look.ts';

const MAPS = Buffer.from(
  [
    '55d0c0000000-55d0c0001000 r--p 00000000 fe:00 11 /usr/sbin/apache2',
    '7f0000000000-7f0000001000 r--p 00000000 fe:00 12 /usr/lib/x86_64-linux-gnu/libapr-1.so.0.7.2',
    '7f0000001000-7f0000002000 r-xp 00001000 fe:00 12 /usr/lib/x86_64-linux-gnu/libapr-1.so.0.7.2',
    '7f0000002000-7f0000003000 r--p 00000000 fe:00 13 /opt/libapr-src/libz.so.1',
    '7f0000003000-7f0000004000 r--p 00000000 fe:00 14 /usr/lib/apache2/modules/mod_mpm_event.so (deleted)',
    '7f0000004000-7f0000005000 r--p 00000000 00:00 0  [heap]',
    '7f0000005000-7f0000006000 r--p 00000000 fe:00 15 /usr/lib/notlibapr-1.so',
    '',
  ].join('\n'),
);

describe('mappedLibraries', () => {
  test('finds each library once by the beginning of its base name', () => {
    expect(mappedLibraries(MAPS, ['libapr-', 'mod_mpm_'])).toEqual(['libapr-1.so.0.7.2', 'mod_mpm_event.so']);
  });

  test('finds nothing where nothing is asked for or mapped', () => {
    expect(mappedLibraries(MAPS, [])).toEqual([]);
    expect(mappedLibraries(Buffer.alloc(0), ['lib'])).toEqual([]);
  });

  test('finds a library in a last line that is cut', () => {
    expect(mappedLibraries(Buffer.from('x /lib/libapr-1.so'), ['libapr-'])).toEqual(['libapr-1.so']);
  });

  test('never throws on arbitrary bytes, and names only what begins so', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const maps = Buffer.concat([Buffer.from(bytes), Buffer.from('/lib'), Buffer.from(bytes)]);
        for (const name of mappedLibraries(maps, ['lib'])) expect(name).toMatch(/^lib[^/\n]*$/);
      }),
    );
  });
});

describe('mappedFileId', () => {
  test('tells device and inode of the file at a path, deleted or not', () => {
    expect(mappedFileId(MAPS, '/usr/sbin/apache2')).toBe('fe:00:11');
    expect(mappedFileId(MAPS, '/usr/lib/apache2/modules/mod_mpm_event.so (deleted)')).toBe('fe:00:14');
  });

  test('tells nothing of what is not mapped, or is only the end of another path', () => {
    expect(mappedFileId(MAPS, '/usr/sbin/nginx')).toBeNull();
    expect(mappedFileId(MAPS, '/apache2')).toBeNull();
    expect(mappedFileId(Buffer.from('1-2 r--p 0 fe:00 7 /a /bin/sh\n'), '/bin/sh')).toBeNull();
  });

  test('knows a newline in a path as the kernel writes it', () => {
    expect(mappedFileId(Buffer.from('1-2 r--p 0 fe:00 7    /a\\012b\n'), '/a\nb')).toBe('fe:00:7');
  });
});

test('withoutDeleted takes off only the mark at the end', () => {
  expect(withoutDeleted('/usr/sbin/apache2 (deleted)')).toBe('/usr/sbin/apache2');
  expect(withoutDeleted('/tmp/a (deleted)/b')).toBe('/tmp/a (deleted)/b');
});

test('isUnfilled knows the vector of an exec under way from a filled one', () => {
  expect(isUnfilled(Buffer.alloc(0))).toBe(true);
  expect(isUnfilled(Buffer.alloc(16))).toBe(true);
  expect(isUnfilled(Buffer.from([33, 0, 0, 0, 0, 0, 0, 0, 0, 0]))).toBe(false);
  expect(isUnfilled(Buffer.from([32, 0, 0, 0, 0x90, 0x15, 0xf2, 0xf7]))).toBe(false);
});

test('parseNamespace reads an inode and nothing else', () => {
  expect(parseNamespace('ipc:[4026531839]')).toBe(4026531839);
  expect(parseNamespace('ipc:[]')).toBeNull();
  expect(parseNamespace('/proc/1')).toBeNull();
});
