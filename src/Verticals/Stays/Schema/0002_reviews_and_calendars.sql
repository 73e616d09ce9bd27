-- What guests say after a stay, one for each booking.
create table stays.review (
  id uuid primary key,
  venue_id uuid not null,
  organisation_id uuid not null,
  booking_id uuid not null unique,
  guest_id uuid not null,
  guest_name text not null,
  overall smallint not null check (overall between 1 and 5),
  cleanliness smallint check (cleanliness between 1 and 5),
  comfort smallint check (comfort between 1 and 5),
  location smallint check (location between 1 and 5),
  staff smallint check (staff between 1 and 5),
  text text not null check (length(text) <= 4000),
  reply text check (length(reply) <= 4000),
  replied_at timestamptz,
  hidden_reason text,
  created_at timestamptz not null
);
create index review_by_venue on stays.review (venue_id, created_at desc, id) where hidden_reason is null;

-- A room's calendar as others read it: the secret in its address, and what was last said of each event, so that SEQUENCE rises when it changes and only then.
create table stays.feed (
  resource_id uuid primary key,
  venue_id uuid not null,
  organisation_id uuid not null,
  token text not null unique
);
create table stays.feed_event (
  resource_id uuid not null,
  uid text not null,
  first_night date not null,
  end_date date not null,
  cancelled boolean not null,
  sequence int not null,
  changed_at timestamptz not null,
  primary key (resource_id, uid)
);

-- Calendars elsewhere that say when a room is taken.
create table stays.subscription (
  id uuid primary key,
  resource_id uuid not null,
  venue_id uuid not null,
  organisation_id uuid not null,
  name text not null,
  url text not null,
  fetched_at timestamptz,
  problem text,
  due_at timestamptz not null
);
create index subscription_due on stays.subscription (due_at);
create index subscription_by_venue on stays.subscription (venue_id);
create table stays.imported_event (
  subscription_id uuid not null references stays.subscription (id),
  uid text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  block_id uuid,
  conflict text,
  primary key (subscription_id, uid),
  check ((block_id is null) <> (conflict is null))
);
