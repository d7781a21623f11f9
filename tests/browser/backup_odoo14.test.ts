// A backup of an Odoo 14, which that Odoo's own database manager restores.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { backUp, contentOf, download } from "./support/backups.ts";
import {
  Engine,
  manage,
  OdooSession,
  restoreInOdoo,
} from "./support/engine.ts";
import { required } from "./support/environment.ts";
import { Server } from "./support/server.ts";

const engine = new Engine();
const odoo = required("ATALAYA_TEST_ODOO14");
const postgres = required("ATALAYA_TEST_POSTGRES14");
const server = new Server();
const content = Buffer.from("kept since 14".repeat(10)).toString("base64");

before(async () => {
  await manage(engine, odoo, "create", "aged");
  await server.prepare({ engine: engine.url, odoo, postgres });
  await server.start();
  await server.knows("aged");
});

after(async () => {
  await server.stop();
  for (const name of ["aged", "aged_copy"])
    await manage(engine, odoo, "drop", name);
});

test("Odoo 14 restores it, and one can sign in to the copy", async () => {
  const session = await OdooSession.open(engine, odoo, "aged");
  const values = { name: "old file", datas: content };
  await session.call("ir.attachment", "create", [values]);
  const made = await backUp(server, "aged");
  assert.equal(made.version, "14.0");
  assert.equal(made.missing, 0);
  const zip = await download(server, made.id);
  assert.deepEqual((await contentOf(zip)).missing, []);
  await restoreInOdoo(engine, odoo, "aged_copy", zip);
  const copy = await OdooSession.open(engine, odoo, "aged_copy");
  const found = await copy.call<{ datas: string }[]>(
    "ir.attachment",
    "search_read",
    [[["name", "=", "old file"]], ["datas"]],
  );
  assert.equal(found[0]?.datas, content);
});
