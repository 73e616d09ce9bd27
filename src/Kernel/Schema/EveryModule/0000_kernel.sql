-- What every module has in its own schema. {schema} is replaced by the module's name.

-- Events that wait for delivery. A delivered event is deleted: what happened is told by bookings, ledger and audit, and a queue that stays small stays fast.
create table {schema}.outbox (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  event_id uuid not null,
  key uuid not null,
  name text not null,
  body json not null,
  trace text,
  attempts int not null default 0,
  retry_at timestamptz,
  problem text
);
-- Few rows or none: events that failed, and hold back the later ones of their key.
create index outbox_failed on {schema}.outbox (key, id) where attempts > 0;
-- A row lives for milliseconds: clear its remains early.
alter table {schema}.outbox set (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000);

create table {schema}.inbox (
  event_id uuid primary key,
  at timestamptz not null
);
create index inbox_age on {schema}.inbox using brin (at);

create table {schema}.idempotency (
  actor uuid not null,
  key text not null,
  request bytea not null,
  status int,
  answer json,
  at timestamptz not null,
  primary key (actor, key)
);
create index idempotency_age on {schema}.idempotency using brin (at);

create table {schema}.audit (
  at timestamptz not null,
  id uuid not null,
  organisation_id uuid,
  actor_id uuid,
  actor_name text not null,
  ip text not null,
  action text not null,
  subject uuid not null,
  before jsonb,
  after jsonb,
  primary key (at, id)
) partition by range (at);
create table {schema}.audit_rest partition of {schema}.audit default;
create index audit_by_organisation on {schema}.audit (organisation_id, at desc);
create index audit_by_actor on {schema}.audit (actor_id, at desc);
