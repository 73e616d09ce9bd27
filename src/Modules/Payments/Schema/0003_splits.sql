-- Several people pay for one booking.

create table payments.split_rule (
  organisation_id uuid primary key,
  policy text not null check (policy in ('OwnerLiable', 'AutoCancel', 'OpenPlaces')),
  -- How long before the start the shares must be there.
  hours_before int not null check (hours_before between 0 and 720)
);

create table payments.split (
  id uuid primary key,
  booking_id uuid not null,
  organisation_id uuid not null,
  venue_id uuid not null,
  owner_id uuid not null,
  policy text not null check (policy in ('OwnerLiable', 'AutoCancel', 'OpenPlaces')),
  currency text not null,
  deadline timestamptz not null,
  -- When the slot begins and ends: open places count until the one, cash until the other.
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  status text not null check (status in ('Open', 'Settled', 'Failed')),
  look_at timestamptz,
  created_at timestamptz not null
);
create unique index split_open on payments.split (booking_id) where status <> 'Failed';
create index split_due on payments.split (look_at) where look_at is not null;

create table payments.split_share (
  id uuid primary key,
  split_id uuid not null references payments.split,
  position int not null,
  name text not null,
  user_id uuid,
  -- Whoever has the link may pay the share.
  token text not null,
  amount bigint not null check (amount > 0),
  cash boolean not null default false,
  status text not null check (status in ('Due', 'Open', 'Paid', 'Charged', 'Waived')),
  -- Who brought it: the payer's payment, or the owner's that stands in for it.
  paid_by uuid references payments.payment,
  unique (split_id, position),
  constraint split_share_token unique (token),
  check ((status in ('Paid', 'Charged')) = (paid_by is not null))
);

alter table payments.payment add column share_id uuid references payments.split_share;
drop index payments.payment_open;
create unique index payment_open on payments.payment (booking_id, method) where status = 'Pending' and booking_id is not null and share_id is null;
create unique index payment_open_share on payments.payment (share_id, method, guest_id) where status = 'Pending' and share_id is not null;
