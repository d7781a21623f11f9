import { beforeEach, expect, test, vi } from "vitest";
import type { Database, Entity, Operation, ServerEvent } from "../protocol";
import { isActive, Store, topicOf } from "./store.svelte";

const topic = topicOf("main");
let uut: Store;

const database = (name: string): Database => ({
  name,
  version: "19.0",
  state: "ready",
  neutralized: false,
  outdated_modules: 0,
  warnings: 0,
  connections: 0,
  sizes: { database: 1, filestore: 2, backups: 3, total: 6 },
  sized_at: null,
});

const operation = (id: string, state: Operation["state"]): Operation => ({
  id,
  instance: "main",
  kind: "restart",
  target: "odoo",
  requested_by: "ana",
  state,
  waits_for: [],
  phase: "",
  done: 0,
  total: null,
  queued_at: "2026-01-01T00:00:00Z",
  started_at: null,
  finished_at: null,
  error: null,
  warnings: [],
  result: null,
  undo_until: null,
});

function snapshot(entities: Record<string, Entity>, more = false) {
  uut.accept({ event: "snapshot", topic, epoch: "e", seq: 1, entities, more });
}

function put(key: string, value: Entity) {
  uut.accept({ event: "put", topic, seq: 2, key, value });
}

function hello(version: string): ServerEvent {
  return { event: "hello", user: "ana", role: "admin", version };
}

beforeEach(() => {
  vi.useFakeTimers();
  uut = new Store();
});

test("a snapshot replaces what was there before", () => {
  snapshot({ "databases/a": database("a"), "databases/b": database("b") });
  snapshot({ "databases/b": database("b") });
  expect([...uut.databases.keys()]).toEqual(["b"]);
});

test("a snapshot in parts shows once it is whole", () => {
  snapshot({ "databases/a": database("a") }, true);
  expect([uut.databases.size, uut.loaded]).toEqual([0, false]);
  snapshot({ "databases/b": database("b") });
  expect([uut.databases.size, uut.loaded]).toEqual([2, true]);
});

test("the parts of a snapshot that was cut off are forgotten", () => {
  uut.accept(hello("1"));
  snapshot({ "databases/a": database("a") }, true);
  uut.accept(hello("1"));
  snapshot({ "databases/b": database("b") });
  expect([...uut.databases.keys()]).toEqual(["b"]);
});

test("the list of instances leaves the chosen one alone", () => {
  snapshot({ "databases/a": database("a") });
  uut.accept({
    event: "snapshot",
    topic: "instances",
    epoch: "e",
    seq: 1,
    entities: {},
    more: false,
  });
  expect([uut.databases.size, uut.listed]).toEqual([1, true]);
});

test("names in keys are raw, slashes and all", () => {
  put("databases/a/b %2F", database("a/b %2F"));
  expect([...uut.databases.keys()]).toEqual(["a/b %2F"]);
  uut.accept({ event: "remove", topic, seq: 3, key: "databases/a/b %2F" });
  expect(uut.databases.size).toBe(0);
});

test("keys of a newer server are passed over", () => {
  expect(() => put("novelties/x", database("x"))).not.toThrow();
});

test("an operation that ends before our eyes stays for a while", () => {
  snapshot({ "operations/1": operation("1", "running") });
  put("operations/1", operation("1", "succeeded"));
  expect([...uut.ended.keys()]).toEqual(["1"]);
  vi.advanceTimersByTime(8_000);
  expect(uut.ended.size).toBe(0);
});

test("a failed operation stays until it is dismissed", () => {
  snapshot({ "operations/1": operation("1", "running") });
  put("operations/1", operation("1", "failed"));
  vi.advanceTimersByTime(3_600_000);
  expect([...uut.ended.keys()]).toEqual(["1"]);
});

test("an operation that ended while the connection was cut is told", () => {
  snapshot({ "operations/1": operation("1", "running") });
  snapshot({ "operations/1": operation("1", "interrupted") });
  expect([...uut.ended.keys()]).toEqual(["1"]);
});

test("what had ended before the page came is not news", () => {
  snapshot({ "operations/1": operation("1", "failed") });
  expect(uut.ended.size).toBe(0);
});

test("a server of another version is noticed", () => {
  uut.accept(hello("1"));
  expect(uut.outdated).toBe(false);
  uut.accept(hello("2"));
  expect(uut.outdated).toBe(true);
});

test("the end of an instance empties the view", () => {
  snapshot({ "databases/a": database("a") });
  uut.accept({ event: "gone", topic });
  expect([uut.databases.size, uut.loaded]).toEqual([0, false]);
});

test("a topic's name is percent-encoded", () => {
  expect(topicOf("a/b c")).toBe("instances/a%2Fb%20c");
});

test("only what waits or runs is active", () => {
  const states = ["queued", "running", "succeeded", "failed"] as const;
  expect(states.map((state) => isActive(operation("1", state)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
