-- What organisations sell beyond bookings, and what guests have of it.

create table memberships.plan (
  id uuid primary key,
  organisation_id uuid not null,
  kind text not null check (kind in ('Package', 'Membership')),
  name text not null,
  description text not null,
  price bigint not null check (price > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- Of a package: how many bookings, and for how many days.
  sessions int check (sessions between 1 and 1000),
  valid_days int check (valid_days between 1 and 1095),
  -- Of a membership, which goes by the month.
  tier text,
  discount_percent numeric(5, 2) not null default 0 check (discount_percent between 0 and 100),
  free_bookings int not null default 0 check (free_bookings between 0 and 1000),
  window_days int check (window_days between 1 and 730),
  scope jsonb not null,
  active boolean not null,
  created_at timestamptz not null,
  check ((kind = 'Package') = (sessions is not null) and (kind = 'Package') = (valid_days is not null)),
  check ((kind = 'Membership') = (tier is not null))
);
create index plan_by_organisation on memberships.plan (organisation_id, id);

create table memberships.package (
  id uuid primary key,
  organisation_id uuid not null,
  guest_id uuid not null,
  plan_id uuid not null references memberships.plan,
  purchase_id uuid not null,
  name text not null,
  sessions int not null,
  remaining int not null,
  scope jsonb not null,
  bought_at timestamptz not null,
  expires_at timestamptz not null,
  constraint package_once unique (purchase_id),
  -- However many are redeemed at once.
  constraint package_within_sessions check (remaining between 0 and sessions)
);
create index package_by_guest on memberships.package (guest_id, expires_at);
create index package_by_organisation on memberships.package (organisation_id, id desc);

create table memberships.membership (
  id uuid primary key,
  organisation_id uuid not null,
  guest_id uuid not null,
  plan_id uuid not null references memberships.plan,
  name text not null,
  tier text not null,
  price bigint not null,
  currency text not null,
  discount_percent numeric(5, 2) not null,
  free_bookings int not null,
  window_days int,
  scope jsonb not null,
  status text not null check (status in ('Active', 'Due', 'Ended')),
  -- Periods are months from here, so that the 31st comes back after February.
  started_at timestamptz not null,
  periods int not null check (periods > 0),
  period_start timestamptz not null,
  period_end timestamptz not null check (period_end > period_start),
  free_left int not null,
  from_wallet boolean not null,
  ends boolean not null,
  -- What a change to a cheaper plan left over; the next periods take it.
  credit bigint not null default 0 check (credit >= 0),
  attempts int not null default 0,
  -- When it is renewed, tried again, or ended.
  look_at timestamptz,
  ended_at timestamptz,
  constraint membership_within_free check (free_left >= 0 and free_left <= free_bookings),
  check ((status = 'Ended') = (ended_at is not null) and (status = 'Ended') = (look_at is null))
);
create unique index membership_one on memberships.membership (organisation_id, guest_id) where status <> 'Ended';
create index membership_by_guest on memberships.membership (guest_id);
create index membership_due on memberships.membership (look_at) where look_at is not null;

create table memberships.purchase (
  id uuid primary key,
  organisation_id uuid not null,
  venue_id uuid,
  guest_id uuid not null,
  kind text not null check (kind in ('Package', 'Join', 'Renewal', 'Change')),
  plan_id uuid not null references memberships.plan,
  membership_id uuid references memberships.membership,
  text text not null,
  price bigint not null check (price > 0),
  currency text not null,
  from_wallet boolean not null default false,
  -- For a renewal: which period it pays.
  period_start timestamptz,
  status text not null check (status in ('Open', 'Paid', 'Closed')),
  payment_id uuid,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  check ((kind in ('Renewal', 'Change')) = (membership_id is not null) and (kind = 'Renewal') = (period_start is not null) and (status = 'Paid') = (payment_id is not null))
);
create unique index purchase_renewal_once on memberships.purchase (membership_id, period_start) where kind = 'Renewal';
create index purchase_by_guest on memberships.purchase (guest_id, id desc);
