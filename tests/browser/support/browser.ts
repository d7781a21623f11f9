// Chromium, and what a person sees in it.

import assert from "node:assert/strict";
import { chromium, type Browser, type Page } from "playwright-core";
import type { ContainerRole, Role } from "../../../ui/src/protocol.ts";
import { required } from "./environment.ts";
import { instance, password } from "./server.ts";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Where the page shows things, in whatever language. */
export const at = {
  state: (role: ContainerRole) =>
    `article[data-container="${role}"] .states [data-state]`,
  operation: (role: ContainerRole) =>
    `article[data-container="${role}"] [data-operation] [data-state]`,
  button: (role: ContainerRole, verb: string) =>
    `article[data-container="${role}"] [data-verb="${verb}"]`,
  database: (name: string) => `nav [data-database="${name}"]`,
  /** The choice of instances, where there are several. */
  instances: "select[data-instances]",
  /** The state of the database in view. */
  inView: "main .facts [data-state]",
  banner: '[role="status"][data-status]',
};

/** One change of what `watch` looks at; `at` in milliseconds since 1970. */
export interface Sight {
  at: number;
  state: string | null;
}

/** A browser of its own with one page, signed in. */
export class Viewer {
  readonly browser: Browser;
  readonly page: Page;
  /** What went wrong in the page; stays empty. */
  readonly faults: string[] = [];

  private constructor(browser: Browser, page: Page) {
    this.browser = browser;
    this.page = page;
    page.on("pageerror", (error) => this.faults.push(error.message));
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy"))
        this.faults.push(message.text());
    });
  }

  static async open(url: string, user: Role, locale = "en-GB") {
    const browser = await chromium.launch({
      executablePath: required("ATALAYA_TEST_CHROMIUM"),
      args: flags,
    });
    const page = await browser.newPage({ locale });
    const viewer = new Viewer(browser, page);
    await page.goto(url);
    await page.fill("input[name=user]", user);
    await page.fill("input[name=password]", password);
    await page.click("button.primary");
    await page.waitForSelector("nav");
    return viewer;
  }

  /** Waits until `selector` shows `state`. */
  async sees(selector: string, state: string, limit = 10_000) {
    const wanted = `${selector}[data-state="${state}"]`;
    await this.page.waitForSelector(wanted, { timeout: limit });
  }

  /** Waits until the connection is said to be `status`. */
  async connection(status: "live" | "lost") {
    const wanted = `${at.banner}[data-status="${status}"]`;
    await this.page.waitForSelector(wanted, { state: "attached" });
  }

  /** From now on notes each change of the state at `selector`. */
  async watch(selector: string): Promise<() => Promise<Sight[]>> {
    const sights = await this.page.evaluateHandle((where) => {
      const look = () =>
        document.querySelector(where)?.getAttribute("data-state") ?? null;
      const seen: Sight[] = [{ at: Date.now(), state: look() }];
      new MutationObserver(() => {
        const state = look();
        if (seen.at(-1)!.state !== state) seen.push({ at: Date.now(), state });
      }).observe(document.body, {
        subtree: true,
        childList: true,
        attributes: true,
      });
      return seen;
    }, selector);
    return () => sights.jsonValue();
  }

  async close(): Promise<void> {
    await this.browser.close();
    assert.deepEqual(this.faults, [], "the page had faults");
  }
}

/** When `state` was first seen. */
export function moment(sights: Sight[], state: string): number {
  const found = sights.find((sight) => sight.state === state);
  assert.ok(found, `${state} was not seen, but ${JSON.stringify(sights)}`);
  return found.at;
}

/** Says what was measured, and fails past the limit. */
export function within(what: string, measured: number, limit: number): void {
  console.log(`${what}: ${Math.round(measured)} ms (limit ${limit} ms)`);
  assert.ok(measured <= limit, `${what}: ${measured} ms, not ${limit}`);
}

export { instance };
