-- The booking engine: bookings, the claim ledger that refuses to sell anything twice, blocks, waitlist, customers.

create extension if not exists btree_gist;

create table bookings.booking (
  id uuid primary key,
  code text not null,
  status text not null check (status in ('Held', 'Confirmed', 'CheckedIn', 'Completed', 'Cancelled', 'Expired', 'NoShow')),
  guest_id uuid not null,
  guest_name text not null,
  organisation_id uuid not null,
  venue_id uuid not null,
  venue_name text not null,
  vertical text not null,
  offering_id uuid not null,
  offering_name text not null,
  resources jsonb not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  local_date date not null,
  time_zone text not null,
  lines jsonb not null,
  currency text not null,
  total bigint not null check (total >= 0),
  paid bigint not null default 0,
  policy jsonb not null,
  participants int not null check (participants between 1 and 1000),
  notes text,
  expires_at timestamptz,
  series_id uuid,
  waitlist_id uuid,
  history jsonb not null,
  created_at timestamptz not null,
  -- A hold has a deadline and nothing else has.
  constraint held_expires check ((status = 'Held') = (expires_at is not null))
);
create unique index booking_code on bookings.booking (code);
create index booking_by_guest on bookings.booking (guest_id, starts_at desc, id);
create index booking_by_venue on bookings.booking (venue_id, starts_at, id);
create index booking_holds on bookings.booking (expires_at) where status = 'Held';
create index booking_running on bookings.booking (ends_at) where status in ('Confirmed', 'CheckedIn');
create index booking_by_series on bookings.booking (series_id) where series_id is not null;

-- Who occupies what, when. Half-open ranges: back-to-back is legal. Released = deleted; history is on the booking.
create table bookings.claim (
  resource_id uuid not null,
  during tstzrange not null check (not isempty(during) and lower_inc(during) and not upper_inc(during) and not lower_inf(during) and not upper_inf(during)),
  booking_id uuid,
  block_id uuid,
  expires_at timestamptz,
  check (num_nonnulls(booking_id, block_id) = 1),
  constraint claim_is_exclusive exclude using gist (resource_id with =, during with &&)
);
create index claim_by_booking on bookings.claim (booking_id) where booking_id is not null;
create index claim_by_block on bookings.claim (block_id) where block_id is not null;
-- Rows are updated in place when a hold becomes firm; leave room for that on the page.
alter table bookings.claim set (fillfactor = 85);
alter table bookings.booking set (fillfactor = 80);

create table bookings.block (
  id uuid primary key,
  organisation_id uuid not null,
  venue_id uuid not null,
  resource_ids uuid[] not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  reason text not null,
  created_by uuid,
  created_at timestamptz not null
);
create index block_by_venue on bookings.block (venue_id, starts_at);

create table bookings.waitlist (
  id uuid primary key,
  organisation_id uuid not null,
  venue_id uuid not null,
  offering_id uuid not null,
  resource_id uuid,
  guest_id uuid not null,
  guest_name text not null,
  starts_at timestamptz not null,
  minutes int not null,
  flexibility_minutes int not null check (flexibility_minutes between 0 and 720),
  participants int not null,
  status text not null check (status in ('Waiting', 'Offered', 'Taken', 'Lapsed', 'Left')),
  booking_id uuid,
  created_at timestamptz not null
);
create index waitlist_waiting on bookings.waitlist (venue_id, starts_at, created_at) where status = 'Waiting';
create index waitlist_offered on bookings.waitlist (booking_id) where status = 'Offered';
create unique index waitlist_once on bookings.waitlist (guest_id, offering_id, starts_at, minutes) where status in ('Waiting', 'Offered');

-- What a club knows of a guest.
create table bookings.customer (
  organisation_id uuid not null,
  user_id uuid not null,
  notes text not null default '',
  tags text[] not null default '{}',
  blocked_until timestamptz,
  blocked_reason text,
  primary key (organisation_id, user_id)
);

-- The functions plan once and for the index: planning each of their statements anew costs more than running them, and a plan made while the
-- tables were small must not keep scanning them.

-- Takes every claim or none: lapsed ones in the way are cleared, a lost race gives false and leaves nothing behind.
-- DO NOTHING waits for a competitor's commit but never for a constraint error, which keeps a hot slot fast and free of deadlocks.
create function bookings.try_take(booking uuid, block uuid, resources uuid[], starts timestamptz[], ends timestamptz[], expires timestamptz, at timestamptz)
returns boolean language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  taken int;
  more int;
begin
  insert into bookings.claim (resource_id, during, booking_id, block_id, expires_at)
  select need.resource_id, tstzrange(need.s, need.e), booking, block, expires from unnest(resources, starts, ends) as need(resource_id, s, e) order by 1, 2
  on conflict do nothing;
  get diagnostics taken = row_count;
  if taken = cardinality(resources) then
    return true;
  end if;
  -- Something stands in the way; it may have lapsed. What was taken above stays and only meets itself the second time.
  delete from bookings.claim c using unnest(resources, starts, ends) as need(resource_id, s, e)
  where c.resource_id = need.resource_id and c.during && tstzrange(need.s, need.e) and c.expires_at <= at
    and (c.booking_id, c.block_id) is distinct from (booking, block);
  if found then
    insert into bookings.claim (resource_id, during, booking_id, block_id, expires_at)
    select need.resource_id, tstzrange(need.s, need.e), booking, block, expires from unnest(resources, starts, ends) as need(resource_id, s, e) order by 1, 2
    on conflict do nothing;
    get diagnostics more = row_count;
    taken := taken + more;
    if taken = cardinality(resources) then
      return true;
    end if;
  end if;
  if taken > 0 then
    delete from bookings.claim c using unnest(resources, starts, ends) as need(resource_id, s, e)
    where c.resource_id = need.resource_id and c.during = tstzrange(need.s, need.e)
      and c.booking_id is not distinct from booking and c.block_id is not distinct from block;
  end if;
  return false;
end $$;

-- Why a guest may not have one more, as the code of the refusal, or null. The conditions on status and venue are written so that only the guest's own
-- index can serve them: a plan made on empty tables would otherwise walk through everybody's holds.
create function bookings.refusal(guest uuid, organisation uuid, venue uuid, on_date date, at timestamptz, max_unpaid int, max_upcoming int, max_per_day int, except_booking uuid)
returns text language plpgsql as $$
declare
  unpaid int;
  upcoming int;
  on_day int;
begin
  if exists (select 1 from bookings.customer where organisation_id = organisation and user_id = guest and blocked_until > at) then
    return 'SL002';
  end if;
  if num_nonnulls(max_unpaid, max_upcoming, max_per_day) = 0 then
    return null;
  end if;
  select count(distinct coalesce(series_id, id)) filter (where (status || '') = 'Held' and expires_at > at),
    count(*) filter (where (venue_id || '') = (venue || '') and starts_at > at and ((status || '') = 'Confirmed' or (status || '') = 'Held' and expires_at > at)),
    count(*) filter (where (venue_id || '') = (venue || '') and local_date = on_date and ((status || '') in ('Confirmed', 'CheckedIn', 'Completed') or (status || '') = 'Held' and expires_at > at))
  into unpaid, upcoming, on_day
  from bookings.booking where guest_id = guest and starts_at > at - interval '2 days' and id is distinct from except_booking;
  return case when unpaid >= max_unpaid then 'SL003' when upcoming >= max_upcoming then 'SL004' when on_day >= max_per_day then 'SL005' end;
end $$;

-- What one guest may have at once. The lock makes the guest's own requests queue, so that two tabs cannot both pass the count;
-- other guests are not touched by it.
create function bookings.guard(guest uuid, organisation uuid, venue uuid, on_date date, at timestamptz, max_unpaid int, max_upcoming int, max_per_day int, except_booking uuid)
returns void language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  refused text;
begin
  perform pg_advisory_xact_lock(hashtextextended(guest::text, 11));
  refused := bookings.refusal(guest, organisation, venue, on_date, at, max_unpaid, max_upcoming, max_per_day, except_booking);
  if refused is not null then
    raise exception 'refused' using errcode = refused;
  end if;
end $$;

-- Guests' holds, each whole (key, quota, claims, booking, event) or not at all, and many in one call: what arrives while others are written shares their
-- round trip, their plans and their commit. No guest may be in one call twice. Answers per hold: null when it is taken, 'again' when its key is known,
-- else the code of the refusal. Locks are always taken in one order, guests before keys before claims, so that two calls seldom meet head-on.
create function bookings.hold(
  ids uuid[], codes text[], guests uuid[], guest_names text[], organisations uuid[], venues uuid[], venue_names text[], verticals text[], offerings uuid[], offering_names text[],
  resources jsonb[], starts timestamptz[], ends timestamptz[], dates date[], zones text[], lines jsonb[], currencies text[], totals bigint[], policies jsonb[], participants int[],
  notes text[], expiries timestamptz[], histories jsonb[], ats timestamptz[], claim_counts int[], claim_bookings uuid[], claim_resources uuid[], claim_starts timestamptz[], claim_ends timestamptz[],
  max_unpaid int[], max_upcoming int[], max_per_day int[], event_ids uuid[], event_name text, events json[], traces text[], keys text[], requests bytea[], answers json[])
returns text[] language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  outcomes text[];
  won uuid[];
begin
  perform pg_advisory_xact_lock(lock) from (select distinct hashtextextended(guest::text, 11) as lock from unnest(guests) as guest order by 1) as locks;
  select array_agg(case when exists (select 1 from bookings.idempotency i where i.actor = w.guest and i.key = w.key) then 'again'
    else bookings.refusal(w.guest, w.organisation, w.venue, w.on_date, w.at, w.max_unpaid, w.max_upcoming, w.max_per_day, null) end order by w.n)
  into outcomes
  from unnest(guests, keys, organisations, venues, dates, ats, max_unpaid, max_upcoming, max_per_day) with ordinality
    as w(guest, key, organisation, venue, on_date, at, max_unpaid, max_upcoming, max_per_day, n);

  -- The single claim, which nearly every hold is, goes in with all others of its kind.
  with need as (
    select c.booking, c.resource, tstzrange(c.s, c.e) as during, w.expires
    from unnest(ids, claim_counts, expiries) with ordinality as w(booking, count, expires, n)
    join unnest(claim_bookings, claim_resources, claim_starts, claim_ends) as c(booking, resource, s, e) on c.booking = w.booking
    where w.count = 1 and outcomes[w.n] is null order by 2, 3),
  taken as (insert into bookings.claim (resource_id, during, booking_id, expires_at) select resource, during, booking, expires from need on conflict do nothing returning booking_id)
  select array_agg(booking_id) into won from taken;
  for n in 1 .. cardinality(ids) loop
    if outcomes[n] is null and (won is null or ids[n] <> all (won)) then
      if not bookings.try_take(ids[n], null, array(select c.resource from unnest(claim_bookings, claim_resources) as c(booking, resource) where c.booking = ids[n]),
        array(select c.s from unnest(claim_bookings, claim_starts) as c(booking, s) where c.booking = ids[n]),
        array(select c.e from unnest(claim_bookings, claim_ends) as c(booking, e) where c.booking = ids[n]), expiries[n], ats[n]) then
        outcomes[n] := 'SL001';
      end if;
    end if;
  end loop;

  insert into bookings.booking (id, code, status, guest_id, guest_name, organisation_id, venue_id, venue_name, vertical, offering_id, offering_name, resources,
    starts_at, ends_at, local_date, time_zone, lines, currency, total, policy, participants, notes, expires_at, history, created_at)
  select w.id, w.code, 'Held', w.guest, w.guest_name, w.organisation, w.venue, w.venue_name, w.vertical, w.offering, w.offering_name, w.resources,
    w.starts, w.ends, w.on_date, w.zone, w.lines, w.currency, w.total, w.policy, w.participants, w.notes, w.expires, w.history, w.at
  from unnest(ids, codes, guests, guest_names, organisations, venues, venue_names, verticals, offerings, offering_names, resources, starts, ends, dates, zones, lines,
      currencies, totals, policies, participants, notes, expiries, histories, ats) with ordinality
    as w(id, code, guest, guest_name, organisation, venue, venue_name, vertical, offering, offering_name, resources, starts, ends, on_date, zone, lines,
      currency, total, policy, participants, notes, expires, history, at, n)
  where outcomes[w.n] is null;
  insert into bookings.outbox (at, event_id, key, name, body, trace)
  select w.at, w.event_id, w.id, event_name, w.event, w.trace from unnest(ats, event_ids, ids, events, traces) with ordinality as w(at, event_id, id, event, trace, n)
  where outcomes[w.n] is null;
  insert into bookings.idempotency (actor, key, request, status, answer, at)
  select w.guest, w.key, w.request, 201, w.answer, w.at from unnest(guests, keys, requests, answers, ats) with ordinality as w(guest, key, request, answer, at, n)
  where outcomes[w.n] is null and w.key is not null;
  return outcomes;
end $$;
