-- What guests get off, and for which booking it is reserved.

create table memberships.promo (
  id uuid primary key,
  organisation_id uuid not null,
  code text not null check (code ~ '^[A-Z0-9-]{3,30}$'),
  description text not null,
  percent numeric(5, 2) check (percent > 0 and percent <= 100),
  amount bigint check (amount > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  min_amount bigint not null check (min_amount >= 0),
  valid_from timestamptz not null,
  valid_until timestamptz not null check (valid_until > valid_from),
  quota int check (quota > 0),
  per_guest int check (per_guest > 0),
  first_booking_only boolean not null,
  scope jsonb not null,
  active boolean not null,
  taken int not null default 0,
  created_at timestamptz not null,
  check (num_nonnulls(percent, amount) = 1),
  constraint promo_code_once unique (organisation_id, code),
  -- However many ask at once.
  constraint promo_within_quota check (taken >= 0 and (quota is null or taken <= quota))
);

create table memberships.promo_guest (
  promo_id uuid not null references memberships.promo,
  guest_id uuid not null,
  taken int not null check (taken >= 0),
  most int,
  primary key (promo_id, guest_id),
  constraint promo_within_guest_quota check (most is null or taken <= most)
);

-- What a booking has of it. Reserved until the hold is over; used once the booking is confirmed; lapsed when nothing came of it, and taken again when it is
-- confirmed after all; honoured when that was too late for the quota but the price had been promised; returned when the booking was called off.
create table memberships.reservation (
  booking_id uuid not null,
  source text not null check (source in ('Promo', 'Package', 'Member')),
  source_id uuid not null,
  organisation_id uuid not null,
  guest_id uuid not null,
  amount bigint not null check (amount >= 0),
  status text not null check (status in ('Reserved', 'Used', 'Lapsed', 'Honoured', 'Returned')),
  -- For what is counted by the period of a membership.
  period_start timestamptz,
  expires_at timestamptz,
  created_at timestamptz not null,
  primary key (booking_id, source),
  constraint reserved_expires check ((status = 'Reserved') = (expires_at is not null))
);
create index reservation_lapsing on memberships.reservation (expires_at) where expires_at is not null;
create index reservation_by_source on memberships.reservation (source_id, created_at desc);
create index reservation_by_guest on memberships.reservation (guest_id);
