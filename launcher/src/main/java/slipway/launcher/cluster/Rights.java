package slipway.launcher.cluster;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import slipway.events.Topics;

/// Who may do what on a cluster whose authorizer denies what nobody allowed. A service writes and reads its own topic, writes its dead letters, and
/// reads what it listens to, in the group of its name; nobody else writes facts. Principals are `User:<name>`.
///
/// Writing or reading a topic includes looking at it (Kafka's documentation, "Authorization and ACLs").
public final class Rights {

    private static final String ANY_HOST = "*";

    private final List<AclBinding> bindings = new ArrayList<>();

    private Rights() {}

    /// @param services all that there are
    public static List<AclBinding> of(List<Listening> services) {
        Rights rights = new Rights();
        services.forEach(rights::service);
        return rights.bindings;
    }

    /// Somebody outside who asks for changes, and cannot read what others asked for.
    public static List<AclBinding> ofRequester(String user) {
        Rights rights = new Rights();
        rights.topic(user, Topics.CHANGE_REQUESTS, AclOperation.WRITE);
        return rights.bindings;
    }

    /// Somebody who only reads: facts and CDEvents. Any group that begins with the name of the user is theirs.
    public static List<AclBinding> ofReader(String user) {
        Rights rights = new Rights();
        Topics.FACTS.forEach(topic -> rights.topic(user, topic, AclOperation.READ));
        rights.topic(user, Topics.CDEVENTS, AclOperation.READ);
        rights.allow(user, new ResourcePattern(ResourceType.GROUP, user, PatternType.PREFIXED), AclOperation.READ);
        return rights.bindings;
    }

    private void service(Listening service) {
        topic(service.service(), service.topic(), AclOperation.WRITE);
        // At its start, it holds its journal against it.
        topic(service.service(), service.topic(), AclOperation.READ);
        topic(service.service(), Topics.deadLetters(service.service()), AclOperation.WRITE);
        service.listens().forEach(heard -> topic(service.service(), heard, AclOperation.READ));
        allow(
                service.service(),
                new ResourcePattern(ResourceType.GROUP, service.service(), PatternType.LITERAL),
                AclOperation.READ);
        if (service.topic().equals(Topics.NOTIFICATION)) {
            topic(service.service(), Topics.CDEVENTS, AclOperation.WRITE);
        }
    }

    private void topic(String user, String topic, AclOperation operation) {
        allow(user, new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL), operation);
    }

    private void allow(String user, ResourcePattern what, AclOperation operation) {
        bindings.add(new AclBinding(
                what, new AccessControlEntry("User:" + user, ANY_HOST, operation, AclPermissionType.ALLOW)));
    }
}
