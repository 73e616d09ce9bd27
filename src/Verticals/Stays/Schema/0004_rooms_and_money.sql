-- What happened in a hotel within some days, for the report that holds rooms against money.
create index room_move_by_venue on stays.room_move (venue_id, at);
create index folio_line_by_venue on stays.folio_line (venue_id, at);
