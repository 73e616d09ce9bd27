-- Payments for what is no booking: packages, memberships.

alter table payments.payment drop constraint payment_purpose_check;
alter table payments.payment add constraint payment_purpose_check check (purpose in ('Booking', 'TopUp', 'Purchase'));
alter table payments.payment add column purchase_id uuid;
alter table payments.payment add constraint payment_purchase_known check ((purpose = 'Purchase') = (purchase_id is not null));
create unique index payment_open_purchase on payments.payment (purchase_id, method) where status = 'Pending' and purchase_id is not null;
create index payment_by_purchase on payments.payment (purchase_id) where purchase_id is not null;
