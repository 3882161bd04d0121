// Waits on semaphore set ID in a thread that is not the leader: node thread-waiter.mjs ID
import process from 'node:process';
import koffi from 'koffi';
import { Buffer } from 'node:buffer';

const semop = koffi.load('libc.so.6').func('int semop(int semid, void *sops, size_t nsops)');
const operation = Buffer.alloc(6);
operation.writeInt16LE(-1, 2);
// koffi carries out asynchronous calls in threads of libuv's pool.
semop.async(Number(process.argv[2]), operation, 1, () => process.exit(0));
