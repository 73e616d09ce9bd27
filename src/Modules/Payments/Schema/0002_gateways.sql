-- Which gateways an organisation uses, with which keys. All zeros is the platform itself: its accounts take top-ups, and serve organisations without their own.

create table payments.gateway (
  organisation_id uuid not null,
  name text not null check (name ~ '^[a-z_]{2,30}$'),
  enabled boolean not null,
  currencies text[] not null,
  -- What anybody at the desk may read: key ids, hosts, bank details.
  settings jsonb not null,
  -- Keys, sealed with the master key.
  secrets text not null,
  changed_at timestamptz not null,
  changed_by uuid not null,
  primary key (organisation_id, name)
);

-- What is offered first, by the guest's country; '*' for everybody else.
create table payments.gateway_order (
  organisation_id uuid not null,
  country text not null check (country = '*' or country ~ '^[A-Z]{2}$'),
  gateways text[] not null,
  primary key (organisation_id, country)
);

alter table payments.attempt
  -- Whose merchant account takes the money; all zeros is the platform's.
  add column account uuid not null default '00000000-0000-0000-0000-000000000000',
  -- What the gateway calls the attempt, and the movement of money it became.
  add column gateway_id text,
  add column capture_id text,
  -- Where the guest pays, once the gateway has said so.
  add column checkout_url text,
  -- Set before the guest's phone is asked for consent: such a request is never sent twice.
  add column pushed_at timestamptz;
create unique index attempt_gateway_id_once on payments.attempt (provider, account, gateway_id) where gateway_id is not null;

alter table payments.refund
  add column gateway_id text,
  -- A new round is a new wish towards the gateway: it begins only when the gateway has said that the one before failed.
  add column round int not null default 0;
alter table payments.refund drop constraint refund_status_check;
alter table payments.refund add constraint refund_status_check check (status in ('Pending', 'Sent', 'Done', 'Failed', 'ByHand'));
drop index payments.refund_waiting;
create index refund_waiting on payments.refund (retry_at) where status in ('Pending', 'Sent');
create index refund_to_do on payments.refund (organisation_id, id) where status in ('Failed', 'ByHand');

alter table payments.review drop constraint review_reason_check;
alter table payments.review add constraint review_reason_check
  check (reason in ('wrong_amount', 'wrong_currency', 'unknown_payment', 'refund_exceeds_capture', 'disputed', 'settlement_missing', 'settlement_unknown', 'settlement_differs'));

-- What the guest says about a transfer, and what the desk made of it.
create table payments.transfer_proof (
  id uuid primary key,
  payment_id uuid not null references payments.payment,
  organisation_id uuid not null,
  reference text not null,
  file bytea,
  file_type text check (file_type in ('image/png', 'image/jpeg', 'image/webp', 'application/pdf')),
  status text not null check (status in ('Waiting', 'Approved', 'Rejected')),
  note text,
  sent_at timestamptz not null,
  decided_at timestamptz,
  decided_by uuid,
  check ((file is null) = (file_type is null)),
  check (file is null or length(file) <= 3000000)
);
create unique index transfer_proof_open on payments.transfer_proof (payment_id) where status = 'Waiting';
create index transfer_proof_by_organisation on payments.transfer_proof (organisation_id, id) where status = 'Waiting';

-- The same dispute, or the same difference in a settlement, is one case however often it is told.
create unique index review_once on payments.review (provider, reference, reason) where reason in ('disputed', 'settlement_missing', 'settlement_unknown', 'settlement_differs');
