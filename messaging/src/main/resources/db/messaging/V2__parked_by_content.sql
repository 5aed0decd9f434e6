-- An offset can be used twice, by different facts: a topic was made anew, or the log lost its tail. Only the very same record that
-- still waits is parked already.
alter table parked drop constraint parked_topic_partition_log_offset_key;
create unique index parked_once on parked (topic, partition, log_offset, md5(wire)) where resolution is null;
