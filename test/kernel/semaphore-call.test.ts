import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSemaphoreCall } from '../../src/kernel/semaphore-call.ts';

const HIGH = '0x7ffe8d0a9238 0x7f2b4c1d2e3f';
const LOW = '0xffb1a2c0 0xf7f2a579';
const call = (number: number, first: string, second: string, where: string): string =>
  `${number} ${first} ${second} 0x1 0x0 0x0 0x0 ${where}\n`;

describe('parseSemaphoreCall', () => {
  test.each([
    ['x64', 65],
    ['x64', 220],
    ['arm64', 193],
    ['arm64', 192],
  ])('on %s finds the set of call %i', (architecture, number) => {
    const line = call(number, '0x20001', '0x7ffe8d0a9260', HIGH);
    expect(parseSemaphoreCall(line, architecture)).toEqual({ semid: 131073, certain: true });
  });

  test('reads the set as an int, whatever the upper half of the register holds', () => {
    expect(parseSemaphoreCall(call(65, '0xdeadbeef00000007', '0x0', HIGH), 'x64')?.semid).toBe(7);
    expect(parseSemaphoreCall(call(65, '0x0', '0x0', HIGH), 'x64')?.semid).toBe(0);
    expect(parseSemaphoreCall(call(65, '0xffffffff', '0x0', HIGH), 'x64')).toBeNull();
  });

  test.each([1, 4, 0x10001, 0x30004])('finds the set of a 32-bit ipc(0x%s), but is not certain', (kind) => {
    const line = call(117, `0x${kind.toString(16)}`, '0x20001', LOW);
    expect(parseSemaphoreCall(line, 'x64')).toEqual({ semid: 131073, certain: false });
  });

  test('leaves the other calls of ipc alone, and setresuid of a 64-bit program', () => {
    expect(parseSemaphoreCall(call(117, '0xb', '0x20001', LOW), 'x64')).toBeNull();
    expect(parseSemaphoreCall(call(117, '0x1', '0x20001', HIGH), 'x64')).toBeNull();
  });

  test('is not certain of 220 without proof of 64-bit code, since it may be getdents64', () => {
    expect(parseSemaphoreCall(call(220, '0x3', '0x0', LOW), 'x64')).toEqual({ semid: 3, certain: false });
  });

  test.each([420, 0x40000041, 0x400000dc])('knows call %i of 32-bit and x32 programs', (number) => {
    expect(parseSemaphoreCall(call(number, '0x5', '0x0', LOW), 'x64')).toEqual({ semid: 5, certain: false });
  });

  test('finds nothing in a task that runs, that blocks elsewhere, or on an unknown architecture', () => {
    expect(parseSemaphoreCall('running\n', 'x64')).toBeNull();
    expect(parseSemaphoreCall(`-1 ${HIGH}\n`, 'x64')).toBeNull();
    expect(parseSemaphoreCall(call(0, '0x3', '0x0', HIGH), 'x64')).toBeNull();
    expect(parseSemaphoreCall(call(65, '0x3', '0x0', HIGH), 'mips')).toBeNull();
  });

  test('never throws, and names no set but from 0 to 2^31-1', () => {
    const word = fc.oneof(
      fc.string(),
      fc.bigInt(0n, (1n << 64n) - 1n).map((value) => `0x${value.toString(16)}`),
    );
    fc.assert(
      fc.property(fc.constantFrom(65, 117, 220, 420), fc.array(word, { maxLength: 10 }), (number, words) => {
        const found = parseSemaphoreCall([number, ...words].join(' '), 'x64');
        if (found !== null) expect(found.semid >= 0 && found.semid <= 0x7fffffff).toBe(true);
      }),
    );
  });
});
