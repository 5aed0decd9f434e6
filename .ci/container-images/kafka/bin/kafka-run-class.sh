#!/usr/bin/env bash
# Runs a class of Kafka; under the name of one of its tools, that tool.
set -euo pipefail

home=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd -P)
case $(basename "$0" .sh) in
    kafka-acls) class=org.apache.kafka.tools.AclCommand ;;
    kafka-broker-api-versions) class=org.apache.kafka.tools.BrokerApiVersionsCommand ;;
    kafka-configs) class=kafka.admin.ConfigCommand ;;
    kafka-console-consumer) class=org.apache.kafka.tools.consumer.ConsoleConsumer ;;
    kafka-console-producer) class=org.apache.kafka.tools.ConsoleProducer ;;
    kafka-consumer-groups) class=org.apache.kafka.tools.consumer.group.ConsumerGroupCommand ;;
    kafka-metadata-quorum) class=org.apache.kafka.tools.MetadataQuorumCommand ;;
    kafka-storage) class=kafka.tools.StorageTool ;;
    kafka-topics) class=org.apache.kafka.tools.TopicCommand ;;
    *)
        class=$1
        shift
        ;;
esac
log4j=tools-log4j2.yaml
[ "$class" != kafka.Kafka ] || log4j=log4j2.yaml

read -ra heap <<<"${KAFKA_HEAP_OPTS:--Xmx256M}"
read -ra logging <<<"${KAFKA_LOG4J_OPTS:--Dlog4j2.configurationFile=$home/config/$log4j}"
read -ra performance <<<"${KAFKA_JVM_PERFORMANCE_OPTS:--XX:+ExitOnOutOfMemoryError}"
read -ra options <<<"${KAFKA_OPTS:-}"
exec java "${heap[@]}" "${performance[@]}" -Dkafka.logs.dir="${LOG_DIR:-$home/logs}" "${logging[@]}" "${options[@]}" \
    -cp "${CLASSPATH:+$CLASSPATH:}$home/libs/*" "$class" "$@"
