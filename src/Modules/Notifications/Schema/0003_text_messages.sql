-- Text messages go out by a provider, who tells later what became of them.

alter table notifications.message add column provider_id text, add column delivered_at timestamptz;
