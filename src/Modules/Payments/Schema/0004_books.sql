-- Invoices, cash shifts, payouts, settlements: what the books look like from outside.

create index posting_by_kind on payments.posting (kind, at);
create index posting_by_payment on payments.posting (payment_id) where payment_id is not null;

-- The last number of each organisation; raised in the transaction that writes the invoice, so that there are no gaps.
create table payments.invoice_counter (organisation_id uuid primary key, last bigint not null);
create table payments.invoice (
  id uuid primary key,
  organisation_id uuid not null,
  number bigint not null,
  posting_id uuid not null references payments.posting,
  payment_id uuid not null references payments.payment,
  booking_id uuid not null,
  guest_id uuid not null,
  venue_id uuid,
  -- Above zero for money received, below for money given back.
  amount bigint not null check (amount <> 0),
  tax bigint not null,
  tax_percent numeric(6, 3) not null,
  currency text not null,
  issued_at timestamptz not null,
  unique (organisation_id, number),
  unique (posting_id)
);
create index invoice_by_payment on payments.invoice (payment_id);

create table payments.cash_shift (
  id uuid primary key,
  organisation_id uuid not null,
  venue_id uuid not null,
  currency text not null,
  opened_by uuid not null,
  opened_at timestamptz not null,
  float_amount bigint not null check (float_amount >= 0),
  closed_by uuid,
  closed_at timestamptz,
  expected bigint,
  counted bigint check (counted >= 0),
  note text,
  check ((closed_at is null) = (counted is null) and (closed_at is null) = (expected is null))
);
create unique index cash_shift_open on payments.cash_shift (venue_id) where closed_at is null;
create index cash_shift_by_venue on payments.cash_shift (venue_id, id desc);

create table payments.commission (organisation_id uuid primary key, percent numeric(5, 2) not null check (percent between 0 and 50));

create table payments.payout (
  id uuid primary key,
  organisation_id uuid not null,
  currency text not null,
  -- Received for bookings less given back, since the payout before.
  turnover bigint not null,
  commission bigint not null check (commission >= 0),
  -- What the organisation has already: cash at its desks, money in its own gateway accounts.
  held bigint not null,
  -- What is sent; below zero nothing is, and it counts in the next one.
  amount bigint not null,
  status text not null check (status in ('Made', 'Sent', 'Carried')),
  reference text,
  made_at timestamptz not null,
  sent_at timestamptz
);
create index payout_by_organisation on payments.payout (organisation_id, id desc);
create table payments.payout_line (posting_id uuid not null references payments.posting, organisation_id uuid not null, payout_id uuid not null references payments.payout, primary key (posting_id, organisation_id));
create index payout_line_by_payout on payments.payout_line (payout_id);
