// Two browsers look at one instance: what happens to its containers, by hand
// or from the page, is seen in both.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Operation } from "../../ui/src/protocol.ts";
import { at, instance, moment, Viewer, within } from "./support/browser.ts";
import { Pair } from "./support/engine.ts";
import { Server } from "./support/server.ts";

const pair = new Pair();
const server = new Server();
let one: Viewer;
let other: Viewer;

before(async () => {
  await pair.start();
  const { engine, odoo, postgres } = pair;
  await server.prepare({ engine: engine.url, odoo, postgres });
  await server.start();
  one = await Viewer.open(server.url, "admin");
  other = await Viewer.open(server.url, "viewer");
  for (const viewer of [one, other])
    await viewer.sees(at.state("odoo"), "running", 30_000);
});

after(async () => {
  await one?.close();
  await other?.close();
  await server.stop();
  await pair.remove();
});

test("a stop and a start by hand show in both within a second", async () => {
  const watches = [
    await one.watch(at.state("odoo")),
    await other.watch(at.state("odoo")),
  ];
  const { engine, odoo } = pair;
  await engine.docker("stop", "--time", "5", odoo);
  const stopped = Date.parse(await engine.inspect(odoo, ".State.FinishedAt"));
  for (const viewer of [one, other])
    await viewer.sees(at.state("odoo"), "exited");
  await engine.docker("start", odoo);
  const started = Date.parse(await engine.inspect(odoo, ".State.StartedAt"));
  for (const viewer of [one, other])
    await viewer.sees(at.state("odoo"), "running");
  for (const watch of watches) {
    const sights = await watch();
    const back = sights.slice(1).filter(({ state }) => state !== "exited");
    within("stopped", moment(sights, "exited") - stopped, 1_000);
    within("started", moment(back, "running") - started, 1_000);
  }
});

test("a restart in one is seen step by step in the other", async () => {
  const watches = [
    await one.watch(at.operation("odoo")),
    await other.watch(at.operation("odoo")),
  ];
  const answered = one.page.waitForResponse(/containers\/odoo\/restart$/);
  await one.page.click(at.button("odoo", "restart"));
  const { id } = (await (await answered).json()) as Operation;
  await other.sees(at.operation("odoo"), "succeeded", 60_000);
  await one.sees(at.operation("odoo"), "succeeded");
  const asked = await one.page.request.get(`${server.url}api/operations/${id}`);
  const told = (await asked.json()) as Operation;
  const [here, there] = await Promise.all(watches.map((watch) => watch()));
  const steps = [
    ["running", told.started_at],
    ["succeeded", told.finished_at],
  ] as const;
  for (const [state, time] of steps) {
    const seen = [moment(here!, state), moment(there!, state)] as const;
    within(`${state}, asker`, seen[0] - Date.parse(time!), 200);
    within(`${state}, other`, seen[1] - Date.parse(time!), 200);
    within(`${state}, apart`, Math.abs(seen[0] - seen[1]), 200);
  }
});

test("a stop is asked for, and whoever says no has none", async () => {
  await one.page.click(at.button("postgres", "stop"));
  await one.page.keyboard.press("Escape");
  await one.page.waitForSelector("dialog", { state: "detached" });
  assert.equal(await one.page.locator("[data-operation=stop]").count(), 0);
});

test("a stop from the page ends stopped, a start running", async () => {
  await one.page.click(at.button("odoo", "stop"));
  await one.page.click("dialog .danger");
  await other.sees(at.state("odoo"), "exited", 30_000);
  await one.page.click(at.button("odoo", "start"));
  await other.sees(at.state("odoo"), "running", 30_000);
});

test("a killed server is live again within two seconds, with no reload", async () => {
  await one.page.evaluate(() => document.body.setAttribute("data-kept", ""));
  await server.kill();
  await one.connection("lost");
  const from = Date.now();
  await server.start();
  await one.connection("live");
  await one.sees(at.state("odoo"), "running");
  within("live again", Date.now() - from, 2_000);
  assert.equal(await one.page.locator("body[data-kept]").count(), 1);
  await pair.engine.docker("stop", "--time", "1", pair.odoo);
  await one.sees(at.state("odoo"), "exited", 5_000);
  await pair.engine.docker("start", pair.odoo);
  await one.sees(at.state("odoo"), "running", 5_000);
});

test("a viewer sees no buttons that act, an operator no stop", async () => {
  assert.equal(await other.page.locator("[data-verb]").count(), 0);
  const operator = await Viewer.open(server.url, "operator");
  await operator.sees(at.state("odoo"), "running");
  const verbs = await operator.page
    .locator('article[data-container="odoo"] [data-verb]')
    .evaluateAll((all) => all.map((each) => each.getAttribute("data-verb")));
  assert.deepEqual(verbs, ["start", "restart"]);
  await operator.close();
});

test("the browser's language is spoken, and the chosen one kept", async () => {
  const viewer = await Viewer.open(server.url, "viewer", "es-ES");
  const { page } = viewer;
  await page.getByText("En marcha").first().waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "es");
  await page.getByRole("button", { name: "English" }).click();
  await page.getByText("Running").first().waitFor();
  await page.reload();
  await page.getByText("Running").first().waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  assert.match(await page.title(), new RegExp(`${instance} · Atalaya$`));
  await viewer.close();
});

test("whoever signs out is back at the sign-in, and stays there", async () => {
  const viewer = await Viewer.open(server.url, "viewer");
  const { page } = viewer;
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForSelector("input[name=password]");
  await page.reload();
  await page.waitForSelector("input[name=password]");
  await page.fill("input[name=user]", "viewer");
  await page.fill("input[name=password]", "not it");
  await page.click("button.primary");
  await page.waitForSelector('[role="alert"] .problem');
  await viewer.close();
});
