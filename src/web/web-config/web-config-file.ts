import { readFile } from 'node:fs/promises';
import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { FaultLog } from './fault-log.ts';
import { parseWebConfig } from './parse.ts';
import { webConfigError } from './web-config-error.ts';
import type { WebConfig } from './web-config.ts';

/** The file that `--web.config.file` names, read afresh each time it is needed. */
export class WebConfigFile {
  readonly path: string;
  readonly #faults: FaultLog;
  #last: { readonly content: string; readonly config: WebConfig } | null = null;

  constructor(path: string, log: Log) {
    this.path = path;
    this.#faults = new FaultLog(log, 'The web config file');
  }

  /**
   * What the file says now: the same object as before where it says the same. Throws a UsageError where it cannot be
   * used, and logs that.
   */
  async read(): Promise<WebConfig> {
    try {
      const config = this.#parse(await this.#content());
      this.#faults.well();
      return config;
    } catch (error) {
      this.#faults.fault(messageOf(error));
      throw error;
    }
  }

  async #content(): Promise<string> {
    let bytes;
    try {
      bytes = await readFile(this.path);
    } catch (error) {
      const fault = `cannot be read (${messageOf(error)}); mend the path or its permissions`;
      throw webConfigError(this.path, '', fault, error);
    }
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch (error) {
      throw webConfigError(this.path, '', 'is not UTF-8 text; write it as such', error);
    }
  }

  #parse(content: string): WebConfig {
    if (content === this.#last?.content) return this.#last.config;
    // An empty file asks nobody for anything. One that had content is most likely just being written.
    if (content.trim() === '' && this.#last !== null) {
      throw webConfigError(
        this.path,
        '',
        'is empty now; write it again, or restart the exporter if that is meant',
      );
    }
    const config = parseWebConfig(content, this.path);
    this.#last = { content, config };
    return config;
  }
}
