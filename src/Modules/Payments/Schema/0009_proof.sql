-- Each night the running totals are proved from the entries they stand for.
create table payments.proof (
  day date primary key,
  begun_at timestamptz not null,
  ended_at timestamptz,
  -- What did not agree, in words for a person; none when all did.
  problems text[] not null default '{}'
);
