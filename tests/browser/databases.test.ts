// The databases that Odoo makes and drops, and PostgreSQL gone for a while.

import { after, before, test } from "node:test";
import { at, Viewer, within } from "./support/browser.ts";
import { Pair } from "./support/engine.ts";
import { until } from "./support/environment.ts";
import { Server } from "./support/server.ts";

const pair = new Pair();
const server = new Server();
let viewer: Viewer;

before(async () => {
  await pair.start();
  await pair.ready();
  const { engine, odoo, postgres } = pair;
  await server.prepare({ engine: engine.url, odoo, postgres });
  await server.start();
  viewer = await Viewer.open(server.url, "viewer");
  await viewer.sees(at.state("postgres"), "running", 30_000);
});

after(async () => {
  await viewer?.close();
  await server.stop();
  await pair.remove();
});

/** The text of a size is a number and its unit, not a dash. */
async function hasSize(part: string): Promise<void> {
  const size = viewer.page.locator(`[data-size="${part}"]`);
  await size.filter({ hasText: /^\d.*B$/ }).waitFor({ timeout: 15_000 });
}

test("a database made in Odoo shows within three seconds", async () => {
  await pair.manage("create", "by_hand");
  const from = Date.now();
  await viewer.page.waitForSelector(at.database("by_hand"));
  within("shown", Date.now() - from, 3_000);
});

test("its four sizes are told, and are those of the engine's own", async () => {
  await viewer.page.click(`${at.database("by_hand")} a`);
  for (const part of ["database", "filestore", "backups", "total"])
    await hasSize(part);
  const ask = "select pg_database_size('by_hand')";
  const psql = ["psql", "-U", "odoo", "-d", "postgres", "-Atc", ask];
  const { engine, postgres } = pair;
  let seen = "";
  // It was first seen, and measured, while Odoo was still filling it.
  await until("its size is that of PostgreSQL", 15_000, async () => {
    const real = Number(await engine.docker("exec", postgres, ...psql));
    const title = await viewer.page
      .locator('[data-size="database"]')
      .getAttribute("title");
    const shown = Number((title ?? "").replace(/\D/g, ""));
    seen = `${shown} shown, ${real} in PostgreSQL`;
    return Math.abs(shown - real) / real < 0.05;
  }).finally(() => console.log(seen));
});

test("PostgreSQL gone is said, and back is seen by itself", async () => {
  const { engine, postgres } = pair;
  await engine.docker("stop", postgres);
  await viewer.sees(at.state("postgres"), "exited", 2_000);
  await viewer.sees(at.inView, "unreachable");
  await viewer.page.waitForSelector(`${at.banner} p`, { timeout: 10_000 });
  await engine.docker("start", postgres);
  const from = Date.now();
  await viewer.sees(at.inView, "ready", 30_000);
  await viewer.page.waitForSelector(`${at.banner} p`, { state: "detached" });
  console.log(`right again after ${Date.now() - from} ms`);
});

test("a database dropped in Odoo goes within three seconds", async () => {
  await pair.ready();
  await pair.manage("drop", "by_hand");
  const from = Date.now();
  const gone = { state: "detached" } as const;
  await viewer.page.waitForSelector(at.database("by_hand"), gone);
  within("gone", Date.now() - from, 3_000);
});
