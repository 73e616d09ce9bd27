-- Things that happen once in the life of an installation.
create table kernel.done (
  what text primary key,
  at timestamptz not null
);
