// The page's one WebSocket: docs/interface.md, "Events".
//
// Each topic remembers the epoch and the last `seq` it saw, so that after a cut
// it resumes there. What must hold: `seq` moves only with what the listener was
// given, and a snapshot counts once its last part is in.

import type { Command, ServerEvent } from "../protocol";

export type Status = "connecting" | "live" | "lost" | "crowded";

export interface Listener {
  /** One event, in the order of the server. */
  event(event: ServerEvent): void;
  status(status: Status): void;
  /** The sign-in is no longer valid: connecting again would not help. */
  signedOut(): void;
}

export interface Environment {
  open(): WebSocket;
  /** False only when the server says that nobody is signed in. */
  signedIn(): Promise<boolean>;
  random(): number;
  now(): number;
}

/** Silence after which the connection counts as dead; ticks come every 20 s. */
const silence = 45_000;
const watchEvery = 5_000;
const openWithin = 10_000;
const steadyAfter = 5_000;
const askAgainAfter = 2_000;

/**
 * Milliseconds before attempt `n` (from 0): 200 doubling to 1.5 s, and to 10 s
 * once the server has been away for a minute; half of it by chance, so that a
 * restarted server isn't met by everybody at once.
 */
export function backOff(n: number, away: number, random: number): number {
  const limit = away < 60_000 ? 1_500 : 10_000;
  return Math.min(200 * 2 ** Math.min(n, 10), limit) * (0.5 + random / 2);
}

interface Position {
  epoch: string;
  seq: number;
}

export class Connection {
  #listener: Listener;
  #environment: Environment;
  #topics = new Map<string, Position | null>();
  #socket: WebSocket | null = null;
  #attempt = 0;
  #lostAt: number | null = null;
  #liveAt: number | null = null;
  #heard = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;

  constructor(listener: Listener, environment: Environment) {
    this.#listener = listener;
    this.#environment = environment;
  }

  start(): void {
    this.#watch = setInterval(() => this.#look(), watchEvery);
    this.#listener.status("connecting");
    this.#connect();
  }

  stop(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
    clearTimeout(this.#retry);
    this.#release()?.close();
    this.#topics.clear();
  }

  subscribe(topic: string): void {
    if (this.#topics.has(topic)) return;
    this.#topics.set(topic, null);
    this.#send({ subscribe: topic });
  }

  unsubscribe(topic: string): void {
    if (this.#topics.delete(topic)) this.#send({ unsubscribe: topic });
  }

  /** Tries now what waits for its time: the network or the user came back. */
  hurry(): void {
    if (this.#socket || !this.#watch) return;
    clearTimeout(this.#retry);
    this.#connect();
  }

  #connect(): void {
    const socket = this.#environment.open();
    this.#socket = socket;
    this.#liveAt = null;
    this.#heard = this.#environment.now();
    socket.onopen = () => this.#resume();
    socket.onmessage = (message) => this.#receive(String(message.data));
    socket.onclose = ({ code }) => void this.#closed(code);
  }

  #resume(): void {
    for (const [topic, at] of this.#topics)
      this.#send(
        at
          ? { subscribe: topic, after: at.seq, epoch: at.epoch }
          : { subscribe: topic },
      );
  }

  #send(command: Partial<Command>): void {
    if (this.#socket?.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify(command));
  }

  /** A frame holds one object or several, one a line. */
  #receive(frame: string): void {
    this.#heard = this.#environment.now();
    for (const line of frame.split("\n"))
      if (line !== "") this.#accept(JSON.parse(line) as ServerEvent);
  }

  #accept(event: ServerEvent): void {
    if (event.event === "hello") this.#greeted();
    // What was under way when a topic was given up.
    if ("topic" in event && event.topic !== null && !this.#topics.has(event.topic))
      return;
    this.#listener.event(event);
    this.#follow(event);
  }

  #greeted(): void {
    this.#liveAt = this.#environment.now();
    this.#lostAt = null;
    this.#listener.status("live");
  }

  /** `resumed` moves nothing: what was missed is still to come. */
  #follow(event: ServerEvent): void {
    if (event.event === "snapshot" && !event.more)
      this.#topics.set(event.topic, { epoch: event.epoch, seq: event.seq });
    if (event.event === "put" || event.event === "remove") {
      const at = this.#topics.get(event.topic);
      if (at) at.seq = event.seq;
    }
    // Its owner was started again, and makes it anew; or there is none left,
    // and whoever follows it gives it up.
    if (event.event === "gone" || event.event === "error")
      if (event.topic !== null && this.#topics.has(event.topic))
        this.#askAgain(event.topic);
  }

  #askAgain(topic: string): void {
    this.#topics.set(topic, null);
    setTimeout(() => {
      const fresh = this.#topics.get(topic) === null;
      if (fresh) this.#send({ subscribe: topic });
    }, askAgainAfter);
  }

  #look(): void {
    const { now } = this.#environment;
    const limit = this.#liveAt === null ? openWithin : silence;
    if (!this.#socket || now() - this.#heard <= limit) return;
    this.#socket.close();
    void this.#closed(1006);
  }

  /** Lets go of the socket: a dead one's close may take minutes to come. */
  #release(): WebSocket | null {
    const socket = this.#socket;
    if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
    this.#socket = null;
    return socket;
  }

  async #closed(code: number): Promise<void> {
    const { now, signedIn } = this.#environment;
    this.#release();
    this.#lostAt ??= now();
    const refused = this.#liveAt === null;
    if (!refused && now() - this.#liveAt! > steadyAfter) this.#attempt = 0;
    this.#listener.status(code === 1013 ? "crowded" : "lost");
    if (code === 1008 || (refused && !(await signedIn())))
      this.#listener.signedOut();
    else this.#wait(code === 1013 ? 10_000 : 0);
  }

  #wait(least: number): void {
    if (this.#socket || !this.#watch) return;
    const { now, random } = this.#environment;
    const away = now() - (this.#lostAt ?? now());
    const delay = backOff(this.#attempt++, away, random());
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), Math.max(delay, least));
  }
}
