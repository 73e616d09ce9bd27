-- Papers of venues for their approval. The files lie in the store under a key nobody can guess; here stands what they are.
create table media.paper (
  id uuid primary key,
  organisation_id uuid not null,
  venue_id uuid not null,
  kind text not null check (kind in ('Licence', 'Ownership', 'Tax', 'Identity', 'Other')),
  format text not null check (format in ('Pdf', 'Jpeg', 'Png', 'WebP')),
  name text not null check (length(name) between 1 and 120 and name !~ '[/\\]'),
  bytes int not null check (bytes between 1 and 10485760),
  file text not null unique check (length(file) >= 32),
  created_by uuid,
  created_at timestamptz not null
);
create index paper_by_venue on media.paper (venue_id, id);
