// What the address names: #/INSTANCE/backups, #/INSTANCE/databases/NAME.

export interface Route {
  instance: string | null;
  backups: boolean;
  database: string | null;
}

function decode(part: string | undefined): string | null {
  try {
    return part ? decodeURIComponent(part) : null;
  } catch {
    return null;
  }
}

export function parse(hash: string): Route {
  const [, instance, view, name] = hash.split("/");
  return {
    instance: decode(instance),
    backups: view === "backups",
    database: view === "databases" ? decode(name) : null,
  };
}

export const href = {
  instance: (name: string) => `#/${encodeURIComponent(name)}`,
  backups: (name: string) => `#/${encodeURIComponent(name)}/backups`,
  database: (instance: string, name: string) =>
    `#/${encodeURIComponent(instance)}/databases/${encodeURIComponent(name)}`,
};

export const route = $state(parse(location.hash));

/** Writes into the address what is in view, where it didn't say. */
export function settle(instance: string, database: string): void {
  history.replaceState(history.state, "", href.database(instance, database));
  Object.assign(route, { instance, database });
}

addEventListener("hashchange", () =>
  Object.assign(route, parse(location.hash)),
);
