create table toy (change text not null, reason text not null unique);
