import { describe, expect, it } from 'vitest';
import { parseYaml, PlainScalar } from '../../../src/web/web-config/yaml-tree.ts';

const plain = (text: string): PlainScalar => new PlainScalar(text);

describe('YAML as it was written', () => {
  it('keeps words that YAML would take for something else, and tells them from quoted ones', () => {
    expect(parseYaml('a: yes\nb: "yes"\nc: 007\nd: 2026-01-01\ne: [1.50, \'2\']\n')).toEqual({
      a: plain('yes'),
      b: 'yes',
      c: plain('007'),
      d: plain('2026-01-01'),
      e: [plain('1.50'), '2'],
    });
  });

  it('knows nothing from the word null in quotes', () => {
    expect(parseYaml('a:\nb: ~\nc: null\nd: "null"\ne: ""\n')).toEqual({
      a: null,
      b: null,
      c: null,
      d: 'null',
      e: '',
    });
  });

  it('is null without a document', () => {
    expect(['', '\n', '# nothing\n', '---\n'].map(parseYaml)).toEqual([null, null, null, null]);
  });

  it('is no more than its first document', () => {
    expect(parseYaml('a: 1\n---\nb: [\n')).toEqual({ a: plain('1') });
  });

  it('resolves anchors and merge keys, where the mapping itself has the last word', () => {
    expect(parseYaml('one: &o {a: 1, b: 2}\ntwo: {<<: *o, b: 3}\nthree: *o\n')).toEqual({
      one: { a: plain('1'), b: plain('2') },
      two: { a: plain('1'), b: plain('3') },
      three: { a: plain('1'), b: plain('2') },
    });
  });

  it('keeps a key called __proto__ a key', () => {
    const tree = parseYaml('__proto__: x\n') as Record<string, unknown>;
    expect(Object.keys(tree)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(tree)).toBe(Object.prototype);
  });
});

describe('YAML that cannot be read', () => {
  it('is told by its line, never by its text, which may be a secret', () => {
    for (const broken of [
      'a: 1\nsecret: "x\n',
      'a: 1\nb: secret: x\n',
      'a: 1\n\tsecret: 1\n',
      'a: [secret\n',
    ]) {
      expect(() => parseYaml(broken), broken).toThrow(/^line \d is not valid YAML \([A-Z_]+\); /);
      expect(() => parseYaml(broken), broken).not.toThrow(/secret/);
    }
  });

  it('is a key that comes twice', () => {
    expect(() => parseYaml('a: 1\nb: 2\n"a": 3\n')).toThrow('line 3 names a key a second time');
  });

  it('is an alias that leads nowhere or to a thousandfold', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 9; n++)
      bomb.push(
        `${'abcdefghi'[n] ?? ''}: &${'abcdefghi'[n] ?? ''} [${`*${'abcdefghi'[n - 1] ?? ''}, `.repeat(8)}]`,
      );
    for (const text of ['a: *b\n', `${bomb.join('\n')}\n`]) {
      expect(() => parseYaml(text), text.slice(0, 20)).toThrow(SyntaxError);
    }
  });
});
