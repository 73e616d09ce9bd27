-- Who wants to pay what, how often they tried, and where the money is.

create table payments.payment (
  id uuid primary key,
  purpose text not null check (purpose in ('Booking', 'TopUp')),
  booking_id uuid,
  guest_id uuid not null,
  -- All zeros is the platform itself: a top-up belongs to no club.
  organisation_id uuid not null,
  venue_id uuid,
  method text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount bigint not null check (amount > 0),
  status text not null check (status in ('Pending', 'Captured', 'Failed', 'Cancelled')),
  captured_amount bigint not null default 0 check (captured_amount >= 0),
  refunded_amount bigint not null default 0 check (refunded_amount >= 0),
  problem text,
  expires_at timestamptz,
  created_by uuid not null,
  created_at timestamptz not null,
  captured_at timestamptz,
  constraint payment_refund_within_capture check (refunded_amount <= captured_amount),
  constraint payment_captured_has_money check ((status = 'Captured') = (captured_amount > 0)),
  constraint payment_booking_known check ((purpose = 'Booking') = (booking_id is not null))
);
-- A double click finds the open payment instead of making another.
create unique index payment_open on payments.payment (booking_id, method) where status = 'Pending' and booking_id is not null;
create index payment_by_booking on payments.payment (booking_id);
create index payment_by_venue on payments.payment (venue_id, id desc);
create index payment_lapsing on payments.payment (expires_at) where status = 'Pending' and expires_at is not null;

create table payments.attempt (
  id uuid primary key,
  payment_id uuid not null references payments.payment,
  provider text not null,
  reference text not null,
  status text not null check (status in ('Open', 'Captured', 'Failed')),
  problem text,
  created_at timestamptz not null,
  ended_at timestamptz,
  -- When the provider is asked next; null when it has given its final answer or never can.
  poll_at timestamptz,
  polls int not null default 0,
  constraint attempt_reference_once unique (provider, reference)
);
create index attempt_by_payment on payments.attempt (payment_id);
create index attempt_to_poll on payments.attempt (poll_at) where poll_at is not null;

-- The ledger. A positive balance is what we owe the owner of the account, a negative one what the owner holds for us; all of them sum to zero.

create table payments.account (
  id uuid primary key,
  kind text not null check (kind in ('Wallet', 'Organisation', 'Clearing', 'Cash', 'Platform')),
  owner uuid not null,
  name text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  opened_at timestamptz not null,
  constraint account_once unique (kind, owner, name, currency),
  unique (id, currency)
);

-- Running totals. Accounts that everybody pays into are kept in several stripes, so that payments do not queue for one row;
-- a wallet has exactly one, which the check keeps from going below zero.
create table payments.balance (
  account_id uuid not null,
  stripe smallint not null,
  currency text not null,
  amount bigint not null default 0,
  guarded boolean not null,
  primary key (account_id, stripe),
  foreign key (account_id, currency) references payments.account (id, currency),
  constraint wallet_not_below_zero check (not guarded or (amount >= 0 and stripe = 0))
) with (fillfactor = 50);

create table payments.posting (
  id uuid primary key,
  kind text not null,
  -- What may happen only once has one key: a capture by the provider's reference, a refund by its id.
  key text not null,
  payment_id uuid,
  refund_id uuid,
  memo text not null default '',
  at timestamptz not null,
  constraint posting_once unique (key)
);

create table payments.entry (
  id bigint generated always as identity primary key,
  posting_id uuid not null references payments.posting,
  account_id uuid not null,
  stripe smallint not null,
  currency text not null,
  amount bigint not null check (amount <> 0)
);
create index entry_by_posting on payments.entry (posting_id);
create index entry_by_account on payments.entry (account_id, id desc);

-- Totals move with the entries themselves, so that no code can forget them.
create function payments.move_balance() returns trigger language plpgsql as $$
begin
  update payments.balance set amount = amount + new.amount
    where account_id = new.account_id and stripe = new.stripe and currency = new.currency;
  if not found then
    raise exception 'entry for an account that is not open: % % %', new.account_id, new.stripe, new.currency using errcode = 'SL021';
  end if;
  return null;
end $$;
create trigger entry_moves_balance after insert on payments.entry for each row execute function payments.move_balance();

-- Checked when the transaction ends, by the database.
create function payments.must_balance() returns trigger language plpgsql as $$
begin
  if exists (select 1 from payments.entry where posting_id = new.posting_id group by currency having sum(amount) <> 0) then
    raise exception 'posting % does not balance', new.posting_id using errcode = 'SL020';
  end if;
  return null;
end $$;
create constraint trigger entry_balances after insert on payments.entry
  deferrable initially deferred for each row execute function payments.must_balance();

create function payments.append_only() returns trigger language plpgsql as $$
begin
  raise exception '%.% is append-only: correct it by another posting', tg_table_schema, tg_table_name using errcode = 'SL022';
end $$;
create trigger posting_append_only before update or delete or truncate on payments.posting for each statement execute function payments.append_only();
create trigger entry_append_only before update or delete or truncate on payments.entry for each statement execute function payments.append_only();

create table payments.refund (
  id uuid primary key,
  payment_id uuid not null references payments.payment,
  organisation_id uuid not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  destination text not null check (destination in ('Wallet', 'Source')),
  reason text not null,
  note text,
  status text not null check (status in ('Pending', 'Done', 'Failed')),
  -- The event that asked for it, so that the same event never gives back twice.
  cause uuid,
  attempts int not null default 0,
  retry_at timestamptz,
  problem text,
  created_by uuid,
  created_at timestamptz not null,
  done_at timestamptz,
  constraint refund_once_per_cause unique (cause, payment_id)
);
create index refund_by_payment on payments.refund (payment_id);
create index refund_waiting on payments.refund (retry_at) where status = 'Pending';

-- Money that arrived and fits nowhere by itself: a person decides. It stands in the ledger meanwhile.
create table payments.review (
  id uuid primary key,
  organisation_id uuid not null,
  venue_id uuid,
  payment_id uuid references payments.payment,
  provider text not null,
  reference text not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  reason text not null check (reason in ('wrong_amount', 'wrong_currency', 'unknown_payment', 'refund_exceeds_capture')),
  status text not null check (status in ('Open', 'Accepted', 'Returned')),
  created_at timestamptz not null,
  decided_at timestamptz,
  decided_by uuid,
  note text
);
create index review_by_venue on payments.review (venue_id, id desc);

-- The sandbox's own memory, as if it were a gateway elsewhere, and the webhooks it still has to send.
create table payments.sandbox_charge (
  reference text primary key,
  outcome text not null,
  capture text not null,
  currency text not null,
  amount bigint not null,
  settles_at timestamptz not null
);
create table payments.sandbox_webhook (
  id uuid primary key,
  reference text not null references payments.sandbox_charge,
  body text not null,
  copies int not null default 1,
  due_at timestamptz not null,
  tries int not null default 0,
  sent_at timestamptz,
  problem text
);
create index sandbox_webhook_waiting on payments.sandbox_webhook (due_at) where sent_at is null;
create index sandbox_webhook_by_charge on payments.sandbox_webhook (reference);
