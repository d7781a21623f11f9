import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ServerEvent } from "../protocol";
import { backOff, Connection, type Status } from "./connection";

/** The other end of a WebSocket, moved by hand. */
class Socket {
  readyState = 0;
  sent: unknown[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  send(text: string) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
  }

  open() {
    this.readyState = 1;
    this.onopen?.();
    this.say({ event: "hello", user: "ana", role: "admin", version: "1" });
  }

  say(...events: ServerEvent[]) {
    const lines = events.map((event) => JSON.stringify(event));
    this.onmessage?.({ data: lines.join("\n") });
  }

  end(code: number) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

const topic = "instances/main";
const snapshot = (seq: number, more = false, epoch = "e1"): ServerEvent => ({
  event: "snapshot",
  topic,
  epoch,
  seq,
  entities: {},
  more,
});
const removal = (seq: number): ServerEvent => ({
  event: "remove",
  topic,
  seq,
  key: "databases/x",
});

describe("connection", () => {
  let sockets: Socket[];
  let events: ServerEvent[];
  let statuses: Status[];
  let signedOut: number;
  let signedIn: boolean;
  let uut: Connection;
  const last = () => sockets.at(-1)!;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", { OPEN: 1 });
    [sockets, events, statuses, signedOut, signedIn] = [[], [], [], 0, true];
    uut = new Connection(
      {
        event: (event) => events.push(event),
        status: (status) => statuses.push(status),
        signedOut: () => (signedOut += 1),
      },
      {
        open: () => {
          sockets.push(new Socket());
          return last() as unknown as WebSocket;
        },
        signedIn: () => Promise.resolve(signedIn),
        random: () => 1,
        now: Date.now,
      },
    );
    uut.subscribe(topic);
    uut.start();
  });

  afterEach(() => {
    uut.stop();
    vi.useRealTimers();
  });

  test("what was subscribed before the socket opened is sent once it is", () => {
    expect(last().sent).toEqual([]);
    last().open();
    expect(last().sent).toEqual([{ subscribe: topic }]);
    expect(statuses).toEqual(["connecting", "live"]);
  });

  test("a topic is subscribed once, however often it is asked for", () => {
    last().open();
    uut.subscribe(topic);
    expect(last().sent).toHaveLength(1);
  });

  test("a frame may hold several objects, one a line", () => {
    last().open();
    last().say(snapshot(7), removal(8), removal(9));
    expect(events.map((event) => event.event)).toEqual([
      "hello",
      "snapshot",
      "remove",
      "remove",
    ]);
  });

  async function cutAndReopen() {
    last().end(1006);
    await vi.advanceTimersByTimeAsync(2_000);
    last().open();
  }

  test("after a cut a topic resumes behind the last seq it saw", async () => {
    last().open();
    last().say(snapshot(7), removal(12));
    await cutAndReopen();
    expect(last().sent).toEqual([{ subscribe: topic, after: 12, epoch: "e1" }]);
    expect(statuses.slice(-2)).toEqual(["lost", "live"]);
  });

  test("`resumed` moves nothing: a second cut misses nothing", async () => {
    last().open();
    last().say(snapshot(7));
    await cutAndReopen();
    last().say({ event: "resumed", topic, epoch: "e1", seq: 99 });
    await cutAndReopen();
    expect(last().sent).toEqual([{ subscribe: topic, after: 7, epoch: "e1" }]);
  });

  test("a snapshot counts once its last part is in", async () => {
    last().open();
    last().say(snapshot(7, true));
    await cutAndReopen();
    expect(last().sent).toEqual([{ subscribe: topic }]);
    last().say(snapshot(3, true, "e2"), snapshot(3, false, "e2"));
    await cutAndReopen();
    expect(last().sent).toEqual([{ subscribe: topic, after: 3, epoch: "e2" }]);
  });

  test("nothing is told of a topic that was given up", () => {
    last().open();
    uut.unsubscribe(topic);
    last().say(snapshot(7));
    expect(last().sent.at(-1)).toEqual({ unsubscribe: topic });
    expect(events.map((event) => event.event)).toEqual(["hello"]);
  });

  test("a topic that has ended is asked for until it is there again", async () => {
    last().open();
    last().say(snapshot(7), { event: "gone", topic });
    last().sent.length = 0;
    await vi.advanceTimersByTimeAsync(2_100);
    expect(last().sent).toEqual([{ subscribe: topic }]);
    const code = "unavailable";
    last().say({ event: "error", topic, code, detail: "is being started" });
    await vi.advanceTimersByTimeAsync(2_100);
    expect(last().sent).toHaveLength(2);
    last().say(snapshot(1));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(last().sent).toHaveLength(2);
  });

  test("a topic that has ended and was given up is not", async () => {
    last().open();
    last().say(snapshot(7), { event: "gone", topic });
    uut.unsubscribe(topic);
    last().sent.length = 0;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(last().sent).toEqual([]);
  });

  test("45 s without a frame count as a lost connection", async () => {
    last().open();
    await vi.advanceTimersByTimeAsync(40_000);
    last().say({ event: "tick" });
    await vi.advanceTimersByTimeAsync(44_000);
    expect(sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(8_000);
    expect(sockets[0]!.closed).toBe(true);
    expect(sockets).toHaveLength(2);
  });

  test("a socket that doesn't open is given up", async () => {
    await vi.advanceTimersByTimeAsync(16_000);
    expect(sockets[0]!.closed).toBe(true);
    expect(sockets).toHaveLength(2);
  });

  test("1008 leads back to the sign-in", async () => {
    last().open();
    last().end(1008);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(signedOut).toBe(1);
    expect(sockets).toHaveLength(1);
  });

  test("a refused socket leads back only when nobody is signed in", async () => {
    last().end(1006);
    await vi.advanceTimersByTimeAsync(2_000);
    expect([signedOut, sockets.length]).toEqual([0, 2]);
    signedIn = false;
    last().end(1006);
    await vi.advanceTimersByTimeAsync(2_000);
    expect([signedOut, sockets.length]).toEqual([1, 2]);
  });

  test("1013 is tried again after ten seconds", async () => {
    last().open();
    last().end(1013);
    await vi.advanceTimersByTimeAsync(9_900);
    expect([statuses.at(-1), sockets.length]).toEqual(["crowded", 1]);
    await vi.advanceTimersByTimeAsync(200);
    expect(sockets).toHaveLength(2);
  });

  test("who comes back to the page doesn't wait", async () => {
    last().open();
    last().end(1013);
    await vi.advanceTimersByTimeAsync(1);
    uut.hurry();
    expect(sockets).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(8_000);
    expect(sockets).toHaveLength(2);
  });

  test("a server that is away is asked at least every 1.5 s", async () => {
    last().open();
    for (let i = 0; i < 20; ++i) {
      const before = sockets.length;
      last().end(1006);
      await vi.advanceTimersByTimeAsync(1_500);
      expect(sockets.length).toBe(before + 1);
    }
  });

  test("nothing is tried after the end", async () => {
    last().open();
    uut.stop();
    expect(last().closed).toBe(true);
    uut.hurry();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(1);
  });
});

test("the wait doubles, has a limit, and is partly chance", () => {
  expect([0, 1, 2, 3, 50].map((n) => backOff(n, 0, 1))).toEqual([
    200, 400, 800, 1_500, 1_500,
  ]);
  expect(backOff(50, 60_000, 1)).toBe(10_000);
  expect(backOff(0, 0, 0)).toBe(100);
});
