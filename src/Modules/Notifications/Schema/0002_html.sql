-- The same message for mail programs that show HTML; empty for sms.
alter table notifications.message add column html text not null default '';
