// Instances that nobody has configured: one whose containers and images have
// names that say nothing, joined by labels; and an Odoo 14 beside it, known by
// its image alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type {
  Container,
  Database,
  Instance,
} from "../../ui/src/protocol.ts";
import { at, Viewer } from "./support/browser.ts";
import { Engine, manage, Pair } from "./support/engine.ts";
import { named, required, until } from "./support/environment.ts";
import { Server } from "./support/server.ts";

const engine = new Engine();
const images = { odoo: named("x7"), postgres: named("x8") };
const nameless = new Pair({ images, instance: "shop" });
const odoo14 = required("ATALAYA_TEST_ODOO14");
const server = new Server();
let viewer: Viewer;

interface Whole {
  instance: Instance;
  databases: Database[];
  containers: Container[];
}

const whole = (name: string) => server.get<Whole>(`api/instances/${name}`);

/** As soon as `name` has the database, with all that is asked of it. */
async function database(name: string, called: string): Promise<Database> {
  let found: Database | undefined;
  await until(`${called} of ${name} is measured`, 60_000, async () => {
    const { databases } = await whole(name);
    found = databases.find((x) => x.name === called);
    const { filestore, database } = found?.sizes ?? {};
    // An Odoo that has just made a database may have stored no file yet.
    return found?.state === "ready" && filestore !== null && database !== null;
  });
  return found!;
}

before(async () => {
  for (const role of ["odoo", "postgres"] as const) {
    const real = required(`ATALAYA_TEST_${role.toUpperCase()}_IMAGE`);
    await engine.docker("tag", real, images[role]);
  }
  await nameless.start();
  await nameless.ready();
  await nameless.manage("create", "till");
  await manage(engine, odoo14, "create", "old");
  await server.prepare();
  await server.start();
  viewer = await Viewer.open(server.url, "viewer");
});

after(async () => {
  await viewer?.close();
  await server.stop();
  await nameless.remove();
  await engine.docker("image", "rm", ...Object.values(images));
});

test("containers and images with names that say nothing, by labels", async () => {
  const { version, sizes } = await database("shop", "till");
  assert.equal(version, "19.0");
  assert.ok((sizes.database ?? 0) > 1_000_000);
  const { instance, containers } = await whole("shop");
  assert.deepEqual(
    [instance.version, instance.state, instance.detail],
    ["19.0", "ok", null],
  );
  const found = containers.map((x) => [x.role, x.name, x.image, x.state]);
  assert.deepEqual(found.sort(), [
    ["odoo", nameless.odoo, images.odoo, "running"],
    ["postgres", nameless.postgres, images.postgres, "running"],
  ]);
});

test("an Odoo 14 with its databases beside the Odoo 19", async () => {
  const { version, sizes, neutralized } = await database(odoo14, "old");
  assert.equal(version, "14.0");
  assert.equal(neutralized, false);
  assert.equal(sizes.total, (sizes.database ?? 0) + (sizes.filestore ?? 0));
  const { instance, databases } = await whole(odoo14);
  assert.deepEqual([instance.version, instance.state], ["14.0", "ok"]);
  assert.deepEqual(
    databases.map((x) => x.name),
    ["old"],
  );
});

test("the page shows each where it is chosen", async () => {
  for (const [name, called] of [
    ["shop", "till"],
    [odoo14, "old"],
  ] as const) {
    await viewer.page.selectOption(at.instances, name);
    await viewer.page.waitForSelector(at.database(called), { timeout: 5_000 });
  }
});
