// A process that goes by the name of Apache, makes sets as Apache does and uses them, as lines of JSON on stdin say.
import { Buffer } from 'node:buffer';
import { createInterface } from 'node:readline';
import koffi from 'koffi';

process.title = 'apache2';

const IPC_SET = 1;
const IPC_STAT = 2;
const libc = koffi.load('libc.so.6');
const semget = libc.func('int semget(int key, int nsems, int flags)');
const semctl = libc.func('int semctl(int semid, int semnum, int cmd, ...)');
const semop = libc.func('int semop(int semid, void *sops, size_t nsops)');

const semids = [];
const increase = Buffer.from([0, 0, 1, 0, 0, 0]);

function checked(result) {
  if (result === -1) throw new Error(`errno ${koffi.errno()}`);
  return result;
}

function make(count, uid) {
  const set = Buffer.alloc(256);
  for (let made = 0; made < count; made++) {
    const semid = checked(semget(0, 1, 0o1600));
    checked(semctl(semid, 0, IPC_STAT, 'void *', set));
    set.writeUInt32LE(uid, 4);
    set.writeUInt32LE(uid, 8);
    checked(semctl(semid, 0, IPC_SET, 'void *', set));
    semids.push(semid);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { make: count = 0, uid = 33, use = false } = JSON.parse(line);
  make(count, uid);
  if (use) for (const semid of semids) checked(semop(semid, increase, 1));
  console.log(JSON.stringify(semids));
}
