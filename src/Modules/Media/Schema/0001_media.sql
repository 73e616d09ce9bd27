-- Photos of venues. The files lie in the store; here stands what they are.
create table media.photo (
  id uuid primary key,
  organisation_id uuid not null,
  venue_id uuid not null,
  kind text not null check (kind in ('Jpeg', 'Png', 'WebP')),
  width int not null check (width > 0),
  height int not null check (height > 0),
  bytes int not null check (bytes > 0),
  small_kind text check (small_kind in ('Jpeg', 'Png', 'WebP')),
  alt text not null check (length(alt) between 1 and 200),
  position int not null,
  created_by uuid,
  created_at timestamptz not null
);
create index photo_by_venue on media.photo (venue_id, position, id);
