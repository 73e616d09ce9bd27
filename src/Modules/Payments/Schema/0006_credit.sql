-- Credit that organisations give: spent before real money, with them only, until it expires; it never becomes real money.

alter table payments.account drop constraint account_kind_check;
-- The kinds are listed in AccountKind.
alter table payments.account add constraint account_kind_check check (kind ~ '^[A-Z][A-Za-z]{2,30}$');

create table payments.credit (
  id uuid primary key,
  organisation_id uuid not null,
  user_id uuid not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount bigint not null check (amount > 0),
  remaining bigint not null,
  reason text not null,
  expires_at timestamptz not null,
  -- How often what was left of it has expired: credit that comes back with a refund may expire again.
  expiries int not null default 0,
  given_by uuid,
  given_at timestamptz not null,
  constraint credit_remaining_within check (remaining between 0 and amount)
);
create index credit_to_spend on payments.credit (user_id, organisation_id, expires_at) where remaining > 0;
create index credit_expiring on payments.credit (expires_at) where remaining > 0;
create index credit_by_organisation on payments.credit (organisation_id, id desc);

create table payments.credit_use (
  payment_id uuid not null references payments.payment,
  credit_id uuid not null references payments.credit,
  amount bigint not null check (amount > 0),
  returned bigint not null default 0,
  primary key (payment_id, credit_id),
  constraint credit_returned_within check (returned between 0 and amount)
);
