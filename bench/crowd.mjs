import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Threads that one process of a crowd has at most: what Node's pool takes (UV_THREADPOOL_SIZE). */
const MOST_THREADS = 1000;

/** Processes and threads that do nothing but be there, until they are dismissed or this process ends. */
export class Crowd {
  #members = [];

  /** Starts so many idle processes, and as few more as have so many threads together. */
  static async gather({ processes, threads }) {
    const crowd = new Crowd();
    for (let count = 0; count < processes; count++) crowd.#start('sleep', ['600'], {});
    for (let rest = threads; rest > 0; rest -= MOST_THREADS) {
      const size = String(Math.min(rest, MOST_THREADS));
      // Its pool starts with the first thing it has to do.
      const program = "require('fs').stat('/', () => console.log('ready')); setInterval(() => {}, 1e8)";
      const member = crowd.#start(process.execPath, ['-e', program], { UV_THREADPOOL_SIZE: size });
      await once(member.stdout, 'data');
    }
    return crowd;
  }

  /** Ends them all. */
  async dismiss() {
    const ends = this.#members.map((member) => once(member, 'exit'));
    for (const member of this.#members) member.kill('SIGKILL');
    await Promise.all(ends);
  }

  #start(command, args, variables) {
    const env = { ...process.env, ...variables };
    const member = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    process.setMaxListeners(0).once('exit', () => member.kill('SIGKILL'));
    this.#members.push(member);
    return member;
  }
}
