alter table holds add column ticket text;
