/** Every refusal a client can meet, by its stable code: the HTTP status and the sentence where none is given. */
const HTTP_ERRORS = {
  bad_request: { status: 400, message: 'The request cannot be understood.' },
  unknown_parameter: { status: 400, message: 'The query has a parameter that this route does not know.' },
  bad_parameter: { status: 400, message: 'A parameter of the query has a value that cannot be used.' },
  bad_cursor: {
    status: 400,
    message: 'The cursor is none that this exporter gave; begin again without it.',
  },
  bad_body: { status: 400, message: 'The body cannot be understood.' },
  bad_token: { status: 401, message: 'A cleanup needs a token (--cleanup.token-file).' },
  owner_not_allowed: { status: 403, message: 'Sets of that owner may not be removed.' },
  state_not_allowed: { status: 403, message: 'Sets in that state may not be removed.' },
  cleanup_running: { status: 409, message: 'Another cleanup runs.' },
  plan_unknown: { status: 409, message: 'There is no such plan.' },
  body_too_large: { status: 413, message: 'The body is larger than 64 KiB.' },
  not_json: { status: 415, message: 'The body has to be application/json, in UTF-8 and not compressed.' },
  too_many_wrong_tokens: { status: 429, message: 'Too many wrong tokens; try again in a minute.' },
  too_many_cleanups: { status: 429, message: 'Too many requests with this token; try again in a minute.' },
  audit_unwritable: { status: 503, message: 'The audit cannot be written, so nothing is removed.' },
  cannot_become_owner: { status: 503, message: 'The exporter cannot remove a set as its owner.' },
  no_ptrace: { status: 503, message: 'Nothing can be proved.' },
  no_ipc_owner: { status: 503, message: 'Nothing can be proved.' },
  not_initial_pid_namespace: { status: 503, message: 'Nothing can be proved.' },
  proc_restricted: { status: 503, message: 'Nothing can be proved.' },
  semctl_unavailable: { status: 503, message: 'Nothing can be proved.' },
  not_judged: { status: 503, message: 'The sets could not be judged; the log of the exporter says why.' },
  shutting_down: { status: 503, message: 'The exporter is about to end.' },
  unauthorized: { status: 401, message: 'A user name and its password are needed.' },
  not_found: { status: 404, message: 'There is nothing here.' },
  method_not_allowed: { status: 405, message: 'This route does not answer that method.' },
  rate_limited: { status: 429, message: 'Too many requests; the web config limits their rate.' },
  broken_web_config: { status: 500, message: 'The exporter could not answer; its log says why.' },
  internal: { status: 500, message: 'The exporter could not answer; its log says why.' },
  login_busy: {
    status: 503,
    message: 'Too many logins are being checked at present; try again in a second.',
  },
  not_collected: { status: 503, message: 'There is no collection to answer from.' },
  too_many_requests: {
    status: 503,
    message: 'Too many requests are being answered at present; try again in a second.',
  },
} as const satisfies Record<string, { status: number; message: string }>;

/** The code of a refusal. */
export type HttpErrorCode = keyof typeof HTTP_ERRORS;

/** A request that is refused; code, status and message reach the client, the cause never does. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: HttpErrorCode;
  readonly status: number;
  /** Header fields that belong to the refusal, such as `Allow`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: HttpErrorCode,
    message: string = HTTP_ERRORS[code].message,
    options: ErrorOptions & { readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message, options);
    this.code = code;
    this.status = HTTP_ERRORS[code].status;
    this.headers = options.headers ?? {};
  }
}
