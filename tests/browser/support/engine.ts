// The container engine, by its own client program.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ContainerRole } from "../../../ui/src/protocol.ts";
import { named, required, statusOf, until } from "./environment.ts";

const run = promisify(execFile);

/** Everything carries the labels that ./test sweeps by. */
const labels = () => [
  ...["--label", "atalaya.test=1"],
  ...["--label", `atalaya.test.run=${required("ATALAYA_TEST_RUN")}`],
];

export class Engine {
  readonly url: string;

  constructor(url = required("ATALAYA_TEST_ENGINE")) {
    this.url = url;
  }

  /** Output of `docker ARGUMENTS`; fails as the program does. */
  async docker(...options: string[]): Promise<string> {
    const all = ["--host", this.url, ...options];
    const { stdout } = await run("docker", all, { timeout: 180_000 });
    return stdout.trim();
  }

  create(...options: string[]): Promise<string> {
    return this.docker("run", "--detach", ...labels(), ...options);
  }

  /** Those that are there; a test may have failed before it made them. */
  async remove(...containers: string[]): Promise<void> {
    for (const container of containers)
      await this.docker("rm", "--force", "--volumes", container).catch(() => "");
  }

  async inspect(container: string, field: string): Promise<string> {
    return this.docker("inspect", "--format", `{{${field}}}`, container);
  }

  /** Whether the server in `container` answers by TCP. */
  async postgresAnswers(container: string, port = "5432"): Promise<boolean> {
    const ask = ["pg_isready", "--quiet", "--host", "127.0.0.1"];
    return this.docker("exec", container, ...ask, "--port", port).then(
      () => true,
      () => false,
    );
  }
}

/** What a new database is made with, as Odoo's own form asks for it. */
const fresh = {
  login: "admin",
  password: "admin",
  lang: "en_US",
  country_code: "",
  phone: "",
};

/** Asks the database manager of `odoo`, as somebody would by hand. */
export async function manage(
  engine: Engine,
  odoo: string,
  what: "create" | "drop",
  name: string,
): Promise<void> {
  const at = await engine.docker("port", odoo, "8069");
  const form = { master_pwd: "admin", name, ...(what === "create" && fresh) };
  const answer = await fetch(`http://${at}/web/database/${what}`, {
    method: "POST",
    body: new URLSearchParams(form),
    redirect: "manual",
    signal: AbortSignal.timeout(180_000),
  });
  await answer.arrayBuffer();
  if (answer.status !== 303 && answer.status !== 302)
    throw new Error(`Odoo would not ${what}: HTTP ${answer.status}`);
}

/** Hands a backup to Odoo's own database manager, as a copy called `name`. */
export async function restoreInOdoo(
  engine: Engine,
  odoo: string,
  name: string,
  backup: Blob,
): Promise<void> {
  const at = await engine.docker("port", odoo, "8069");
  const form = new FormData();
  form.set("master_pwd", "admin");
  form.set("name", name);
  form.set("copy", "true");
  form.set("backup_file", backup, "backup.zip");
  const answer = await fetch(`http://${at}/web/database/restore`, {
    method: "POST",
    body: form,
    redirect: "manual",
    signal: AbortSignal.timeout(180_000),
  });
  const page = await answer.text();
  if (answer.status !== 303 && answer.status !== 302)
    throw new Error(`Odoo would not restore: HTTP ${answer.status}: ${page}`);
}

/** A backup as Odoo's own database manager makes it. */
export async function backupOfOdoo(
  engine: Engine,
  odoo: string,
  name: string,
): Promise<Blob> {
  const at = await engine.docker("port", odoo, "8069");
  const form = { master_pwd: "admin", name, backup_format: "zip" };
  const answer = await fetch(`http://${at}/web/database/backup`, {
    method: "POST",
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(180_000),
  });
  const backup = await answer.blob();
  const type = answer.headers.get("Content-Type") ?? "";
  if (!answer.ok || type.startsWith("text/html"))
    throw new Error(`Odoo would not back up: ${await backup.text()}`);
  return backup;
}

/** Calls of Odoo's models, as its user `admin`. */
export class OdooSession {
  readonly #url: string;
  readonly #cookie: string;

  private constructor(url: string, cookie: string) {
    this.#url = url;
    this.#cookie = cookie;
  }

  /** Signs in; fails where that is refused. */
  static async open(engine: Engine, odoo: string, db: string) {
    const url = `http://${await engine.docker("port", odoo, "8069")}`;
    const params = { db, login: "admin", password: "admin" };
    const answer = await fetch(`${url}/web/session/authenticate`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", params }),
    });
    const { result } = (await answer.json()) as { result?: { uid?: number } };
    if (!result?.uid) throw new Error(`Odoo lets nobody in to ${db}`);
    const cookie = answer.headers.get("Set-Cookie")?.split(";")[0] ?? "";
    return new OdooSession(url, cookie);
  }

  async call<T>(model: string, method: string, args: unknown[]): Promise<T> {
    const answer = await fetch(`${this.#url}/web/dataset/call_kw`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Cookie: this.#cookie },
      body: JSON.stringify({
        jsonrpc: "2.0",
        params: { model, method, args, kwargs: {} },
      }),
    });
    const { result, error } = (await answer.json()) as {
      result: T;
      error?: { data?: { message?: string } };
    };
    if (error) throw new Error(`${model}.${method}: ${error.data?.message}`);
    return result;
  }
}

export interface PairOptions {
  /** Images to run, for those of the test stack. */
  images?: { odoo: string; postgres: string };
  /** The instance that labels join the two as; else nothing does but names. */
  instance?: string;
}

/** An Odoo and its PostgreSQL, of this test alone: it will stop them. */
export class Pair {
  readonly engine = new Engine();
  readonly odoo = named("odoo");
  readonly postgres = named("postgres");
  readonly #network = named("network");
  readonly #options: PairOptions;

  constructor(options: PairOptions = {}) {
    this.#options = options;
  }

  #labels(role: ContainerRole): string[] {
    const { instance } = this.#options;
    if (instance === undefined) return [];
    const label = ["--label", `atalaya.instance=${instance}`];
    return [...label, "--label", `atalaya.role=${role}`];
  }

  async start(): Promise<void> {
    const { engine, odoo, postgres } = this;
    const { images } = this.#options;
    await engine.docker("network", "create", ...labels(), this.#network);
    await engine.create(
      ...["--name", postgres, "--network", this.#network],
      ...["--network-alias", "db", "--publish", "127.0.0.1::5432"],
      ...["--env", "POSTGRES_DB=postgres", "--env", "POSTGRES_USER=odoo"],
      ...["--env", "POSTGRES_PASSWORD=odoo"],
      ...this.#labels("postgres"),
      images?.postgres ?? required("ATALAYA_TEST_POSTGRES_IMAGE"),
    );
    await until("PostgreSQL answers", 60_000, () =>
      engine.postgresAnswers(postgres),
    );
    await engine.create(
      ...["--name", odoo, "--network", this.#network],
      ...["--publish", "127.0.0.1::8069", "--env", "HOST=db"],
      ...["--env", "USER=odoo", "--env", "PASSWORD=odoo"],
      ...this.#labels("odoo"),
      images?.odoo ?? required("ATALAYA_TEST_ODOO_IMAGE"),
    );
  }

  manage(what: "create" | "drop", name: string): Promise<void> {
    return manage(this.engine, this.odoo, what, name);
  }

  /** Until Odoo answers requests. */
  async ready(): Promise<void> {
    await until("Odoo answers", 120_000, async () => {
      const at = await this.engine.docker("port", this.odoo, "8069");
      return (await statusOf(`http://${at}/web/database/selector`)) === 200;
    });
  }

  /** What `psql` prints for `text`, by the role of Odoo. */
  sql(database: string, text: string): Promise<string> {
    const ask = ["psql", "--username", "odoo", "--dbname", database];
    const how = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"];
    return this.engine.docker(
      ...["exec", this.postgres, ...ask, ...how],
      ...["--set", "ON_ERROR_STOP=1", "--command", text],
    );
  }

  async remove(): Promise<void> {
    const { engine, odoo, postgres } = this;
    await engine.remove(odoo, postgres);
    await engine.docker("network", "rm", this.#network).catch(() => "");
  }
}
