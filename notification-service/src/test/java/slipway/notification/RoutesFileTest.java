package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.events.backup.BackupFailed;
import slipway.events.change.ApprovalRequested;
import slipway.events.release.ReleaseDeployed;

class RoutesFileTest {

    @TempDir
    Path folder;

    @Test
    void routes_are_read() throws IOException {
        List<Route> routes = read(
                """
                routes:
                  - {name: approvers, facts: [ApprovalRequested], channel: email, to: [aki@x.org, sam@x.org]}
                  - {name: ops-2, facts: [ReleaseDeployed, BackupFailed], channel: slack, to: ["#ops"]}
                """);

        assertThat(routes)
                .containsExactly(
                        new Route(
                                "approvers", List.of(ApprovalRequested.class), "email", List.of("aki@x.org", "sam@x.org")),
                        new Route(
                                "ops-2", List.of(ReleaseDeployed.class, BackupFailed.class), "slack", List.of("#ops")));
    }

    @Test
    void every_fault_is_named_at_once() {
        assertThatThrownBy(() -> read(
                        """
                        routs: []
                        routes:
                          - {name: Bad Name, facts: [ChangeApproved], channel: email, to: [ops@x.org]}
                          - name: a
                            facts: [ChangeAproved, ChangeApproved, ChangeApproved]
                            channel: email
                            to: [nobody]
                          - {name: a, facts: [], channel: pager, to: [x], when: always}
                          - {name: b, facts: [NotificationSent], channel: slack, to: ["#a", ops]}
                        """))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "nobody knows the key routs",
                        "route number 1: name has to be small letters, digits and hyphens, not 'Bad Name'",
                        "route a: there is no fact ChangeAproved",
                        "route a: ChangeApproved is there twice",
                        "route a: 'nobody' is no e-mail address",
                        "route a is there twice",
                        "route a: facts has to be a list with at least one entry",
                        "route a: channel has to be email or slack, not 'pager'",
                        "route a: nobody knows the key when",
                        "route b: there is no fact NotificationSent",
                        "route b: a route has one Slack channel",
                        "route b: 'ops' is no Slack channel");
    }

    @Test
    void a_route_over_a_channel_that_is_not_configured_is_a_fault() {
        String route = "routes: [{name: a, facts: [ChangeApproved], channel: slack, to: ['#ops']}]";

        assertThatThrownBy(() -> RoutesFile.read(file(route), Set.of("email")))
                .hasMessageContaining("route a: slack is not configured");
    }

    @Test
    void what_is_no_yaml_and_what_is_not_there_is_named() {
        assertThatThrownBy(() -> read("routes: [")).hasMessageContaining("is not YAML");
        assertThatThrownBy(() -> read("nothing")).hasMessageContaining("no list called routes");
        assertThatThrownBy(() -> RoutesFile.read(folder.resolve("none.yml"), Set.of()))
                .hasMessageContaining("cannot be read");
    }

    private List<Route> read(String yaml) throws IOException {
        return RoutesFile.read(file(yaml), Set.of("email", "slack"));
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("routes.yml"), yaml);
    }
}
