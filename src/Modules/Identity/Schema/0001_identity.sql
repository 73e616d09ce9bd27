-- Accounts, sessions, one-time codes, organisations and who works for them, signing keys.

create table identity.account (
  id uuid primary key,
  name text not null check (length(name) between 1 and 100),
  email text,
  phone text,
  email_verified_at timestamptz,
  phone_verified_at timestamptz,
  password_hash text,
  role text not null check (role in ('user', 'admin')),
  language text not null,
  failures int not null default 0,
  locked_until timestamptz,
  totp_secret text,
  totp_confirmed_at timestamptz,
  totp_last_step bigint not null default 0,
  recovery_codes text[] not null default '{}',
  suspended_at timestamptz,
  suspended_reason text,
  created_at timestamptz not null,
  check (email is not null or phone is not null)
);
create unique index account_email on identity.account (email);
create unique index account_phone on identity.account (phone);

create table identity.session (
  id uuid primary key,
  account_id uuid not null references identity.account (id),
  refresh_hash bytea not null,
  agent text not null,
  ip text not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_by_account on identity.session (account_id, created_at);
create index session_age on identity.session (expires_at);

create table identity.code (
  id uuid primary key,
  account_id uuid not null references identity.account (id),
  purpose text not null,
  hash bytea not null,
  expires_at timestamptz not null,
  tries int not null default 0,
  used_at timestamptz
);
create index code_by_account on identity.code (account_id, purpose) where used_at is null;

create table identity.address (
  id uuid primary key,
  account_id uuid not null references identity.account (id),
  label text not null,
  line1 text not null,
  line2 text,
  city text not null,
  region text,
  postal_code text,
  country text not null
);
create index address_by_account on identity.address (account_id);

create table identity.organisation (
  id uuid primary key,
  name text not null,
  vertical text not null,
  created_at timestamptz not null
);

create table identity.membership (
  organisation_id uuid not null references identity.organisation (id),
  account_id uuid not null references identity.account (id),
  role text not null check (role in ('owner', 'manager', 'staff', 'coach', 'pandit', 'agent')),
  created_at timestamptz not null,
  primary key (organisation_id, account_id)
);
create index membership_by_account on identity.membership (account_id);

create table identity.signing_key (
  id text primary key,
  sealed_key text not null,
  created_at timestamptz not null
);

create table identity.protection_key (
  id text primary key,
  xml text not null
);
