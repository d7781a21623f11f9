import { expect, test } from "vitest";
import type { Verb } from "./api";
import { allowed, byName, possible, tone, totalOf } from "./rules";

const verbs: Verb[] = ["start", "stop", "restart"];

test.each([
  ["viewer", []],
  ["operator", ["start", "restart"]],
  ["admin", ["start", "stop", "restart"]],
] as const)("a %s may %s", (role, expected) => {
  expect(verbs.filter((verb) => allowed(role, verb))).toEqual(expected);
});

test.each([
  ["running", ["restart", "stop"]],
  ["paused", ["restart", "stop"]],
  ["exited", ["start"]],
  ["created", ["start"]],
  ["a word of a newer engine", ["start"]],
  ["missing", []],
  ["unreachable", []],
])("a container that is %s can %s", (state, expected) => {
  expect(possible(state)).toEqual(expected);
});

test("a state without a colour of its own is quiet", () => {
  expect(tone("constructor")).toBe("idle");
});

test("a size of which nothing is known is not 0", () => {
  const nothing = { database: null, filestore: null, backups: 0, total: 0 };
  expect(totalOf(nothing)).toBe(null);
  expect(totalOf({ ...nothing, backups: 5, total: 5 })).toBe(5);
  expect(totalOf({ ...nothing, database: 0 })).toBe(0);
});

test("names are in the order that people expect", () => {
  expect(["prod10", "b", "prod2", "A"].sort(byName)).toEqual([
    "A",
    "b",
    "prod2",
    "prod10",
  ]);
});
