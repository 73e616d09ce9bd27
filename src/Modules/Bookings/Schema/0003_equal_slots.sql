-- Money may come when its slot is gone: the guest is offered an equal one, already paid, which this says it stands in for.

alter table bookings.booking add column instead_of uuid references bookings.booking;
