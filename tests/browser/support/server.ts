// An Atalaya of the test's own: its data, its users, its port.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Role } from "../../../ui/src/protocol.ts";
import { required, statusOf, until } from "./environment.ts";

export interface Watched {
  engine: string;
  odoo: string;
  postgres: string;
  /** How to reach PostgreSQL where the containers don't tell. */
  address?: string;
  /** The folder of all filestores, where the containers don't tell. */
  filestore?: string;
  /** The folder of the backups, where it isn't that of the data. */
  backups?: string;
}

export const users: Role[] = ["admin", "operator", "viewer"];

/** Each user has the role that is its name, and this password. */
export const password = "a long pass phrase";

export const instance = "browser";

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string")
    throw new Error("no port is free");
  return address.port;
}

function configuration(watched?: Watched): string {
  const engine = watched?.engine ?? required("ATALAYA_TEST_ENGINE");
  const lines = ["[server]", `engine = "${engine}"`];
  if (watched)
    lines.push(
      "[[instance]]",
      `name = "${instance}"`,
      `odoo_container = "${watched.odoo}"`,
      `postgres_container = "${watched.postgres}"`,
      ...(watched.address ? [`postgres = "${watched.address}"`] : []),
      ...(watched.filestore ? [`filestore = "${watched.filestore}"`] : []),
      ...(watched.backups ? [`backups = "${watched.backups}"`] : []),
    );
  return `${lines.join("\n")}\n`;
}

export class Server {
  #process: ChildProcess | null = null;
  #folder = "";
  #port = 0;
  #said = "";
  #program: string;
  readonly #cookies = new Map<Role, string>();

  constructor(program = required("ATALAYA_TEST_SERVER")) {
    this.#program = program;
  }

  get folder(): string {
    return this.#folder;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  /** Without `watched` it finds its instances itself. */
  async prepare(watched?: Watched): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), "atalaya-browser-"));
    this.#port = await freePort();
    await writeFile(this.#config, configuration(watched));
    for (const user of users) await this.#addUser(user);
  }

  /** Runs until `stop` or `kill`, or dies at `failpoint`; returns once it
      answers. */
  async start(failpoint = ""): Promise<void> {
    const listen = ["--listen", `127.0.0.1:${this.#port}`];
    this.#process = this.#spawn(["serve", ...listen], failpoint);
    await until("the server answers", 20_000, async () => {
      if (this.#process?.exitCode !== null)
        throw new Error(`the server ended: ${this.#said}`);
      return (await statusOf(new URL("healthz", this.url))) === 200;
    });
  }

  /** The answer to GET `path`, for the user `viewer`. */
  async get<T>(path: string): Promise<T> {
    const answer = await this.ask("GET", path, undefined, "viewer");
    return (await answer.json()) as T;
  }

  /** The answer to a request that is granted. */
  async ask(
    method: string,
    path: string,
    body?: unknown,
    user: Role = "admin",
  ): Promise<Response> {
    if (!this.#cookies.has(user))
      this.#cookies.set(user, await this.#signIn(user));
    const answer = await fetch(new URL(path, this.url), {
      method,
      headers: {
        Cookie: this.#cookies.get(user)!,
        Origin: new URL(this.url).origin,
        "Content-Type": "application/json",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok)
      throw new Error(`${path}: ${answer.status}: ${await answer.text()}`);
    return answer;
  }

  /** Waits until `database` of the watched instance is shown as ready. */
  async knows(database: string): Promise<void> {
    await until(`${database} is ready`, 60_000, async () => {
      const { databases } = await this.get<{
        databases: { name: string; state: string }[];
      }>(`api/instances/${instance}`);
      return databases.some((x) => x.name === database && x.state === "ready");
    });
  }

  /** Waits until the process has died by itself. */
  async died(): Promise<void> {
    await until("the server dies", 60_000, async () => {
      const child = this.#process;
      return child === null || child.signalCode !== null;
    });
    this.#process = null;
  }

  async #signIn(user: Role): Promise<string> {
    const answer = await fetch(new URL("api/login", this.url), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user, password }),
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`login: ${answer.status}`);
    return answer.headers.get("Set-Cookie")?.split(";")[0] ?? "";
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    if (this.#folder) await rm(this.#folder, { recursive: true });
  }

  /** As a crash would: nothing is said goodbye to. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  get #config(): string {
    return join(this.#folder, "atalaya.toml");
  }

  #spawn(options: string[], failpoint = ""): ChildProcess {
    const where = ["--config", this.#config, "--data", this.#folder];
    const child = spawn(this.#program, [...options, ...where], {
      stdio: "pipe",
      env: { ...process.env, ATALAYA_FAILPOINT: failpoint },
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text) => {
        this.#said = (this.#said + String(text)).slice(-4_000);
      });
    return child;
  }

  async #addUser(user: Role): Promise<void> {
    const options = ["user", "add", user, "--role", user, "--password-stdin"];
    const child = this.#spawn(options);
    child.stdin?.end(`${password}\n`);
    const [code] = (await once(child, "close")) as [number];
    if (code !== 0) throw new Error(`user add ${user}: ${this.#said}`);
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }
}
