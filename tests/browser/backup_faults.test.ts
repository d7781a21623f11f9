// What goes wrong under a backup: files taken away meanwhile, a disk that fills
// up. Afterwards there is a whole backup, or none and a sentence that says why.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import type { Backup, Operation } from "../../ui/src/protocol.ts";
import { contentOf, download, end, listed } from "./support/backups.ts";
import { OdooSession, Pair } from "./support/engine.ts";
import { until } from "./support/environment.ts";
import { instance, Server } from "./support/server.ts";

const run = promisify(execFile);
const pair = new Pair();
const server = new Server();
const cramped = new Server();
const home = "/var/lib/odoo";
let small = "";

before(async () => {
  small = await mkdtemp(join(tmpdir(), "atalaya-small-"));
  await run("mount", ["-t", "tmpfs", "-o", "size=140m", "none", small]);
  await pair.start();
  await pair.ready();
  await pair.manage("create", "shelf");
  const { engine, odoo, postgres } = pair;
  const watched = { engine: engine.url, odoo, postgres };
  await server.prepare(watched);
  await server.start();
  await cramped.prepare({ ...watched, backups: small });
  await cramped.start();
  await server.knows("shelf");
});

after(async () => {
  await server.stop();
  await cramped.stop();
  await pair.remove();
  await run("umount", [small]);
  await rm(small, { recursive: true });
});

async function begin(at: Server): Promise<Operation> {
  const path = `api/instances/${instance}/databases/shelf/backups`;
  return (await at.ask("POST", path, {})).json() as Promise<Operation>;
}

const backups = (at: Server) =>
  at.get<Backup[]>(`api/instances/${instance}/backups`);

const inOdoo = (...command: string[]) =>
  pair.engine.docker("exec", "--user", "root", pair.odoo, ...command);

/** Makes an attachment and returns its file, below the filestore. */
async function attachment(text: string): Promise<string> {
  const odoo = await OdooSession.open(pair.engine, pair.odoo, "shelf");
  const datas = Buffer.from(text.repeat(10)).toString("base64");
  const id = await odoo.call<number>("ir.attachment", "create", [
    { name: text, datas },
  ]);
  const ask = `SELECT store_fname FROM ir_attachment WHERE id = ${id}`;
  return pair.sql("shelf", ask);
}

/** Backs up, with `between` done behind the first pass over the filestore and
    before the dump, which waits for a lock meanwhile. */
async function interfere(between: () => Promise<unknown>) {
  await pair.sql("shelf", "CREATE TABLE IF NOT EXISTS gate (a int)");
  const lock = pair.sql(
    "shelf",
    "BEGIN; LOCK TABLE gate; SELECT pg_sleep(600)",
  );
  lock.catch(() => ""); // It is ended from outside.
  const held = "SELECT count(*) FROM pg_locks WHERE granted AND mode = " +
    "'AccessExclusiveLock' AND relation = 'gate'::regclass";
  const waited = "SELECT count(*) FROM pg_locks WHERE NOT granted AND " +
    "relation = 'gate'::regclass";
  const isOne = (ask: string) => async () =>
    (await pair.sql("shelf", ask)) === "1";
  await until("the lock is held", 10_000, isOne(held));
  const { id } = await begin(server);
  await until("the dump waits", 30_000, isOne(waited));
  try {
    await between();
  } finally {
    await pair.sql(
      "shelf",
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity " +
        "WHERE query LIKE '%pg_sleep(600)' AND pid <> pg_backend_pid()",
    );
  }
  return end(server, id);
}

test("a file deleted behind the first pass is in the backup", async () => {
  const file = await attachment("deleted while it is backed up");
  const ended = await interfere(() =>
    inOdoo("rm", `${home}/filestore/shelf/${file}`),
  );
  assert.equal(ended.state, "succeeded", ended.error ?? "");
  const made = await listed(server, ended.result!);
  assert.equal(made.missing, 0);
  const content = await contentOf(await download(server, made.id));
  assert.ok(content.names.includes(`filestore/${file}`));
});

test("a file that was seen and is lost fails the backup", async () => {
  const before = await backups(server);
  const file = await attachment("taken from under the backup");
  const ended = await interfere(() =>
    inOdoo("find", home, "-path", `*/${file}`, "-delete"),
  );
  assert.equal(ended.state, "failed");
  assert.match(ended.error ?? "", new RegExp(file));
  assert.deepEqual(await backups(server), before);
});

test("files lost or damaged before are told of, and the backup made", async () => {
  const damaged = await attachment("damaged long ago");
  const grow = `echo more >> ${home}/filestore/shelf/${damaged}`;
  await inOdoo("sh", "-c", grow);
  const file = await attachment("lost long ago");
  await inOdoo("rm", `${home}/filestore/shelf/${file}`);
  const { id } = await begin(server);
  const ended = await end(server, id);
  assert.equal(ended.state, "succeeded", ended.error ?? "");
  // With those of the two tests above.
  const made = await listed(server, ended.result!);
  assert.equal(made.missing, 3);
  assert.equal(made.verified?.ok, true);
  assert.match(made.verified?.detail ?? "", new RegExp(`damaged.*${damaged}`));
});

test("a disk that fills up leaves nothing behind", async () => {
  // Random bytes don't compress, and take twice their room as text, so that
  // more is written than could be foreseen.
  await pair.sql(
    "shelf",
    "CREATE TABLE random AS " +
      "SELECT string_agg(sha512(random()::text::bytea), '') AS a " +
      "FROM generate_series(1, 2500000) i GROUP BY i / 30",
  );
  await until("it is measured", 60_000, async () => {
    const { databases } = await cramped.get<{
      databases: { name: string; sizes: { database: number | null } }[];
    }>(`api/instances/${instance}`);
    const found = databases.find((x) => x.name === "shelf");
    return (found?.sizes.database ?? 0) > 150_000_000;
  });
  const { id } = await begin(cramped);
  const ended = await end(cramped, id);
  assert.equal(ended.state, "failed");
  assert.match(ended.error ?? "", /No space left on device/);
  assert.deepEqual(await backups(cramped), []);
  assert.deepEqual(await readdir(small), []);
  assert.ok(!(await inOdoo("ls", "-A", home)).includes(".atalaya"));
});

/** Cancels a backup as soon as it is in `phase`, and returns how it ended. */
async function cancelIn(phase: string): Promise<string> {
  const { id } = await begin(server);
  await until(`a backup is ${phase}`, 60_000, async () => {
    const now = await server.get<Operation>(`api/operations/${id}`);
    return now.phase === phase || now.finished_at !== null;
  });
  await server.ask("POST", `api/operations/${id}/cancel`).catch(() => "");
  return (await end(server, id)).state;
}

test("one that is cancelled in any phase leaves nothing behind", async () => {
  const large = `${home}/filestore/shelf/large`;
  await inOdoo("sh", "-c", `head -c 300M /dev/urandom > ${large}`);
  const before = await backups(server);
  for (const phase of ["dumping", "copying the filestore", "proving"]) {
    let state = "";
    // Where we were too slow, it has succeeded.
    for (let i = 0; i < 10 && state !== "cancelled"; ++i) {
      state = await cancelIn(phase);
      assert.ok(["cancelled", "succeeded"].includes(state), `${phase}: ${state}`);
    }
    assert.equal(state, "cancelled", phase);
  }
  const known = new Set(before.map((x) => x.id));
  for (const x of await backups(server))
    if (!known.has(x.id)) assert.equal(x.verified?.ok, true);
  assert.ok(!(await inOdoo("ls", "-A", home)).includes(".atalaya"));
  const folder = join(server.folder, "backups", instance);
  const files = await readdir(folder, { recursive: true });
  assert.deepEqual(files.filter((x) => x.endsWith(".part")), []);
});
