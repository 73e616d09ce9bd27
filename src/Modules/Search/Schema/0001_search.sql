-- The read model of search: what guests look for, fed by the events of the others. It promises nothing; only the claim ledger does.

create extension if not exists pg_trgm;
create extension if not exists cube;
create extension if not exists earthdistance;

create table search.venue (
  venue_id uuid primary key,
  vertical text not null,
  name text not null,
  slug text not null,
  city text not null,
  address text not null,
  words text not null,
  latitude double precision not null,
  longitude double precision not null,
  amenities text[] not null,
  stars smallint check (stars between 1 and 5),
  currency text not null,
  price_from bigint,
  free_cancellation boolean not null,
  photo text,
  version bigint not null
);
create index venue_place on search.venue using gist (ll_to_earth(latitude, longitude));
create index venue_words on search.venue using gin (words gin_trgm_ops);
create index venue_listed on search.venue (vertical, name, venue_id);

-- One row for each room that is sold by the night.
create table search.room (
  resource_id uuid primary key,
  venue_id uuid not null,
  max_guests int not null
);
create index room_by_venue on search.room (venue_id, max_guests, resource_id);

-- The nights a room is taken, by whom; a hold counts until it lapses.
create table search.taken (
  resource_id uuid not null,
  last_night date not null,
  first_night date not null check (first_night <= last_night),
  source_id uuid not null,
  expires_at timestamptz,
  primary key (resource_id, last_night, first_night, source_id)
);
create index taken_by_source on search.taken (source_id);

-- What a venue's reviews say; kept apart, because they come on their own.
create table search.rating (
  venue_id uuid primary key,
  rating real not null,
  reviews int not null
);

-- Great-circle distance in kilometres. Both ways of finding what is near measure with it, so that they find the same.
create function search.km(lat1 float8, lng1 float8, lat2 float8, lng2 float8) returns float8 language sql immutable parallel safe as $$
  select 12742.0176 * asin(sqrt(least(1, power(sin(radians(lat2 - lat1) / 2), 2) + cos(radians(lat1)) * cos(radians(lat2)) * power(sin(radians(lng2 - lng1) / 2), 2))))
$$;

-- The venues around a point. The index gives a box that is a little too large; the distance decides. With PostGIS its index is used, else earthdistance's.
do $$
begin
  if exists (select 1 from pg_extension where extname = 'postgis') then
    execute 'create index venue_geography on search.venue using gist ((st_makepoint(longitude, latitude)::geography))';
    execute $f$
      create function search.around(lat float8, lng float8, radius float8) returns setof search.venue language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $q$
      begin
        return query select v.* from search.venue v
          where st_dwithin(st_makepoint(v.longitude, v.latitude)::geography, st_makepoint(lng, lat)::geography, radius * 1010, false) and search.km(lat, lng, v.latitude, v.longitude) <= radius;
      end $q$
    $f$;
  else
    execute $f$
      create function search.around(lat float8, lng float8, radius float8) returns setof search.venue language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $q$
      begin
        return query select v.* from search.venue v
          where earth_box(ll_to_earth(lat, lng), radius * 1010) @> ll_to_earth(v.latitude, v.longitude) and search.km(lat, lng, v.latitude, v.longitude) <= radius;
      end $q$
    $f$;
  end if;
end $$;

-- The venues whose name, city or address has these words, with their typos; all of a trade when there are none.
create function search.named(trade text, wanted text) returns setof search.venue language plpgsql stable set pg_trgm.word_similarity_threshold = 0.45 as $$
begin
  if wanted is null then
    return query select v.* from search.venue v where v.vertical = trade;
  else
    return query select v.* from search.venue v where v.words %> wanted and v.vertical = trade;
  end if;
end $$;

-- One question for the whole page: what is there, free on every night for the party, with counts for every filter, sorted, after a cursor.
-- Planned once and for the indexes: planning it anew costs more than running it.
create function search.find(
  trade text, wanted text, lat float8, lng float8, radius float8, first date, last date, guests int, rooms int, wanted_amenities text[], wanted_stars int[],
  most bigint, least_rating float8, cancels_free boolean, sort text, after_key float8, after_id uuid, page int, at timestamptz,
  out total int, out facets jsonb, out items jsonb)
language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off set pg_trgm.word_similarity_threshold = 0.45 set jit = off as $$
begin
  with candidate as materialized (
    select v.*, r.rating as shown_rating, coalesce(r.reviews, 0) as shown_reviews, case when lat is not null then round(search.km(lat, lng, v.latitude, v.longitude)::numeric, 3)::float8 end as km
    from (
      select * from search.around(lat, lng, radius) a where lat is not null and a.vertical = trade and (wanted is null or wanted <% a.words)
      union all
      select * from search.named(trade, wanted) where lat is null) v
    left join search.rating r on r.venue_id = v.venue_id
    where (wanted_amenities is null or v.amenities @> wanted_amenities)
      and (wanted_stars is null or v.stars = any(wanted_stars))
      and (most is null or v.price_from <= most)
      and (least_rating is null or r.rating >= least_rating)
      and (not cancels_free or v.free_cancellation)
      and (first is null or rooms <= (select count(*) from (
        select 1 from search.room m where m.venue_id = v.venue_id and m.max_guests >= guests
          and not exists (select 1 from search.taken k where k.resource_id = m.resource_id and k.last_night >= first and k.first_night <= last and (k.expires_at is null or k.expires_at > at))
        limit rooms) free_rooms))),
  keyed as (
    select c.*, (case sort when 'price' then coalesce(c.price_from::float8, 'infinity') when 'rating' then -coalesce(c.shown_rating, 0)::float8 when 'stars' then -coalesce(c.stars, 0)::float8
      when 'match' then -word_similarity(wanted, c.words)::float8 else coalesce(c.km, 0) end) as key from candidate c),
  shown as (
    select * from keyed k where after_id is null or (k.key, k.venue_id) > (after_key, after_id) order by k.key, k.venue_id limit page)
  select (select count(*) from candidate),
    jsonb_build_object(
      'stars', (select coalesce(jsonb_object_agg(f.stars, f.n), '{}') from (select c.stars, count(*) as n from candidate c where c.stars is not null group by 1) f),
      'amenities', (select coalesce(jsonb_object_agg(f.a, f.n), '{}') from (select a, count(*) as n from candidate c, unnest(c.amenities) a group by 1 order by 2 desc, 1 limit 30) f),
      'freeCancellation', (select count(*) from candidate c where c.free_cancellation),
      'ratedFour', (select count(*) from candidate c where c.shown_rating >= 4),
      'lowestPrice', (select min(c.price_from) from candidate c),
      'highestPrice', (select max(c.price_from) from candidate c)),
    (select coalesce(jsonb_agg(jsonb_build_object('venueId', s.venue_id, 'name', s.name, 'slug', s.slug, 'city', s.city, 'address', s.address, 'latitude', s.latitude, 'longitude', s.longitude,
      'amenities', s.amenities, 'stars', s.stars, 'currency', s.currency, 'priceFrom', s.price_from, 'freeCancellation', s.free_cancellation, 'rating', s.shown_rating, 'reviews', s.shown_reviews,
      'photo', s.photo, 'km', s.km, 'key', s.key) order by s.key, s.venue_id), '[]') from shown s)
  into total, facets, items;
end $$;
