import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import {
  createSecureContext,
  createServer as createTlsServer,
  type Server as TlsServer,
  type TlsOptions,
  type TLSSocket,
} from 'node:tls';
import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { SERVER_OPTIONS, type ServerFactory } from '../http-server.ts';
import { clientRefusal } from './client-certificate.ts';
import { FaultLog } from './fault-log.ts';
import { readClientCa, readTlsMaterial, type TlsMaterial } from './tls-material.ts';
import { tlsOptions } from './tls-options.ts';
import { webConfigError } from './web-config-error.ts';
import type { WebConfigFile } from './web-config-file.ts';
import type { TlsSettings, WebConfig } from './web-config.ts';

/** All that a handshake depends on, as it stands at one moment. */
interface Terms {
  readonly settings: TlsSettings;
  readonly material: TlsMaterial;
  readonly options: TlsOptions;
}

/** TLS by what the web config file and the certificates say at the moment of each handshake. */
export class TlsGate {
  readonly #file: WebConfigFile;
  readonly #log: Log;
  readonly #faults: FaultLog;
  readonly #admittedBy = new WeakMap<Socket, Terms>();
  #last: Terms | null = null;

  constructor(file: WebConfigFile, log: Log) {
    this.#file = file;
    this.#log = log;
    this.#faults = new FaultLog(log, 'TLS');
  }

  /** Makes an HTTPS server whose handshakes go through this gate. */
  readonly createServer: ServerFactory = (handler) => {
    const server = createHttpsServer(SERVER_OPTIONS, handler);
    // Node would do every handshake with what the server was made with. Here each connection is handed to a server
    // that was made for the terms of this moment and never listens; once secured, it comes back to this one.
    server.removeAllListeners('connection');
    let handshaker: { readonly terms: Terms; readonly server: TlsServer } | null = null;
    const handshake = async (connection: Socket): Promise<void> => {
      const terms = await this.#terms();
      if (handshaker?.terms !== terms) {
        const secured = (socket: TLSSocket): boolean => server.emit('secureConnection', socket);
        handshaker = { terms, server: this.#handshaker(terms, secured) };
      }
      if (!connection.destroyed) handshaker.server.emit('connection', connection);
    };
    server.on('connection', (connection: Socket) => {
      // It may break before TLS takes it over.
      connection.on('error', () => undefined);
      handshake(connection).catch((error: unknown) => {
        this.#log.debug('A connection was refused', { err: messageOf(error) });
        connection.destroy();
      });
    });
    return server;
  };

  /** Reads certificates and keys, as a handshake would. Throws a UsageError where none can be done. */
  async check(): Promise<void> {
    await this.#terms();
  }

  /**
   * Whether a connection may go on under this config: not where its client was let in by a client CA, a
   * client_auth_type or alternative names that have changed since. Throws a UsageError where the client CA cannot
   * be read.
   */
  async stillAdmits(connection: Socket, { tls }: WebConfig): Promise<boolean> {
    const terms = this.#admittedBy.get(connection);
    if (terms === undefined || tls === null) return false;
    return (
      tls.clientAuth === terms.settings.clientAuth &&
      JSON.stringify(tls.clientAllowedSans) === JSON.stringify(terms.settings.clientAllowedSans) &&
      (await this.#clientCa(tls)) === terms.material.clientCa
    );
  }

  async #clientCa(tls: TlsSettings): Promise<string> {
    try {
      return await readClientCa(tls, this.#file.path);
    } catch (error) {
      this.#faults.fault(messageOf(error));
      throw error;
    }
  }

  #handshaker(terms: Terms, secured: (socket: TLSSocket) => void): TlsServer {
    const server = createTlsServer(terms.options, (socket) => {
      const refusal = clientRefusal(socket, terms.settings);
      if (refusal !== null) {
        this.#log.debug('A client was refused', { err: refusal });
        socket.destroy();
        return;
      }
      this.#admittedBy.set(socket, terms);
      secured(socket);
    });
    // Node 20's server does not pass allowPartialTrustChain on to its context; where it no longer keeps the context
    // under this name, its own is as strict or stricter.
    Object.assign(server, { _sharedCreds: createSecureContext(terms.options) });
    server.on('tlsClientError', (error, socket) => {
      this.#log.debug('A TLS handshake failed', { err: messageOf(error) });
      // Node itself leaves a client connected that has not said hello in time.
      socket.destroy();
    });
    return server;
  }

  /** The terms of this moment: the same object as before where nothing has changed. */
  async #terms(): Promise<Terms> {
    const { tls: settings } = await this.#file.read();
    try {
      if (settings === null) {
        throw webConfigError(
          this.#file.path,
          'tls_server_config',
          'is gone; write it again, or restart the exporter',
        );
      }
      const material = await readTlsMaterial(settings, this.#file.path);
      const last = this.#last;
      const terms =
        last?.settings === settings && sameMaterial(last.material, material)
          ? last
          : { settings, material, options: tlsOptions(settings, material, this.#file.path) };
      this.#last = terms;
      this.#faults.well();
      return terms;
    } catch (error) {
      this.#faults.fault(messageOf(error));
      throw error;
    }
  }
}

function sameMaterial(one: TlsMaterial, other: TlsMaterial): boolean {
  return one.certificate === other.certificate && one.key === other.key && one.clientCa === other.clientCa;
}
