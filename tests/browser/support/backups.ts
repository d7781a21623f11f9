// Backups as the API and the disk have them.

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Backup, BackupFormat, Operation } from "../../../ui/src/protocol.ts";
import { until } from "./environment.ts";
import { instance, type Server } from "./server.ts";

const run = promisify(execFile);

/** Backs up `database` and waits for the end; fails unless it went well. */
export async function backUp(
  server: Server,
  database: string,
  format: BackupFormat = "zip",
): Promise<Backup> {
  const path = `api/instances/${instance}/databases/${database}/backups`;
  const asked = await server.ask("POST", path, { note: "a test", format });
  const { id } = (await asked.json()) as Operation;
  const ended = await end(server, id);
  if (ended.state !== "succeeded")
    throw new Error(`the backup ${ended.state}: ${ended.error}`);
  return listed(server, ended.result!);
}

/** The backup `id`, as soon as it is listed. */
export async function listed(server: Server, id: string): Promise<Backup> {
  const all = `api/instances/${instance}/backups`;
  let found: Backup | undefined;
  await until("the backup is listed", 10_000, async () => {
    found = (await server.get<Backup[]>(all)).find((x) => x.id === id);
    return found !== undefined;
  });
  return found!;
}

interface Logged extends Operation {
  log: { text: string }[];
}

export async function end(server: Server, id: string): Promise<Logged> {
  let last: Logged | undefined;
  await until("the operation ends", 120_000, async () => {
    last = await server.get<Logged>(`api/operations/${id}`);
    return !["queued", "running"].includes(last.state);
  });
  return last!;
}

export async function download(server: Server, id: string): Promise<Blob> {
  const path = `api/instances/${instance}/backups/${id}/file`;
  return (await server.ask("GET", path)).blob();
}

/** What another program than ours reads in a backup; see read_zip.py. */
export interface Content {
  names: string[];
  /** Files that the database's attachments name, and the zip doesn't have. */
  missing: string[];
  rows: Record<string, number>;
}

/** Reads `zip`; fails where anything in it is damaged. */
export async function contentOf(zip: Blob): Promise<Content> {
  const folder = await mkdtemp(join(tmpdir(), "atalaya-zip-"));
  try {
    const file = join(folder, "backup.zip");
    await writeFile(file, Buffer.from(await zip.arrayBuffer()));
    const script = join(import.meta.dirname, "read_zip.py");
    const options = { maxBuffer: 64 << 20 };
    const { stdout } = await run("python3", [script, file], options);
    return JSON.parse(stdout) as Content;
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function namesIn(zip: Blob): Promise<string[]> {
  return (await contentOf(zip)).names;
}
