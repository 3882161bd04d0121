// Makes, changes and removes semaphore sets as JSON on stdin says (the types are in ../sets.ts), and answers with JSON.
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import koffi from 'koffi';

const IPC_CREAT = 0o1000;
const IPC_EXCL = 0o2000;
const IPC_RMID = 0;
const IPC_SET = 1;
const IPC_STAT = 2;
const SETVAL = 16;
/** Of struct semid_ds on 64-bit Linux, with room to spare; in it, ipc_perm's uid and gid. */
const SEMID_DS_SIZE = 256;
const UID_OFFSET = 4;
const GID_OFFSET = 8;

const libc = koffi.load('libc.so.6');
const semget = libc.func('int semget(int key, int nsems, int flags)');
const semctl = libc.func('int semctl(int semid, int semnum, int cmd, ...)');
const semop = libc.func('int semop(int semid, void *sops, size_t nsops)');

function checked(call, result) {
  if (result !== -1) return result;
  const errno = koffi.errno();
  const name = Object.entries(koffi.os.errno).find(([, number]) => number === errno)?.[0];
  throw new Error(`${call}: ${name ?? errno}`);
}

function become(uid, gid) {
  if (process.geteuid() === uid && process.getegid() === gid) return;
  process.seteuid(0);
  process.setegid(gid);
  process.seteuid(uid);
}

function create({ uid = 0, gid = uid, key = 0, semaphores = 1, mode = 0o600, giveTo, count = 1 }) {
  become(uid, gid);
  const semids = [];
  for (let made = 0; made < count; made++) {
    semids.push(checked('semget', semget(key, semaphores, IPC_CREAT | IPC_EXCL | mode)));
  }
  become(0, 0);
  if (giveTo) for (const semid of semids) give(semid, giveTo);
  return semids;
}

function give(semid, { uid, gid }) {
  const set = Buffer.alloc(SEMID_DS_SIZE);
  checked('semctl(IPC_STAT)', semctl(semid, 0, IPC_STAT, 'void *', set));
  set.writeUInt32LE(uid, UID_OFFSET);
  set.writeUInt32LE(gid, GID_OFFSET);
  checked('semctl(IPC_SET)', semctl(semid, 0, IPC_SET, 'void *', set));
}

function operate({ semid, semaphore = 0, by }) {
  const operation = Buffer.alloc(6);
  operation.writeUInt16LE(semaphore, 0);
  operation.writeInt16LE(by, 2);
  checked('semop', semop(semid, operation, 1));
}

const {
  create: plans = [],
  set = [],
  operate: operations = [],
  give: gifts = [],
  remove = [],
} = JSON.parse(readFileSync(0, 'utf8'));
const semids = plans.map(create);
for (const { semid, semaphore = 0, value } of set) {
  checked('semctl(SETVAL)', semctl(semid, semaphore, SETVAL, 'int', value));
}
operations.forEach(operate);
for (const { semid, ...owner } of gifts) give(semid, owner);
for (const semid of remove) checked('semctl(IPC_RMID)', semctl(semid, 0, IPC_RMID, 'int', 0));
console.log(JSON.stringify(semids));
