-- Money: payments and attempts, the double-entry ledger, wallets, refunds.

create table payments.payment (
  id uuid primary key,
  purpose text not null check (purpose in ('booking', 'top_up')),
  booking_id uuid not null,
  user_id uuid not null,
  organisation_id uuid not null,
  method text not null,
  amount bigint not null check (amount > 0),
  currency text not null,
  status text not null check (status in ('Pending', 'Promised', 'Captured', 'Failed', 'Cancelled', 'Review')),
  captured bigint not null default 0 check (captured >= 0),
  refunded bigint not null default 0,
  reason text,
  description text not null,
  created_at timestamptz not null,
  captured_at timestamptz,
  -- However many refunds run at once, what comes back never exceeds what came in.
  constraint refund_within_capture check (refunded between 0 and captured)
);
-- A double click finds the open payment instead of making a second.
create unique index payment_open_once on payments.payment (booking_id, method) where status = 'Pending' and purpose = 'booking';
create index payment_by_booking on payments.payment (booking_id, created_at desc);
create index payment_by_user on payments.payment (user_id, created_at desc);
create index payment_by_organisation on payments.payment (organisation_id, created_at desc, id);

create table payments.attempt (
  id uuid primary key,
  payment_id uuid not null references payments.payment (id),
  provider text not null,
  reference text not null,
  status text not null check (status in ('Open', 'Captured', 'Failed', 'Review')),
  created_at timestamptz not null,
  asked_at timestamptz
);
create unique index attempt_reference on payments.attempt (provider, reference);
create index attempt_by_payment on payments.attempt (payment_id);
create index attempt_open on payments.attempt (created_at) where status = 'Open';

-- Every movement of money is a posting whose entries sum to zero. An amount is what the account's owner is owed more (or less):
-- wallets and organisations are owed by us, so a gateway that holds our money stands below zero.
create table payments.posting (
  id bigint generated always as identity primary key,
  effect text not null,
  kind text not null,
  payment_id uuid,
  at timestamptz not null
);
-- The name of the effect makes it happen once, whoever brings it and however often.
create unique index posting_effect on payments.posting (effect);

create table payments.entry (
  posting_id bigint not null references payments.posting (id),
  account text not null check (account in ('wallet', 'organisation', 'gateway', 'cash', 'unapplied')),
  owner text not null,
  currency text not null,
  amount bigint not null check (amount <> 0),
  primary key (posting_id, account, owner)
);
create index entry_by_account on payments.entry (account, owner, posting_id desc);

create table payments.wallet (
  user_id uuid not null,
  currency text not null,
  balance bigint not null,
  primary key (user_id, currency),
  constraint wallet_not_overdrawn check (balance >= 0)
);

create table payments.refund (
  id uuid primary key,
  payment_id uuid not null references payments.payment (id),
  amount bigint not null check (amount > 0),
  "to" text not null check ("to" in ('wallet', 'source')),
  reason text not null,
  created_at timestamptz not null
);
create index refund_by_payment on payments.refund (payment_id);

-- The built-in gateway's own books: what it took, and the webhooks it still has to deliver.
create table payments.sandbox_charge (
  reference text primary key,
  outcome text not null,
  amount bigint not null,
  currency text not null,
  at timestamptz not null
);
create table payments.sandbox_webhook (
  id uuid primary key,
  address text not null,
  body text not null,
  due_at timestamptz not null,
  delivered_at timestamptz,
  tries int not null default 0
);
create index sandbox_webhook_due on payments.sandbox_webhook (due_at) where delivered_at is null;

create function payments.entries_balance() returns trigger language plpgsql as $$
begin
  if exists (select 1 from added group by posting_id, currency having sum(amount) <> 0) then
    raise exception 'the entries of a posting must sum to zero' using errcode = 'SL020';
  end if;
  insert into payments.wallet as w (user_id, currency, balance)
  select owner::uuid, currency, sum(amount) from added where account = 'wallet' and amount > 0 group by 1, 2 order by 1, 2
  on conflict (user_id, currency) do update set balance = w.balance + excluded.balance;
  update payments.wallet w set balance = w.balance + a.amount from (select owner::uuid as user_id, currency, sum(amount) as amount from added where account = 'wallet' and amount < 0 group by 1, 2) a
  where w.user_id = a.user_id and w.currency = a.currency;
  if (select count(*) from (select distinct owner, currency from added where account = 'wallet' and amount < 0) d) >
     (select count(*) from payments.wallet w join (select distinct owner, currency from added where account = 'wallet' and amount < 0) d on w.user_id = d.owner::uuid and w.currency = d.currency) then
    raise exception 'there is no such wallet' using errcode = '23514', constraint = 'wallet_not_overdrawn';
  end if;
  return null;
end $$;
create trigger entries_balance after insert on payments.entry referencing new table as added for each statement execute function payments.entries_balance();

create function payments.never() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is only ever added to' using errcode = 'SL021';
end $$;
create trigger posting_append_only before update or delete on payments.posting for each row execute function payments.never();
create trigger entry_append_only before update or delete on payments.entry for each row execute function payments.never();

-- Writes a posting once. False: this effect stands already.
create function payments.post(effect text, kind text, payment uuid, at timestamptz, currency text, accounts text[], owners text[], amounts bigint[]) returns boolean language plpgsql as $$
declare
  made bigint;
begin
  insert into payments.posting (effect, kind, payment_id, at) values (post.effect, post.kind, payment, post.at) on conflict do nothing returning id into made;
  if made is null then
    return false;
  end if;
  insert into payments.entry (posting_id, account, owner, currency, amount) select made, e.a, e.o, post.currency, e.m from unnest(accounts, owners, amounts) as e(a, o, m);
  return true;
end $$;

-- Ends an attempt once; whoever comes second is stopped, and the batch it is part of with it.
create function payments.close_attempt(this uuid, outcome text) returns void language plpgsql as $$
begin
  update payments.attempt set status = outcome where id = this and status = 'Open';
  if not found then
    raise exception 'this attempt has ended already' using errcode = 'SL022';
  end if;
end $$;
