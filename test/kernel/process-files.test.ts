import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ProcessFiles } from '../../src/kernel/process-files.ts';

// The moment between a lookup and the read of what it found cannot be hit at will: one in some ten thousand processes that
// end is refused there.
vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof fs>();
  return { ...original, readlinkSync: vi.fn(), openSync: vi.fn() };
});

const files = new ProcessFiles('/proc');

describe.each(['EACCES', 'EPERM'])('what the kernel refuses with %s', (code) => {
  beforeEach(() => {
    const refuse = () => {
      throw Object.assign(new Error(code), { code });
    };
    vi.mocked(fs.readlinkSync).mockImplementation(refuse);
    vi.mocked(fs.openSync).mockImplementation(refuse);
  });

  it.each(['', '/task/PID'])('is told as gone, where its process is gone: /proc/PID%s', (folder) => {
    const { pid } = spawnSync('true');
    const task = `${pid}${folder.replace('PID', String(pid))}`;
    const gone = expect.objectContaining({ code: 'ENOENT' }) as Error;
    expect(() => files.link(`${task}/ns/ipc`)).toThrow(gone);
    expect(() => files.text(`${task}/syscall`)).toThrow(gone);
  });

  it('is told as refused, where its process is there', () => {
    const refused = expect.objectContaining({ code }) as Error;
    expect(() => files.link(`${process.pid}/exe`)).toThrow(refused);
    expect(() => files.text(`${process.pid}/syscall`)).toThrow(refused);
  });
});
