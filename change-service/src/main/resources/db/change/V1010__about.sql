-- What changes, and evidence that others gave, are about: a commit, an artifact. Each finds the other by it, whichever came first.
create table change_about (
    about text not null,
    change_id text not null,
    primary key (about, change_id)
);
create table evidence_about (
    about text not null,
    delivery_id text not null,
    primary key (about, delivery_id)
);
create index evidence_about_delivery on evidence_about (delivery_id);
