-- By which deployer each environment gets a release, as its plan chose; null: planned before there was a choice.
alter table release add column deployers jsonb;
alter table authorised add column deployer text;
