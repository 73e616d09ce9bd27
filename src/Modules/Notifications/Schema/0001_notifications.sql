-- What people are told: the in-app centre, and one row for each message on each channel.

create table notifications.notification (
  id uuid primary key,
  user_id uuid not null,
  event_id uuid not null,
  type text not null,
  title text not null,
  body text not null,
  link text,
  created_at timestamptz not null,
  read_at timestamptz
);
-- An event that is delivered again tells nobody twice.
create unique index notification_once on notifications.notification (event_id, user_id, type);
create index notification_by_user on notifications.notification (user_id, id desc);
create index notification_unread on notifications.notification (user_id) where read_at is null;

create table notifications.message (
  id uuid primary key,
  event_id uuid not null,
  user_id uuid not null,
  channel text not null check (channel in ('email', 'sms')),
  type text not null,
  address text not null,
  subject text not null,
  body text not null,
  -- 'Sending' is committed before the server is spoken to. A message found in it after a crash may have gone out, so it is not sent again by itself.
  status text not null check (status in ('Queued', 'Sending', 'Sent', 'Failed', 'Suppressed')),
  attempts int not null default 0,
  due_at timestamptz not null,
  problem text,
  created_at timestamptz not null
);
create unique index message_once on notifications.message (event_id, user_id, channel, type);
create index message_due on notifications.message (due_at) where status = 'Queued';
create index message_latest on notifications.message (id desc);

create table notifications.preference (
  user_id uuid not null,
  channel text not null,
  type text not null,
  wanted boolean not null,
  primary key (user_id, channel, type)
);
