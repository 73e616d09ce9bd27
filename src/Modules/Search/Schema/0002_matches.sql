-- What matches a wish, a row for each. Facets, order and the page are made of these rows by the application: making them here cost more than finding.
drop function search.find(text, text, float8, float8, float8, date, date, int, int, text[], int[], bigint, float8, boolean, text, float8, uuid, int, timestamptz);
drop function search.around(float8, float8, float8);
drop function search.named(text, text);

-- The nights on which a room is taken stand on the room too, with the earliest instant at which a hold among them lapses: "free on every night" is then
-- one look at the row, and only a room with a lapsed hold is looked at twice.
alter table search.room add column busy datemultirange not null default '{}', add column lapses timestamptz not null default 'infinity';
alter table search.room set (fillfactor = 70);

create index taken_over on search.taken (last_night);

create function search.nights_of(room uuid, out busy datemultirange, out lapses timestamptz) language sql stable as $$
  select coalesce(range_agg(daterange(k.first_night, k.last_night, '[]')), '{}'), coalesce(min(k.expires_at), 'infinity') from search.taken k where k.resource_id = room
$$;

-- Rooms come from one stream of events and nights from another; one after the other, so that neither misses what the other has not committed yet.
create function search.one_after_the_other() returns void language sql as $$ select pg_advisory_xact_lock(hashtextextended('search.room', 0)) $$;

create function search.begin_room() returns trigger language plpgsql as $$
begin
  perform search.one_after_the_other();
  select n.busy, n.lapses into new.busy, new.lapses from search.nights_of(new.resource_id) n;
  return new;
end $$;
create trigger room_begins before insert on search.room for each row execute function search.begin_room();

create function search.note_nights() returns trigger language plpgsql set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  perform search.one_after_the_other();
  update search.room m set (busy, lapses) = (select n.busy, n.lapses from search.nights_of(m.resource_id) n) where m.resource_id in (select c.resource_id from changed c);
  return null;
end $$;
create trigger nights_are_taken after insert on search.taken referencing new table as changed for each statement execute function search.note_nights();
create trigger nights_are_free after delete on search.taken referencing old table as changed for each statement execute function search.note_nights();
update search.room m set (busy, lapses) = (select n.busy, n.lapses from search.nights_of(m.resource_id) n);

-- Planned once and for the indexes: planning it anew costs more than running it. Near a point the index gives a box that is a little too large and the
-- distance decides; with PostGIS its index is used, else earthdistance's. Elsewhere words decide, with their typos; without words it is all of a trade.
do $$
declare
  box text := 'earth_box(ll_to_earth(lat, lng), radius * 1010) @> ll_to_earth(v.latitude, v.longitude)';
begin
  if exists (select 1 from pg_extension where extname = 'postgis') then
    box := 'st_dwithin(st_makepoint(v.longitude, v.latitude)::geography, st_makepoint(lng, lat)::geography, radius * 1010, false)';
  end if;
  execute format($f$
    create function search.matches(
      trade text, wanted text, lat float8, lng float8, radius float8, first date, last date, guests int, rooms int, wanted_amenities text[], wanted_stars int[],
      most bigint, least_rating float8, cancels_free boolean, at timestamptz)
    returns table (
      venue_id uuid, name text, slug text, city text, address text, latitude float8, longitude float8, amenities text[], stars smallint, currency text, price_from bigint,
      free_cancellation boolean, photo text, rating real, reviews int, km float8, likeness real)
    language plpgsql stable rows 50
    set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set pg_trgm.word_similarity_threshold = 0.45 set jit = off as $q$
    #variable_conflict use_column
    declare
      wished daterange := daterange(first, last, '[]');
    begin
      if lat is not null then
        return query select %1$s, search.km(lat, lng, v.latitude, v.longitude), case when wanted is null then 0 else word_similarity(wanted, v.words) end %2$s
          where %3$s and search.km(lat, lng, v.latitude, v.longitude) <= radius and (wanted is null or wanted <%% v.words) and %4$s;
      elsif wanted is not null then
        return query select %1$s, null::float8, word_similarity(wanted, v.words) %2$s where v.words %%> wanted and %4$s;
      else
        return query select %1$s, null::float8, 0::real %2$s where %4$s;
      end if;
    end $q$
  $f$,
  'v.venue_id, v.name, v.slug, v.city, v.address, v.latitude, v.longitude, v.amenities, v.stars, v.currency, v.price_from, v.free_cancellation, v.photo, r.rating, coalesce(r.reviews, 0)',
  'from search.venue v left join search.rating r on r.venue_id = v.venue_id',
  box,
  'v.vertical = trade
    and (wanted_amenities is null or v.amenities @> wanted_amenities)
    and (wanted_stars is null or v.stars = any(wanted_stars))
    and (most is null or v.price_from <= most)
    and (least_rating is null or r.rating >= least_rating)
    and (not cancels_free or v.free_cancellation)
    and (first is null or rooms <= (select count(*) from (
      select 1 from search.room m where m.venue_id = v.venue_id and m.max_guests >= guests and (not m.busy && wished or (m.lapses <= at
        and not exists (select 1 from search.taken k where k.resource_id = m.resource_id and k.last_night >= first and k.first_night <= last and (k.expires_at is null or k.expires_at > at))))
      limit rooms) free_rooms))');
end $$;
