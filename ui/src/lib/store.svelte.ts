// What the page shows: the newest value of each entity, as the events tell it.
// Components read it; only `accept` and `forget` write it.

import { SvelteMap } from "svelte/reactivity";
import type {
  Backup,
  Container,
  Database,
  Entity,
  Instance,
  Operation,
  Role,
  ServerEvent,
} from "../protocol";
import type { Status } from "./connection";

/** How long an operation that went well is still shown. */
const shownFor = 8_000;

export function isActive(operation: Operation): boolean {
  return operation.state === "queued" || operation.state === "running";
}

export function topicOf(instance: string): string {
  return `instances/${encodeURIComponent(instance)}`;
}

export class Store {
  status = $state<Status>("connecting");
  user = $state("");
  role = $state<Role>("viewer");
  /** The server is no longer of the version that this page came from. */
  outdated = $state(false);
  /** Whether the list of instances, and the chosen one, have arrived. */
  listed = $state(false);
  loaded = $state(false);
  details = $state<Instance | null>(null);

  readonly instances = new SvelteMap<string, Instance>();
  readonly databases = new SvelteMap<string, Database>();
  readonly containers = new SvelteMap<string, Container>();
  readonly backups = new SvelteMap<string, Backup>();
  readonly operations = new SvelteMap<string, Operation>();
  /** Ended before the eyes of this page, and still to be shown. */
  readonly ended = new SvelteMap<string, Operation>();

  readonly #maps: Record<string, SvelteMap<string, Entity>>;
  #version: string | null = null;
  #parts = new Map<string, Record<string, Entity>>();

  constructor() {
    const { instances, databases, containers, backups, operations } = this;
    this.#maps = {
      instances,
      databases,
      containers,
      backups,
      operations,
    } as unknown as Record<string, SvelteMap<string, Entity>>;
  }

  accept(event: ServerEvent): void {
    switch (event.event) {
      case "hello":
        this.user = event.user;
        this.role = event.role;
        this.#version ??= event.version;
        this.outdated = event.version !== this.#version;
        this.#parts.clear();
        break;
      case "snapshot":
        this.#gather(event.topic, event.entities, event.more);
        break;
      case "put":
        this.#put(event.key, event.value);
        break;
      case "remove":
        this.#remove(event.key);
        break;
      case "gone":
        this.forget();
        break;
    }
  }

  /** Drops everything: somebody else may sign in. */
  reset(): void {
    this.forget();
    this.listed = false;
    this.instances.clear();
  }

  /** Drops what belongs to the chosen instance. */
  forget(): void {
    this.loaded = false;
    this.details = null;
    this.#parts.clear();
    for (const map of [this.databases, this.containers, this.backups])
      map.clear();
    this.operations.clear();
    this.ended.clear();
  }

  #gather(topic: string, part: Record<string, Entity>, more: boolean): void {
    const whole = Object.assign(this.#parts.get(topic) ?? {}, part);
    if (more) {
      this.#parts.set(topic, whole);
      return;
    }
    this.#parts.delete(topic);
    this.#replace(topic, whole);
  }

  #replace(topic: string, whole: Record<string, Entity>): void {
    const kinds =
      topic === "instances"
        ? ["instances"]
        : ["databases", "containers", "backups", "operations"];
    for (const kind of kinds)
      for (const name of [...(this.#maps[kind]?.keys() ?? [])])
        if (!(`${kind}/${name}` in whole)) this.#remove(`${kind}/${name}`);
    for (const [key, value] of Object.entries(whole)) this.#put(key, value);
    if (topic === "instances") this.listed = true;
    else this.loaded = true;
  }

  #put(key: string, value: Entity): void {
    if (key === "instance") {
      this.details = value as Instance;
      return;
    }
    const [kind, name] = split(key);
    if (kind === "operations") this.#notice(value as Operation);
    this.#maps[kind]?.set(name, value);
  }

  #remove(key: string): void {
    if (key === "instance") this.details = null;
    const [kind, name] = split(key);
    this.#maps[kind]?.delete(name);
  }

  /** An operation that ends here stays in view for a while; a failed one
      until somebody dismisses it. */
  #notice(now: Operation): void {
    const before = this.operations.get(now.id);
    const fresh = before ? isActive(before) : this.loaded;
    if (isActive(now) || !fresh) return;
    this.ended.set(now.id, now);
    if (now.state === "succeeded")
      setTimeout(() => this.ended.delete(now.id), shownFor);
  }
}

function split(key: string): [string, string] {
  const at = key.indexOf("/");
  return [key.slice(0, at), key.slice(at + 1)];
}
