// The page's language: the one chosen before, else the browser's.

import { Problem } from "./api";
import { dictionary, type Key, type Language } from "./dictionary";

const storedAs = "atalaya.language";

export function choose(stored: string | null, wanted: readonly string[]): Language {
  for (const tag of [stored ?? "", ...wanted]) {
    const language = tag.slice(0, 2).toLowerCase();
    if (language in dictionary) return language as Language;
  }
  return "en";
}

/** Storage may be forbidden: the choice then lasts as long as the page. */
function stored(): string | null {
  try {
    return localStorage.getItem(storedAs);
  } catch {
    return null;
  }
}

export const i18n = $state({ language: choose(stored(), navigator.languages) });

/** How numbers and dates are written: the reader's own form of the language. */
export function locale(): string {
  const own = navigator.languages.find((tag) => tag.startsWith(i18n.language));
  return own ?? i18n.language;
}

export function speak(language: Language): void {
  i18n.language = language;
  try {
    localStorage.setItem(storedAs, language);
  } catch {
    // nop
  }
}

/** The text of `key` in the page's language, with `{x}` filled in. */
export function t(key: Key, fill: Record<string, string | number> = {}): string {
  return dictionary[i18n.language][key].replace(/\{(\w+)\}/g, (all, name) =>
    String(fill[name as string] ?? all),
  );
}

/** As `t`; `word` itself where the dictionary has no such key. */
export function translate(
  prefix: string,
  word: string,
  fill: Record<string, string | number> = {},
): string {
  const key = `${prefix}.${word}`;
  return key in dictionary.en ? t(key as Key, fill) : word;
}

/** What went wrong, in a sentence of ours and the server's own detail. */
export function explain(error: unknown): string {
  if (!(error instanceof Problem)) return t("problem.other");
  const key = `problem.${error.code}`;
  const known = key in dictionary.en;
  const sentence = t(known ? (key as Key) : "problem.other");
  return error.code === "unreachable"
    ? sentence
    : `${sentence} ${error.detail}`;
}
