// The container engine, by its own client program.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
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

/** An Odoo and its PostgreSQL, of this test alone: it will stop them. */
export class Pair {
  readonly engine = new Engine();
  readonly odoo = named("odoo");
  readonly postgres = named("postgres");
  readonly #network = named("network");

  async start(): Promise<void> {
    const { engine, odoo, postgres } = this;
    await engine.docker("network", "create", ...labels(), this.#network);
    await engine.create(
      ...["--name", postgres, "--network", this.#network],
      ...["--network-alias", "db", "--publish", "127.0.0.1::5432"],
      ...["--env", "POSTGRES_DB=postgres", "--env", "POSTGRES_USER=odoo"],
      ...["--env", "POSTGRES_PASSWORD=odoo"],
      required("ATALAYA_TEST_POSTGRES_IMAGE"),
    );
    await until("PostgreSQL answers", 60_000, () =>
      engine.postgresAnswers(postgres),
    );
    await engine.create(
      ...["--name", odoo, "--network", this.#network],
      ...["--publish", "127.0.0.1::8069", "--env", "HOST=db"],
      ...["--env", "USER=odoo", "--env", "PASSWORD=odoo"],
      required("ATALAYA_TEST_ODOO_IMAGE"),
    );
  }

  /** Asks Odoo's own database manager, as somebody would by hand. */
  async manage(what: "create" | "drop", fields: Record<string, string>) {
    const at = await this.engine.docker("port", this.odoo, "8069");
    const form = { master_pwd: "admin", ...fields };
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

  /** Until Odoo answers requests. */
  async ready(): Promise<void> {
    await until("Odoo answers", 120_000, async () => {
      const at = await this.engine.docker("port", this.odoo, "8069");
      return (await statusOf(`http://${at}/web/database/selector`)) === 200;
    });
  }

  async remove(): Promise<void> {
    const { engine, odoo, postgres } = this;
    await engine.remove(odoo, postgres);
    await engine.docker("network", "rm", this.#network).catch(() => "");
  }
}
