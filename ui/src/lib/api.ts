// Requests to the server: JSON in and out, errors as RFC 9457 says.

import type {
  Backup,
  BackupFormat,
  ContainerRole,
  Credentials,
  Operation,
  ProblemDetails,
  Session,
} from "../protocol";

/** What a request came to that did not come to its answer. */
export class Problem extends Error {
  constructor(
    /** The contract's code, or "unreachable" where no server answered. */
    readonly code: string,
    readonly detail: string,
    /** Seconds to wait, where the server says so. */
    readonly retryAfter: number | null = null,
  ) {
    super(detail);
  }
}

// This script lies in assets/, one below the base path; the page itself may
// have been asked for at any depth.
const script = import.meta.url;
const base = new URL(import.meta.env.DEV ? "/" : "../", script);

/** The address of `path` below the base path. */
export function address(path: string, scheme?: "ws"): string {
  const url = new URL(path, base);
  if (scheme) url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

async function problemOf(answer: Response): Promise<Problem> {
  const text = await answer.text().catch(() => "");
  const wait = Number.parseInt(answer.headers.get("Retry-After") ?? "", 10);
  const retryAfter = Number.isFinite(wait) ? wait : null;
  try {
    const { code, detail, title } = JSON.parse(text) as ProblemDetails;
    return new Problem(code, detail || title, retryAfter);
  } catch {
    return new Problem("internal", `HTTP ${answer.status}`, retryAfter);
  }
}

async function request<T>(
  method: "GET" | "POST" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
): Promise<T> {
  const init: RequestInit = {
    method,
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(30_000),
  };
  if (body !== undefined) {
    init.headers = { ...init.headers, "Content-Type": "application/json" };
    init.body = JSON.stringify(body);
  }
  const answer = await fetch(address(path), init).catch((error: unknown) => {
    throw new Problem("unreachable", String(error));
  });
  if (!answer.ok) throw await problemOf(answer);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

export type Verb = "start" | "stop" | "restart";

const ofInstance = (instance: string, ...rest: string[]) =>
  ["api/instances", ...[instance, ...rest].map(encodeURIComponent)].join("/");

/** Where the browser downloads a backup from. */
export const backupFile = (instance: string, backup: string) =>
  address(ofInstance(instance, "backups", backup, "file"));

export const api = {
  session: () => request<Session>("GET", "api/session"),
  login: (body: Credentials) => request<Session>("POST", "api/login", body),
  logout: () => request<void>("POST", "api/logout"),
  act: (instance: string, role: ContainerRole, verb: Verb) =>
    request<Operation>(
      "POST",
      ofInstance(instance, "containers", role, verb),
      {},
    ),
  backUp: (
    instance: string,
    database: string,
    what: { note: string; format: BackupFormat },
  ) =>
    request<Operation>(
      "POST",
      ofInstance(instance, "databases", database, "backups"),
      what,
    ),
  changeBackup: (
    instance: string,
    backup: string,
    change: { note?: string; pinned?: boolean },
  ) =>
    request<Backup>("PATCH", ofInstance(instance, "backups", backup), change),
  deleteBackup: (instance: string, backup: string) =>
    request<Operation>("DELETE", ofInstance(instance, "backups", backup), {
      confirm: true,
    }),
  cancel: (operation: string) =>
    request<unknown>(
      "POST",
      `api/operations/${encodeURIComponent(operation)}/cancel`,
    ),
};
