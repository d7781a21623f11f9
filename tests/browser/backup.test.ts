// Backups of a real Odoo while people work in it: made in the page, downloaded,
// restored by Odoo itself, deleted.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { backUp, contentOf, download, namesIn } from "./support/backups.ts";
import { at, Viewer } from "./support/browser.ts";
import { backupOfOdoo, OdooSession, Pair, restoreInOdoo } from "./support/engine.ts";
import { sleep } from "./support/environment.ts";
import { Server } from "./support/server.ts";

const pair = new Pair();
const server = new Server();
let admin: Viewer;
let viewer: Viewer;
let odoo: OdooSession;

const content = (text: string) => Buffer.from(text).toString("base64");

before(async () => {
  await pair.start();
  await pair.ready();
  await pair.manage("create", "work");
  odoo = await OdooSession.open(pair.engine, pair.odoo, "work");
  await odoo.call("ir.attachment", "create", [
    { name: "first", datas: content("the first file".repeat(10)) },
  ]);
  const watched = { odoo: pair.odoo, postgres: pair.postgres };
  await server.prepare({ engine: pair.engine.url, ...watched });
  await server.start();
  admin = await Viewer.open(server.url, "admin");
  viewer = await Viewer.open(server.url, "viewer");
  for (const x of [admin, viewer]) await x.sees(at.inView, "ready", 60_000);
});

after(async () => {
  await admin?.close();
  await viewer?.close();
  await server.stop();
  await pair.remove();
});

test("a backup made in the page shows in every browser", async () => {
  await admin.page.fill("section input", "before the move");
  const from = Date.now();
  await admin.page.click('[data-action="backup"]');
  for (const { page } of [admin, viewer]) {
    const row = page.locator("[data-backup]");
    await row.waitFor({ timeout: 60_000 });
    assert.match((await row.textContent()) ?? "", /before the move/);
  }
  console.log(`made and shown in both after ${Date.now() - from} ms`);
  const offered = await viewer.page.locator("[data-action]").count();
  assert.equal(offered, 0, "a viewer is offered what is refused");
});

test("Odoo's own database manager restores it", async () => {
  const { id, files, missing, verified } = await backUp(server, "work");
  assert.ok((files ?? 0) > 0);
  assert.equal(missing, 0);
  assert.equal(verified?.ok, true);
  const zip = await download(server, id);
  const names = await namesIn(zip);
  assert.equal(names[0], "dump.sql");
  assert.equal(names[1], "manifest.json");
  assert.equal(names.length, 2 + (files ?? 0));
  await restoreInOdoo(pair.engine, pair.odoo, "restored", zip);
  const copy = await OdooSession.open(pair.engine, pair.odoo, "restored");
  const domain = [["name", "=", "first"]];
  const found = await copy.call<{ datas: string }[]>(
    "ir.attachment",
    "search_read",
    [domain, ["datas"]],
  );
  assert.equal(found[0]?.datas, content("the first file".repeat(10)));
});

test("the database alone is what pg_restore reads to its end", async () => {
  const { id, format, files } = await backUp(server, "work", "dump");
  assert.equal(format, "dump");
  assert.equal(files, null);
  const file = join(server.folder, "work.dump");
  const bytes = await (await download(server, id)).arrayBuffer();
  await writeFile(file, Buffer.from(bytes));
  const { engine, postgres } = pair;
  await engine.docker("cp", file, `${postgres}:/tmp/work.dump`);
  const read = ["pg_restore", "--file", "/dev/null", "/tmp/work.dump"];
  await engine.docker("exec", postgres, ...read);
});

/** Of the files of `work`, in the container. */
const folder = "/var/lib/odoo/filestore/work";

const rows = "INSERT INTO side SELECT generate_series(1, 100)";

/** Milliseconds that a file outlives its making at least. Odoo collects once a
    day; one that came and went within a single backup nobody could keep. */
const youngest = 4_000;

/** Deletes an attachment, and its file, as Odoo does it once a day. */
async function forget(id: number): Promise<void> {
  const ask = `SELECT store_fname FROM ir_attachment WHERE id = ${id}`;
  const file = await pair.sql("work", ask);
  await odoo.call("ir.attachment", "unlink", [[id]]);
  await pair.engine.docker("exec", pair.odoo, "rm", `${folder}/${file}`);
}

/** Creates and deletes attachments, and empties and changes tables beside
    them, until it is told to end; then says how many attachments it made. */
function workOn(): { made: () => number; end: () => Promise<void> } {
  let working = true;
  let made = 0;
  const attachments = async () => {
    const old: { id: number; at: number }[] = [];
    while (working) {
      const values = { name: `file ${made}`, datas: content(`text ${made++}`) };
      const id = await odoo.call<number>("ir.attachment", "create", [values]);
      old.push({ id, at: Date.now() });
      if (old[0]!.at < Date.now() - youngest) await forget(old.shift()!.id);
    }
  };
  const tables = async () => {
    for (let i = 0; working; ++i) {
      await pair.sql("work", `BEGIN; TRUNCATE side; ${rows}; COMMIT`);
      await pair.sql("work", `ALTER TABLE altered ADD COLUMN b${i} int`);
      await sleep(300);
    }
  };
  const done = Promise.all([attachments(), tables()]);
  return {
    made: () => made,
    end: async () => {
      working = false;
      await done;
    },
  };
}

test("nothing is missed while files and tables come and go", async () => {
  await pair.sql("work", `CREATE TABLE side (a int); ${rows}`);
  await pair.sql("work", "CREATE TABLE altered (a int)");
  const work = workOn();
  const lost = { atalaya: 0, odoo: 0 };
  for (let round = 0; round < 3; ++round) {
    const before = work.made();
    const made = await backUp(server, "work");
    assert.equal(made.missing, 0);
    assert.equal(made.verified?.ok, true);
    assert.ok(work.made() > before, "nobody worked meanwhile");
    const ours = await contentOf(await download(server, made.id));
    assert.deepEqual(ours.missing, []);
    assert.equal(ours.rows["public.side"], 100);
    lost.atalaya += ours.missing.length;
    const other = await backupOfOdoo(pair.engine, pair.odoo, "work");
    lost.odoo += (await contentOf(other)).missing.length;
  }
  await work.end();
  console.log(
    `${work.made()} attachments were made meanwhile; missing in three backups`,
    `of ours ${lost.atalaya}, of Odoo's own ${lost.odoo}`,
  );
});

test("a link planted in the filestore leads nowhere", async () => {
  const script = `mkdir -p ${folder}/zz && ln -s /etc/passwd ${folder}/zz/leak
    && ln -s / ${folder}/up`;
  await pair.engine.docker(
    ...["exec", pair.odoo, "sh", "-c", script.replaceAll("\n", " ")],
  );
  const { id } = await backUp(server, "work");
  const zip = await download(server, id);
  const names = await namesIn(zip);
  assert.deepEqual(
    names.filter((x) => /leak|\/up/.test(x)),
    [],
  );
  const left = await pair.engine.docker(
    ...["exec", pair.odoo, "ls", "-A", "/var/lib/odoo"],
  );
  assert.ok(!left.includes(".atalaya"), "links were left");
});

test("a backup is deleted in the page by who confirms it", async () => {
  const rows = admin.page.locator("[data-backup]");
  const count = await rows.count();
  await rows.last().locator('[data-action="delete"]').click();
  await admin.page.locator("dialog .danger").click();
  for (const { page } of [admin, viewer])
    await page.waitForFunction(
      (wanted) => document.querySelectorAll("[data-backup]").length === wanted,
      count - 1,
    );
});
