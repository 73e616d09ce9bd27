-- Which places changed, numbered in the order in which it became true: a node that keeps the places in memory asks what came after what it knows.
create table search.changed (
  venue_id uuid primary key,
  number bigint not null
);
create unique index changed_in_order on search.changed (number);
create sequence search.change;

-- A number is drawn by whoever holds the turn, and the turn is given back at commit: nobody sees a number before those below it. The turn comes before any
-- row, so that two writers never wait for each other.
create function search.take_turn() returns trigger language plpgsql as $$
begin
  perform search.one_after_the_other();
  return null;
end $$;

create function search.note_change() returns trigger language plpgsql as $$
begin
  insert into search.changed (venue_id, number) select t.venue_id, nextval('search.change') from (select distinct venue_id from touched) t
    on conflict (venue_id) do update set number = excluded.number;
  return null;
end $$;

do $$
declare
  subject text;
begin
  foreach subject in array array['venue', 'room', 'rating', 'taken'] loop
    execute format('create trigger a_turn before insert or update or delete on search.%I for each statement execute function search.take_turn()', subject);
  end loop;
  -- Nights reach their room by a trigger of their own, and with the room its place.
  foreach subject in array array['venue', 'room', 'rating'] loop
    execute format('create trigger place_is_new after insert on search.%I referencing new table as touched for each statement execute function search.note_change()', subject);
    execute format('create trigger place_is_other after update on search.%I referencing new table as touched for each statement execute function search.note_change()', subject);
    execute format('create trigger place_is_gone after delete on search.%I referencing old table as touched for each statement execute function search.note_change()', subject);
  end loop;
end $$;

insert into search.changed (venue_id, number) select venue_id, nextval('search.change') from search.venue;

-- The places whose words are like these, with their typos.
create function search.alike(wanted text) returns table (venue_id uuid, likeness real) language plpgsql stable
set plan_cache_mode = force_generic_plan set enable_seqscan = off set pg_trgm.word_similarity_threshold = 0.45 set jit = off as $$
#variable_conflict use_column
begin
  return query select v.venue_id, word_similarity(wanted, v.words) from search.venue v where v.words %> wanted;
end $$;
