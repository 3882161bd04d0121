import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CollectionError } from '../../src/errors.ts';
import { parseClockTicks, parseUptime, readBoot, readUptime } from '../../src/kernel/boot.ts';

test('the present boot began when the wall clock says so, less the time since', () => {
  const boot = readBoot('/proc');
  expect(boot.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(boot.epoch).toBeLessThan(Date.now() / 1000);
  expect(Math.abs(readBoot('/proc').epoch - boot.epoch)).toBeLessThan(0.1);
  expect(boot.ticksPerSecond).toBe(100);
});

test('the boot clock goes on', async () => {
  const before = readUptime('/proc');
  await expect.poll(() => readUptime('/proc')).toBeGreaterThan(before);
});

test('a folder that is no procfs tells no boot', () => {
  expect(() => readBoot('/nonexistent')).toThrow(CollectionError);
});

test('parseClockTicks reads 64-bit and 32-bit vectors, and no vector at all', () => {
  const wide = Buffer.alloc(48);
  wide.writeBigUInt64LE(6n, 0);
  wide.writeBigUInt64LE(17n, 8);
  wide.writeBigUInt64LE(17n, 16);
  wide.writeBigUInt64LE(100n, 24);
  expect(parseClockTicks(wide, 8)).toBe(100);
  expect(parseClockTicks(Buffer.from(Uint32Array.of(6, 4096, 17, 250, 0, 0).buffer), 4)).toBe(250);
  expect(parseClockTicks(Buffer.alloc(64), 8)).toBeNull();
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseClockTicks(Buffer.from(bytes), 8)));
});

test('parseUptime reads the first number', () => {
  expect(parseUptime('1234.56 99.00\n')).toBe(1234.56);
  expect(parseUptime('')).toBeNull();
});
