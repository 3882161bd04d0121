import { CollectionError } from '../errors.ts';
import { excerpt } from './excerpt.ts';
import { runCommand } from './run-command.ts';

// 32 768 sets, the most there can be without a boot parameter, take 2 MiB.
const MAX_OUTPUT = 16 * 1024 * 1024;

/** How to run ipcs. */
export interface IpcsOptions {
  /** A path, or a name to find in PATH. */
  readonly path: string;
  /** Its deadline: aborting kills ipcs and all of its process group at once. */
  readonly signal: AbortSignal;
  /** Called with the pid of its process group when it runs, and with 0 when nothing of the group is left to kill. */
  readonly onSpawn?: (pid: number) => void;
}

/**
 * What `ipcs -s` prints in the C locale, unparsed. An owner that ipcs cut in the middle of a UTF-8 character ends
 * in U+FFFD. Rejects with a CollectionError: `spawn`, `exit`, `output` (more than 16 MiB) or `timeout`.
 */
export async function runIpcs({ path, signal, onSpawn }: IpcsOptions): Promise<string> {
  try {
    const { stdout, failure } = await runCommand({
      path,
      args: ['-s'],
      signal,
      maxOutput: MAX_OUTPUT,
      onSpawn,
    });
    if (failure !== null) throw new CollectionError('exit', `${excerpt(`${path} -s`)} ${failure}`);
    return stdout.toString('utf8');
  } catch (error) {
    if (!(error instanceof CollectionError) || error.code !== 'spawn') throw error;
    throw new CollectionError(
      'spawn',
      `${error.message}; name the ipcs to run with --collector.ipcs-path, or read without it with --collector.source=procfs`,
      { cause: error.cause },
    );
  }
}
