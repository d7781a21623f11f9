// Made by ui/protocol.cpp from the C++ declarations (actors/): don't
// edit. The contract in words is docs/interface.md.

export type InstanceState = "ok" | "engine_unreachable" | "postgres_unreachable" | "incomplete";

export interface InstanceSizes {
  database: number;
  filestore: number;
  backups: number;
  total: number;
}

export type DiskUse = "filestore" | "backups" | "postgres";

export interface Disk {
  for: DiskUse;
  total: number;
  free: number;
}

export interface Instance {
  name: string;
  version: string | null;
  state: InstanceState;
  detail: string | null;
  sizes: InstanceSizes;
  disks: Disk[];
  odoo_url: string | null;
}

export type DatabaseState = "ready" | "busy" | "starting" | "unreachable" | "foreign" | "other_version";

export interface DatabaseSizes {
  database: number | null;
  filestore: number | null;
  backups: number;
  total: number;
}

export interface Database {
  name: string;
  version: string | null;
  state: DatabaseState;
  neutralized: boolean;
  outdated_modules: number | null;
  warnings: number;
  connections: number;
  sizes: DatabaseSizes;
  sized_at: string | null;
}

export type ContainerRole = "odoo" | "postgres";

export interface Container {
  role: ContainerRole;
  name: string;
  id: string;
  image: string;
  image_id: string;
  state: string;
  health: string | null;
  started_at: string | null;
  exit_code: number | null;
  detail: string | null;
  newer_image: boolean | null;
}

export type BackupFormat = "zip" | "dump";

export type BackupSource = "manual" | "scheduled" | "safety" | "imported" | "remote" | "found";

export type ProofKind = "read" | "restored";

export interface Proof {
  at: string;
  ok: boolean;
  how: ProofKind;
  detail: string;
}

export interface Backup {
  id: string;
  database: string;
  filename: string;
  format: BackupFormat;
  size: number;
  created_at: string;
  created_by: string | null;
  duration: number | null;
  source: BackupSource;
  version: string | null;
  pg_version: string | null;
  modules: number | null;
  files: number | null;
  missing: number | null;
  sha256: string | null;
  verified: Proof | null;
  note: string;
  pinned: boolean;
  copies: string[];
}

export type OperationKind = "backup" | "restore" | "copy" | "rename" | "delete_database" | "create_database" | "update_modules" | "verify" | "import" | "delete_backup" | "neutralized_download" | "fetch" | "push" | "start" | "stop" | "restart" | "pull" | "undo";

export type OperationState = "queued" | "running" | "succeeded" | "failed" | "cancelled" | "interrupted";

export interface Operation {
  id: string;
  instance: string;
  kind: OperationKind;
  target: string;
  requested_by: string;
  state: OperationState;
  waits_for: string[];
  phase: string;
  done: number;
  total: number | null;
  queued_at: string;
  started_at: string | null;
  finished_at: string | null;
  error: string | null;
  warnings: string[];
  result: string | null;
  undo_until: string | null;
}

export type Entity =
  | Instance
  | Database
  | Container
  | Backup
  | Operation;

export type Role = "viewer" | "operator" | "admin";

export interface Hello {
  event: "hello";
  user: string;
  role: Role;
  version: string;
}

export interface Snapshot {
  event: "snapshot";
  topic: string;
  epoch: string;
  seq: number;
  entities: Record<string, Instance | Database | Container | Backup | Operation>;
  more: boolean;
}

export interface Resumed {
  event: "resumed";
  topic: string;
  epoch: string;
  seq: number;
}

export interface Put {
  event: "put";
  topic: string;
  seq: number;
  key: string;
  value: Instance | Database | Container | Backup | Operation;
}

export interface Removal {
  event: "remove";
  topic: string;
  seq: number;
  key: string;
}

export interface LogLine {
  seq: number;
  at: string;
  stream: string;
  text: string;
}

export interface LogLines {
  event: "log";
  topic: string;
  lines: LogLine[];
}

export interface Dropped {
  event: "dropped";
  topic: string;
  lines: number;
}

export interface Gone {
  event: "gone";
  topic: string;
}

export interface Tick {
  event: "tick";
}

export interface Problem {
  event: "error";
  topic: string | null;
  code: string;
  detail: string;
}

export type ServerEvent =
  | Hello
  | Snapshot
  | Resumed
  | Put
  | Removal
  | LogLines
  | Dropped
  | Gone
  | Tick
  | Problem;

export interface Command {
  subscribe: string | null;
  after: number | null;
  epoch: string | null;
  tail: number | null;
  level: string | null;
  search: string | null;
  unsubscribe: string | null;
}

export interface Session {
  user: string;
  role: Role;
}

export interface Credentials {
  user: string;
  password: string;
}

export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
}

export interface InstanceView {
  seq: number;
  epoch: string;
  instance: Instance;
  databases: Database[];
  containers: Container[];
  backups: Backup[];
  operations: Operation[];
}
