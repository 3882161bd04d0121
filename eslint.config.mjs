import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'test/fixtures/']),
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    // Imports point inward: the kernel knows nobody, nothing below cli and web knows them.
    files: ['src/kernel/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['../*', '!../errors.ts'],
              message: 'kernel/ knows nobody but errors.ts (docs/architecture.md).',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/orphans/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['../*', '!../kernel', '!../kernel/*', '!../errors.ts'],
              message: 'orphans/ judges what kernel/ tells, and knows nobody else (docs/architecture.md).',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/cleanup/**/*.ts', 'src/collector/**/*.ts', 'src/metrics/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/web/*', '**/cli/*'],
              message: 'Imports point inward: web/ and cli/ know the rest, never the other way.',
            },
          ],
        },
      ],
    },
  },
);
