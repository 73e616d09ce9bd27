-- What was announced to watching clients in the last day, so that they can catch up after a lost connection.
create table kernel.live_event (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  grp text not null,
  name text not null,
  data json not null
);
create index live_event_by_group on kernel.live_event (grp, id);
create index live_event_age on kernel.live_event using brin (at);
