-- The folio of a stay: what was charged, paid and given back, in the order it happened. Append-only; a mistake is put right by another line.
create table stays.folio_line (
  id uuid primary key,
  booking_id uuid not null,
  venue_id uuid not null,
  organisation_id uuid not null,
  kind text not null check (kind in ('charge', 'reversal', 'extra', 'fee', 'payment', 'refund')),
  text text not null,
  amount bigint not null,
  currency text not null,
  actor text not null,
  at timestamptz not null
);
create index folio_line_by_booking on stays.folio_line (booking_id, at, id);
create trigger folio_line_is_append_only before update or delete on stays.folio_line for each row execute function stays.refuse_change();
