-- Of all that was ever told, those are few, and asked for each time that somebody looks at the metrics.
create index on notification (at) where state = 'FAILED';
