-- Coaches and pandits earn a share of the bookings they serve: they are resources, and a rule says whose and how much.

alter table payments.account drop constraint account_kind_check;
alter table payments.account add constraint account_kind_check check (kind in ('Wallet', 'Organisation', 'Clearing', 'Cash', 'Platform', 'Payee'));

create table payments.payee (
  organisation_id uuid not null,
  -- What is booked when this person is.
  resource_id uuid not null,
  user_id uuid not null,
  -- Either a part of what was paid or a sum for each booking.
  percent numeric(5, 2) check (percent > 0 and percent <= 100),
  fixed bigint check (fixed > 0),
  primary key (organisation_id, resource_id),
  constraint payee_one_share check (num_nonnulls(percent, fixed) = 1)
);
create index payee_by_user on payments.payee (user_id);

create table payments.payee_payout (
  id uuid primary key,
  organisation_id uuid not null,
  user_id uuid not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  -- The platform sent it, or the organisation paid out of its own pocket.
  by_platform boolean not null,
  reference text not null,
  made_by uuid not null,
  made_at timestamptz not null
);
create index payee_payout_by_organisation on payments.payee_payout (organisation_id, id desc);
create index payee_payout_by_user on payments.payee_payout (user_id, id desc);
create table payments.payee_payout_line (posting_id uuid primary key references payments.posting, payout_id uuid not null references payments.payee_payout);
create index payee_payout_line_by_payout on payments.payee_payout_line (payout_id);
