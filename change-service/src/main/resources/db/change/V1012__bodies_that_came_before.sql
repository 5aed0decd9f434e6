-- Where a signature is over the body only, the body is what a delivery is known by, too: its SHA-256 in hexadecimal.
alter table delivery add column body_digest text;
update delivery set body_digest = encode(sha256(body), 'hex') where forgotten_at is null;
create index delivery_body on delivery (source, body_digest);
