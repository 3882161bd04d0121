import { fileURLToPath } from 'node:url';

/** Path of a program that stands in for `ipcs` and has one fault, by its name in test/fixtures/ipcs/. */
export function faultProgram(name: string): string {
  return fileURLToPath(new URL(`../fixtures/ipcs/${name}`, import.meta.url));
}
