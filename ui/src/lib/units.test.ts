import { expect, test } from "vitest";
import { ago, bytes, duration, exactBytes } from "./units";

test.each([
  [null, "–"],
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.00 KiB"],
  [10_229, "9.99 KiB"],
  [10_239, "10.0 KiB"],
  [102_399, "100 KiB"],
  [1_048_063, "1023 KiB"],
  [1_048_575, "1.00 MiB"],
  [7_412_345_678, "6.90 GiB"],
  [2 ** 60, "1024 PiB"],
])("%s bytes read %s", (size, text) => {
  expect(bytes(size, "en")).toBe(text);
});

test("the decimal sign is the locale's", () => {
  expect(bytes(1_893_221_000, "es")).toBe("1,76 GiB");
  expect(exactBytes(24_536_121, "es")).toBe("24.536.121 B");
});

test.each([
  [-5, "now"],
  [59, "now"],
  [60, "1 minute ago"],
  [7_199, "1 hour ago"],
  [86_400, "yesterday"],
  [5 * 86_400, "5 days ago"],
  [70 * 86_400, "2 months ago"],
])("%s seconds ago reads %s", (seconds, text) => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  const then = new Date(now - seconds * 1000).toISOString();
  expect(ago(then, now, "en")).toBe(text);
});

test.each([
  [-1, "0 s"],
  [3.2, "4 s"],
  [65, "1:05 min"],
  [3_727, "1:02:07 h"],
])("%s seconds read %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
