-- Where organisations want to be told of events, and every event that was told, or is still to be.

create table webhooks.hook (
  id uuid primary key,
  -- All zeros is the platform itself.
  organisation_id uuid not null,
  url text not null check (length(url) <= 2000),
  description text not null,
  events text[] not null check (cardinality(events) > 0),
  sealed_secret text not null,
  disabled_at timestamptz,
  disabled_reason text,
  created_by uuid,
  created_at timestamptz not null,
  check ((disabled_at is null) = (disabled_reason is null))
);
create index hook_by_organisation on webhooks.hook (organisation_id, id);

create table webhooks.dispatch (
  id uuid primary key,
  hook_id uuid not null references webhooks.hook on delete cascade,
  event_id uuid not null,
  event text not null,
  body text not null,
  status text not null check (status in ('Waiting', 'Delivered', 'Failed')),
  attempts int not null default 0,
  due_at timestamptz not null,
  give_up_at timestamptz not null,
  answer int,
  problem text,
  milliseconds int,
  created_at timestamptz not null,
  delivered_at timestamptz,
  -- An event that comes again to us goes out once.
  constraint dispatch_once unique (hook_id, event_id)
);
create index dispatch_due on webhooks.dispatch (due_at) where status = 'Waiting';
create index dispatch_by_hook on webhooks.dispatch (hook_id, id desc);
create index dispatch_age on webhooks.dispatch (created_at) where status <> 'Waiting';
