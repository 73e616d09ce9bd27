-- Balances after a deposit: whose guest was reminded.

alter table bookings.booking add column balance_told_at timestamptz;
create index booking_balance on bookings.booking (starts_at)
  where status = 'Confirmed' and paid < total and balance_told_at is null and (policy ->> 'depositPercent')::numeric > 0;
