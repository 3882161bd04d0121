import { describe, expect, it } from 'vitest';
import { dummyHash, parseBcryptHash } from '../../../src/web/web-config/bcrypt-hash.ts';

const SALT_AND_DIGEST = 'HceE23ycdV8Ce2T9E92aMuDEDJnRpt3n8jFzIC6gBRxFHDhV0i2Ca';

describe('a bcrypt hash', () => {
  it.each(['$2a$', '$2b$', '$2y$', '$2x$', '$2$', '$1a$'])(
    'is one algorithm, whatever Go lets it begin with: %s',
    (prefix) => {
      expect(parseBcryptHash(`${prefix}10$${SALT_AND_DIGEST}`)).toEqual({
        cost: 10,
        checkable: `$2b$10$${SALT_AND_DIGEST}`,
      });
    },
  );

  it('is computed up to a cost of 20', () => {
    expect(parseBcryptHash(`$2b$20$${SALT_AND_DIGEST}`).checkable).not.toBeNull();
    expect(parseBcryptHash(`$2b$21$${SALT_AND_DIGEST}`)).toEqual({ cost: 21, checkable: null });
    expect(parseBcryptHash(`$2b$31$${SALT_AND_DIGEST}`)).toEqual({ cost: 31, checkable: null });
  });

  it.each([`${SALT_AND_DIGEST}x`, SALT_AND_DIGEST.slice(1), SALT_AND_DIGEST.replace('H', '!')])(
    'is met by no password with %s for salt and digest',
    (rest) => {
      expect(parseBcryptHash(`$2b$10$${rest}`)).toEqual({ cost: 10, checkable: null });
    },
  );

  it.each([
    ['', 'is no bcrypt hash'],
    ['correct horse battery staple', 'is no bcrypt hash'],
    [SALT_AND_DIGEST.padEnd(60, 'x'), 'is no bcrypt hash'],
    [`$3b$10$${SALT_AND_DIGEST}`, 'is no bcrypt hash'],
    [`$2b$1x$${SALT_AND_DIGEST}`, 'is no bcrypt hash'],
    [`$2b$10$${SALT_AND_DIGEST.slice(2)}`, 'is no bcrypt hash'],
    [`$2b$03$${SALT_AND_DIGEST}`, 'is a bcrypt hash of cost 3, which is not 4 to 31'],
    [`$2b$32$${SALT_AND_DIGEST}`, 'is a bcrypt hash of cost 32, which is not 4 to 31'],
  ])('is not %s', (text, fault) => {
    expect(() => parseBcryptHash(text)).toThrow(new RangeError(fault));
  });
});

describe('the dummy for unknown users', () => {
  it('costs as much as the dearest hash that is ever computed', () => {
    const hashes = ['08', '12', '31'].map((cost) => parseBcryptHash(`$2b$${cost}$${SALT_AND_DIGEST}`));
    expect(dummyHash(hashes)).toMatch(/^\$2b\$12\$[./\w]{53}$/);
  });

  it('costs what is usual where there is none', () => {
    expect(dummyHash([])).toMatch(/^\$2b\$10\$[./\w]{53}$/);
  });
});
