-- Venues. A venue is one aggregate and one row: its courts, offerings, hours and price rules change together, under one version.

create extension if not exists pg_trgm;
create extension if not exists cube;
create extension if not exists earthdistance;

create table catalog.venue (
  id uuid primary key,
  organisation_id uuid not null,
  vertical text not null,
  name text not null check (length(name) between 1 and 120),
  slug text not null,
  state text not null check (state in ('Draft', 'Submitted', 'Active', 'Rejected', 'Suspended')),
  time_zone text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  description text not null,
  city text not null,
  address text not null,
  phone text,
  latitude double precision not null check (latitude between -90 and 90),
  longitude double precision not null check (longitude between -180 and 180),
  amenities text[] not null default '{}',
  hours jsonb not null,
  closures jsonb not null,
  policy jsonb not null,
  resources jsonb not null,
  offerings jsonb not null,
  prices jsonb not null,
  price_from bigint,
  history jsonb not null,
  version bigint not null,
  created_at timestamptz not null
);
create unique index venue_slug on catalog.venue (slug);
create index venue_by_organisation on catalog.venue (organisation_id);
create index venue_by_state on catalog.venue (state, created_at) where state <> 'Active';
create index venue_listed on catalog.venue (vertical, name, id) where state = 'Active';
create index venue_words on catalog.venue using gin ((name || ' ' || city || ' ' || address) gin_trgm_ops) where state = 'Active';
create index venue_place on catalog.venue using gist (ll_to_earth(latitude, longitude)) where state = 'Active';
