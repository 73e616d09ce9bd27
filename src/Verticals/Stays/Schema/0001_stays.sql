-- Hotels: what housekeeping says of rooms, every move of their state, holds whose guests are warned.

create table stays.room (
  resource_id uuid primary key,
  venue_id uuid not null,
  organisation_id uuid not null,
  condition text not null check (condition in ('Ready', 'Dirty', 'Cleaning', 'Inspection', 'Maintenance')),
  note text not null default '' check (length(note) <= 500),
  block_id uuid,
  changed_by text,
  changed_at timestamptz,
  -- Only what is out of order is blocked in the ledger.
  check (block_id is null or condition = 'Maintenance')
);
create index room_by_venue on stays.room (venue_id);

-- Append-only: the table refuses changes.
create table stays.room_move (
  id uuid primary key,
  resource_id uuid not null,
  venue_id uuid not null,
  organisation_id uuid not null,
  from_state text not null,
  to_state text not null,
  actor text not null,
  reason text not null,
  at timestamptz not null
);
create index room_move_by_room on stays.room_move (resource_id, at desc, id);

create function stays.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;
create trigger room_move_is_append_only before update or delete on stays.room_move for each row execute function stays.refuse_change();

create table stays.room_lock (
  booking_id uuid primary key,
  guest_id uuid not null,
  expires_at timestamptz not null,
  warned boolean not null default false
);
create index room_lock_to_warn on stays.room_lock (expires_at) where not warned;
