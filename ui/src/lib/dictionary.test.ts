import { expect, test } from "vitest";
import { dictionary, type Key } from "./dictionary";
import { choose } from "./i18n.svelte";

const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

test.each(Object.keys(dictionary.en) as Key[])(
  "%s fills in the same in both languages",
  (key) => {
    const { en, es } = dictionary;
    expect(placeholders(es[key])).toEqual(placeholders(en[key]));
  },
);

test.each([
  [null, ["es-MX", "en"], "es"],
  [null, ["fr", "en-GB"], "en"],
  [null, ["fr"], "en"],
  [null, [], "en"],
  ["en", ["es"], "en"],
  ["xx", ["es"], "es"],
])("stored %s, browser %s: %s", (stored, wanted, language) => {
  expect(choose(stored, wanted)).toBe(language);
});
