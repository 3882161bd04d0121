import { describe, expect, it } from 'vitest';
import { Exposition } from './exposition.ts';

describe('the strict reader of expositions', () => {
  it('reads names, labels with escapes, values and types', () => {
    const text = '# HELP a_b Some help.\n# TYPE a_b gauge\n\na_b{x="1\\\\2",y="\\"q\\"\\n"} 1.5\na_b +Inf\n';
    const metrics = Exposition.parse(text);
    expect(metrics.types).toEqual(new Map([['a_b', 'gauge']]));
    expect(metrics.value('a_b', { x: '1\\2', y: '"q"\n' })).toBe(1.5);
    expect(metrics.all('a_b')[1]).toEqual({ name: 'a_b', labels: {}, value: Infinity });
    expect(metrics.value('missing')).toBeUndefined();
    expect(() => metrics.value('a_b')).toThrow('more than one');
  });

  const wrong: Readonly<Record<string, string>> = {
    'no newline at the end': 'a 1',
    'a series twice, its labels in another order': 'a{x="1",y="2"} 1\na{y="2",x="1"} 2\n',
    'a second TYPE': '# TYPE a gauge\n# TYPE a gauge\na 1\n',
    'a label twice': 'a{x="1",x="2"} 1\n',
    'an unknown escape': 'a{x="\\t"} 1\n',
    'a label that does not end': 'a{x="1} 1\n',
    'an empty value': 'a \n',
    'no number': 'a one\n',
    'a timestamp': 'a 1 1700000000\n',
    'a blank line in OpenMetrics': 'a 1\n\n# EOF\n',
    'a comment that is neither HELP nor TYPE': '# note\na 1\n',
  };
  for (const [what, text] of Object.entries(wrong)) {
    it(`refuses ${what}`, () => {
      expect(() => Exposition.parse(text)).toThrow();
    });
  }
});
