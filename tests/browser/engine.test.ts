// The engine stopped and started again: an engine of this test's own, with two
// small containers that come back with it.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { at, Viewer } from "./support/browser.ts";
import { Engine } from "./support/engine.ts";
import { required, until } from "./support/environment.ts";
import { Server } from "./support/server.ts";

const run = promisify(execFile);
const port = "15439";
const server = new Server();
let folder = "";
let daemon: ChildProcess | null = null;
let engine: Engine;
let viewer: Viewer;

async function startEngine(): Promise<void> {
  daemon = spawn(
    "dockerd",
    [
      ...["--host", engine.url, "--pidfile", join(folder, "pid")],
      ...["--data-root", join(folder, "data")],
      ...["--exec-root", join(folder, "exec")],
      ...["--bridge", "none", "--iptables=false", "--log-level", "error"],
    ],
    { stdio: "ignore" },
  );
  await until("the engine answers", 60_000, () =>
    engine.docker("version").then(
      () => true,
      () => false,
    ),
  );
}

async function stopEngine(): Promise<void> {
  const child = daemon;
  daemon = null;
  if (child === null || child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

/** Hands the image that the stack has to the engine of this test. */
async function copyImage(image: string): Promise<void> {
  const from = ["--host", required("ATALAYA_TEST_ENGINE"), "save", image];
  const save = spawn("docker", from, { stdio: ["ignore", "pipe", "inherit"] });
  const to = ["--host", engine.url, "load"];
  const load = spawn("docker", to, { stdio: [save.stdout, "ignore", "inherit"] });
  const [code] = (await once(load, "exit")) as [number];
  if (code !== 0) throw new Error(`docker load: exit code ${code}`);
}

async function startContainers(image: string): Promise<void> {
  const always = ["--restart", "always", "--network", "host"];
  const cluster = [
    ...["--env", "POSTGRES_USER=odoo", "--env", "POSTGRES_PASSWORD=odoo"],
    ...["--env", "POSTGRES_DB=postgres"],
  ];
  const serve = [image, "postgres", "-p", port];
  await engine.create("--name", "db", ...always, ...cluster, ...serve);
  const idle = ["--entrypoint", "sleep", image, "infinity"];
  await engine.create("--name", "odoo", ...always, "--init", ...idle);
  await until("PostgreSQL answers", 60_000, () =>
    engine.postgresAnswers("db", port),
  );
}

before(async () => {
  // A socket's path has room for 107 bytes.
  folder = await mkdtemp("/var/tmp/atalaya-engine-");
  engine = new Engine(`unix://${join(folder, "docker.sock")}`);
  await startEngine();
  const image = required("ATALAYA_TEST_POSTGRES_IMAGE");
  await copyImage(image);
  await startContainers(image);
  const address = `host=127.0.0.1 port=${port} user=odoo password=odoo`;
  const watched = { engine: engine.url, odoo: "odoo", postgres: "db" };
  await server.prepare({ ...watched, address });
  await server.start();
  viewer = await Viewer.open(server.url, "viewer");
  await viewer.sees(at.state("postgres"), "running", 30_000);
});

after(async () => {
  await viewer?.close();
  await server.stop();
  if (daemon !== null) await engine.remove("db", "odoo");
  await stopEngine();
  // What a dockerd leaves: of a container on the host's network, and its data
  // where that had to be a mount of its own.
  for (const mount of ["exec/netns/default", "data"])
    await run("umount", ["--lazy", join(folder, mount)]).catch(() => undefined);
  if (folder) await rm(folder, { recursive: true, force: true });
});

test("an engine that stops is said to be unreachable", async () => {
  await stopEngine();
  await viewer.sees(at.state("odoo"), "unreachable", 5_000);
  await viewer.sees(at.state("postgres"), "unreachable", 5_000);
  await viewer.page.waitForSelector(`${at.banner} p`);
});

test("an engine that comes back is seen by itself", async () => {
  const from = Date.now();
  await startEngine();
  console.log(`the engine took ${Date.now() - from} ms`);
  await viewer.sees(at.state("odoo"), "running", 30_000);
  await viewer.sees(at.state("postgres"), "running", 30_000);
  await viewer.page.waitForSelector(`${at.banner} p`, { state: "detached" });
  console.log(`right again after ${Date.now() - from} ms`);
});
