// The server killed at each place where a crash could fall between two steps of
// a backup: afterwards there is a whole backup or none, and nothing half made.
// The places are read from the sources, so that a new one can't be forgotten.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import type { Backup, Operation } from "../../ui/src/protocol.ts";
import { backUp, download, end, namesIn } from "./support/backups.ts";
import { Pair } from "./support/engine.ts";
import { required, until } from "./support/environment.ts";
import { instance, Server } from "./support/server.ts";

const pair = new Pair();
const server = new Server(required("ATALAYA_TEST_FAILING"));
const inside = new Server(required("ATALAYA_TEST_FAILING"));

async function failpoints(): Promise<string[]> {
  const folder = join(import.meta.dirname, "../../operations");
  const names: string[] = [];
  for (const file of await readdir(folder))
    if (file.endsWith(".cpp"))
      for (const [, name] of (await readFile(join(folder, file), "utf8")).matchAll(
        /failpoint\("([^"]+)"\)/g,
      ))
        names.push(name!);
  return names;
}

/** What lies where the links are, and beside whole backups. */
async function leftovers(at: Server): Promise<string[]> {
  const volume = await pair.engine.docker(
    ...["exec", "--user", "root", pair.odoo],
    ...["find", "/var/lib/odoo", "-path", "*/.atalaya*"],
  );
  const backups = join(at.folder, "backups", instance);
  const files = await readdir(backups, { recursive: true }).catch(() => []);
  const whole = files.filter((x) => x.endsWith(".zip"));
  const known = whole.flatMap((x) => [x, `${x}.json`, dirname(x)]);
  const strays = files.filter((x) => !known.includes(x));
  return [...volume.split("\n").filter((x) => x !== ""), ...strays];
}

before(async () => {
  await pair.start();
  await pair.ready();
  await pair.manage("create", "office");
  const { engine, odoo, postgres } = pair;
  const watched = { engine: engine.url, odoo, postgres };
  await server.prepare(watched);
  // A path that isn't there leaves only the way through the engine.
  await inside.prepare({ ...watched, filestore: "/nowhere/filestore" });
});

after(async () => {
  await server.stop();
  await inside.stop();
  await pair.remove();
});

async function killedAt(failpoint: string, at: Server): Promise<void> {
  await at.start(failpoint);
  await at.knows("office");
  const path = `api/instances/${instance}/databases/office/backups`;
  const asked = await at.ask("POST", path, {});
  const { id } = (await asked.json()) as Operation;
  await at.died();
  await at.start();
  const { state, log } = await end(at, id);
  assert.equal(state, "interrupted");
  assert.deepEqual(await leftovers(at), [], log.map((x) => x.text).join("; "));
  await at.knows("office");
  const all = await at.get<Backup[]>(`api/instances/${instance}/backups`);
  for (const x of all) await namesIn(await download(at, x.id));
  const whole = failpoint === "backup-renamed" ? 1 : 0;
  assert.equal(all.length, whole, failpoint);
  for (const x of all) {
    const path = `api/instances/${instance}/backups/${x.id}`;
    await at.ask("DELETE", path, { confirm: true });
  }
  await until("the backups are gone", 10_000, async () => {
    const left = await at.get<Backup[]>(`api/instances/${instance}/backups`);
    return left.length === 0;
  });
  await at.kill();
}

for (const name of await failpoints())
  test(`killed at ${name}`, async () => {
    await killedAt(name, name.endsWith("-inside") ? inside : server);
  });

test("a filestore without a path is backed up through the engine", async () => {
  await inside.start();
  await server.start();
  await inside.knows("office");
  await server.knows("office");
  // What a copy by root leaves, and links, do no harm on either way.
  const script = `cd /var/lib/odoo/filestore/office && echo x > by-root
    && touch -d 2020-01-01 by-root
    && ln -s /etc/passwd link && ln -s / up && chown -h odoo link`;
  await pair.engine.docker(
    ...["exec", "--user", "root", pair.odoo],
    ...["sh", "-c", script.replaceAll("\n", " ")],
  );
  const there = await backUp(inside, "office");
  const here = await backUp(server, "office");
  assert.equal(there.files, here.files);
  const names = async (at: Server, id: string) =>
    (await namesIn(await download(at, id))).sort();
  assert.deepEqual(await names(inside, there.id), await names(server, here.id));
  const inZip = await names(inside, there.id);
  assert.ok(inZip.includes("filestore/by-root"));
  assert.ok(!inZip.some((x) => /link|up$/.test(x)), "a link was followed");
  assert.deepEqual(await leftovers(inside), []);
});
