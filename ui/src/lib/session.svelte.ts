// Who is signed in, and the connection that lasts as long.

import type { Session } from "../protocol";
import { address, api, Problem } from "./api";
import { Connection } from "./connection";
import { Store } from "./store.svelte";

export const store = new Store();

export const session = $state<{
  phase: "asking" | "out" | "in";
  /** Signed out by the server, not by the user. */
  ended: boolean;
}>({ phase: "asking", ended: false });

let connection: Connection | null = null;

const retryEvery = 2_000;

/** False only when the server says that nobody is signed in. */
async function signedIn(): Promise<boolean> {
  try {
    await api.session();
    return true;
  } catch (error) {
    return !(error instanceof Problem && error.code === "unauthenticated");
  }
}

/** Finds out whether this browser is signed in; asks until it is told. */
export async function resume(): Promise<void> {
  try {
    enter(await api.session());
  } catch (error) {
    if (error instanceof Problem && error.code === "unauthenticated")
      session.phase = "out";
    else setTimeout(resume, retryEvery);
  }
}

export async function login(user: string, password: string): Promise<void> {
  enter(await api.login({ user, password }));
}

export async function logout(): Promise<void> {
  await api.logout();
  leave(false);
}

/** Follows `topic` until the returned function is called. */
export function follow(topic: string): () => void {
  connection?.subscribe(topic);
  return () => connection?.unsubscribe(topic);
}

/** The network, or whoever looks at the page, came back. */
export function hurry(): void {
  connection?.hurry();
}

function enter({ user, role }: Session): void {
  Object.assign(store, { user, role });
  connection = new Connection(
    {
      event: (event) => store.accept(event),
      status: (status) => (store.status = status),
      signedOut: () => leave(true),
    },
    {
      open: () => new WebSocket(address("api/events", "ws"), "atalaya.v1"),
      signedIn,
      random: Math.random,
      now: Date.now,
    },
  );
  connection.subscribe("instances");
  connection.start();
  Object.assign(session, { phase: "in", ended: false });
}

function leave(ended: boolean): void {
  connection?.stop();
  connection = null;
  store.reset();
  Object.assign(session, { phase: "out", ended });
}
