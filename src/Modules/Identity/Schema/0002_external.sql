-- Who signs in by an account elsewhere: the provider's own id of the person, never their e-mail, says who they are.
create table identity.external_login (
  provider text not null,
  subject text not null,
  account_id uuid not null references identity.account (id),
  created_at timestamptz not null,
  primary key (provider, subject)
);
create index external_login_by_account on identity.external_login (account_id);
