package slipway.audit.domain;

/// One partition of one topic.
public record Partition(String topic, int number) implements Comparable<Partition> {

    @Override
    public int compareTo(Partition other) {
        int byTopic = topic.compareTo(other.topic);
        return byTopic == 0 ? Integer.compare(number, other.number) : byTopic;
    }

    @Override
    public String toString() {
        return topic + "-" + number;
    }
}
