import { UsageError } from '../../errors.ts';

/** The sentence of a web-config.yml that cannot be used; `setting` is the dotted key, empty for the file as a whole. */
export function webConfigError(file: string, setting: string, fault: string, cause?: unknown): UsageError {
  const where = setting === '' ? file : `${file}: ${setting}`;
  return new UsageError(`--web.config.file: ${where} ${fault}.`, { cause });
}
