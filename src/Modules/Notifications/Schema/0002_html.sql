-- What the HTML part of a mail is written from when it is sent: the language, the rows of its card and where its button leads.
alter table notifications.message add column language text not null default 'en', add column link text, add column facts text[] not null default '{}';
