-- The tax within what organisations receive, and who they are on an invoice.

alter table payments.payout
  -- How much of the turnover is tax, which goes to the organisation with the rest and from there to its tax office.
  add column tax bigint not null default 0;

-- What an organisation's invoices say of it.
create table payments.seller (
  organisation_id uuid primary key,
  name text not null,
  address text not null,
  -- What the country calls it: NTN, GSTIN, TIN …
  tax_label text,
  tax_number text,
  changed_at timestamptz not null,
  changed_by uuid not null,
  constraint seller_tax_whole check ((tax_label is null) = (tax_number is null))
);

-- As they were when it was written: an invoice never changes.
alter table payments.invoice
  add column seller_name text,
  add column seller_address text,
  add column seller_tax text;
create index invoice_by_organisation_month on payments.invoice (organisation_id, issued_at);
