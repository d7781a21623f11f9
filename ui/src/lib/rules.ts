// What the page offers to whom, and when. The server decides; these rules only
// keep away buttons that it would refuse (docs/interface.md, "Roles").

import type { Container, DatabaseSizes, Operation, Role } from "../protocol";
import type { Verb } from "./api";
import { isActive } from "./store.svelte";

export type Tone = "good" | "busy" | "bad" | "idle";

const tones: Record<string, Tone> = {
  running: "good",
  ready: "good",
  succeeded: "good",
  healthy: "good",
  restarting: "busy",
  starting: "busy",
  busy: "busy",
  queued: "busy",
  paused: "busy",
  dead: "bad",
  missing: "bad",
  unreachable: "bad",
  unhealthy: "bad",
  failed: "bad",
  interrupted: "bad",
};

/** How a state is coloured; its word is always beside the colour. */
export function tone(state: string): Tone {
  return (Object.hasOwn(tones, state) && tones[state]) || "idle";
}

export function allowed(role: Role, verb: Verb): boolean {
  return role === "admin" || (role === "operator" && verb !== "stop");
}

/** The verbs that make sense for a container in `state`. */
export function possible(state: string): Verb[] {
  if (state === "missing" || state === "unreachable") return [];
  if (["running", "restarting", "paused"].includes(state))
    return ["restart", "stop"];
  return ["start"];
}

const onContainers = ["start", "stop", "restart", "pull"];

export function concernsContainers(operation: Operation): boolean {
  return onContainers.includes(operation.kind);
}

/** Whether `operation` is one on `container`, named by its role or its name. */
export function concerns(operation: Operation, container: Container): boolean {
  return (
    concernsContainers(operation) &&
    [container.role, container.name, container.id].includes(operation.target)
  );
}

export function mayCancel(
  operation: Operation,
  user: string,
  role: Role,
): boolean {
  if (!isActive(operation) || role === "viewer") return false;
  // What the engine has begun it ends.
  if (operation.state === "running" && concernsContainers(operation))
    return false;
  return role === "admin" || operation.requested_by === user;
}

/** Whether the role may back up and download. */
export const mayBackUp = (role: Role): boolean => role !== "viewer";

/** Whether the role may delete and pin backups. */
export const mayDelete = (role: Role): boolean => role === "admin";

/** What a database takes up; null where nothing of it is known. */
export function totalOf({ database, filestore, total }: DatabaseSizes) {
  return database === null && filestore === null && total === 0 ? null : total;
}

const collator = new Intl.Collator(undefined, { numeric: true });

/** The order of names: prod2 before prod10. */
export const byName = (a: string, b: string): number => collator.compare(a, b);
