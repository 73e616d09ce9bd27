-- What was given back of a purchase; when it is all, what was bought is taken back.

alter table memberships.purchase
  add column returned bigint not null default 0,
  add constraint purchase_returned_within check (returned between 0 and price),
  -- A first month names its membership, too, once it is paid; both are written in one transaction.
  drop constraint purchase_check,
  add constraint purchase_whole check (
    (kind not in ('Renewal', 'Change') or membership_id is not null) and (kind <> 'Package' or membership_id is null) and (kind = 'Renewal') = (period_start is not null)
    and (status = 'Paid') = (payment_id is not null)),
  alter constraint purchase_membership_id_fkey deferrable initially deferred;
