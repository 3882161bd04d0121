const NEWLINE = 0x0a;
const SLASH = 0x2f;

/**
 * Base names of the mapped files, less " (deleted)", whose names begin as one of `prefixes` (proc_pid_maps(5)). Sorted, each once.
 */
export function mappedLibraries(maps: Buffer, prefixes: readonly string[]): string[] {
  const names = new Set<string>();
  for (const prefix of prefixes) {
    const needle = `/${prefix}`;
    for (let at = maps.indexOf(needle); at >= 0; at = maps.indexOf(needle, at + 1)) {
      const newline = maps.indexOf(NEWLINE, at);
      const end = newline < 0 ? maps.length : newline;
      const slash = maps.indexOf(SLASH, at + 1);
      if (slash >= 0 && slash < end) continue;
      names.add(withoutDeleted(maps.toString('utf8', at + 1, end)));
    }
  }
  return [...names].sort();
}

/**
 * `device:inode` of the file mapped from `path`, as /proc/PID/exe spells it; null where nothing is. Unlike stat(2), this asks nothing of the
 * file's own file system, which may be remote, hung or unwilling to answer root.
 */
export function mappedFileId(maps: Buffer, path: string): string | null {
  const needle = `${path.replaceAll('\n', '\\012')}\n`;
  for (let at = maps.indexOf(needle); at >= 0; at = maps.indexOf(needle, at + 1)) {
    const start = maps.lastIndexOf(NEWLINE, at) + 1;
    const fields = MAPPED_FILE.exec(maps.toString('latin1', start, at));
    if (fields !== null) return `${fields[1] ?? ''}:${fields[2] ?? ''}`;
  }
  return null;
}

/** Addresses, permissions, offset, device, inode and the blanks before the path. */
const MAPPED_FILE = /^[0-9a-f]+-[0-9a-f]+ [a-z-]{4} [0-9a-f]+ ([0-9a-f]+:[0-9a-f]+) (\d+) +$/;

const DELETED = ' (deleted)';

/** A path as the kernel gives it, less the mark of a file that has no name any more. */
export function withoutDeleted(path: string): string {
  return path.endsWith(DELETED) ? path.slice(0, -DELETED.length) : path;
}
