-- Bookings of nights: dates instead of hours, rooms with their guests, and the moment from which who has not come is a no-show.

alter table bookings.booking
  add column until_date date,
  add column units jsonb not null default '[]',
  add column no_show_at timestamptz,
  add column left_at timestamptz,
  add constraint nights_are_whole check ((until_date is null) = (no_show_at is null) and until_date > local_date and (left_at is null or until_date is not null));
create index booking_no_shows on bookings.booking (no_show_at) where status = 'Confirmed' and no_show_at is not null;
create index booking_nights on bookings.booking (venue_id, local_date, until_date) where until_date is not null;
