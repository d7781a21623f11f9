// What ./test says about the stack. Nothing is guessed: a test that misses
// something fails and says what.

export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these through ./test`);
  return value;
}

/** A name of this run's own. */
export function named(what: string): string {
  return `atalaya-browser-${process.pid}-${what}`;
}

/** The status of GET `url`, or null where nobody answers. The body is read:
    Node's fetch trips over one that is left when the connection closes. */
export async function statusOf(url: string | URL): Promise<number | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return null;
  }
}

export const sleep = (milliseconds: number) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Asks until the answer is true; fails with `what` when it never is. */
export async function until(
  what: string,
  limit: number,
  ask: () => Promise<boolean>,
): Promise<void> {
  const end = Date.now() + limit;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${limit} ms`);
    await sleep(20);
  }
}
