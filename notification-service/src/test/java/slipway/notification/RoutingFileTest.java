package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.http.Refusal;
import slipway.notification.routing.Branch;
import slipway.notification.routing.Match;
import slipway.notification.routing.Pace;
import slipway.notification.routing.Person;
import slipway.notification.routing.Quiet;
import slipway.notification.routing.Urgency;

class RoutingFileTest {

    private static final String EVERYTHING =
            """
            people:
              rosa:
                email: rosa@x.org
                slack: U012345678
                zone: Europe/Berlin
                quietHours: {from: "22:00", to: "07:00", days: [MONDAY, SUNDAY]}
                digestAt: "08:30"
            everybody: {email: "{person}@x.org", zone: Europe/Paris}
            receivers:
              asked: {channel: email, to: ["{asked}"]}
              ops: {channel: slack, to: ["#ops"]}
            urgency: {ReleaseDeployed: NORMAL}
            route:
              receivers: [asked]
              groupBy: [change]
              gather: PT30S
              interval: PT5M
              repeat: PT4H
              routes:
                - match: {service: "!shop", risk: [HIGH, EXTREME], fact: "~Rollback.*", environment: "!~dev.*"}
                  continue: true
                  receivers: [ops, asked]
                  repeat: PT0S
                  routes:
                    - {match: {fact: ChangeClosed}, groupBy: []}
            """;

    @TempDir
    Path folder;

    private static Routing read(String yaml) {
        return RoutingFile.read(yaml.getBytes(StandardCharsets.UTF_8), Set.of("email", "slack"));
    }

    private static List<String> faults(String yaml) {
        try {
            read(yaml);
            return List.of();
        } catch (Refusal e) {
            return e.reasons();
        }
    }

    @Test
    void that_of_the_example_of_kustomize_is_read() {
        assertThat(RoutingFile.read(Path.of("..", "deploy", "kustomize", "overlays", "example", "notifications.yaml"), Set.of("email"))).isNotNull();
    }

    @Test
    void a_password_in_a_url_is_in_no_fault() {
        for (String url : List.of(
                "https://user:hidden@g.example.org",
                "https://user:hid@hidden@g.example.org",
                "https://user:hidden@my_host",
                "https://user:hidden@ g.example.org",
                "httphidden@g.example.org",
                "user:hidden@g.example.org")) {
            String file = "endpoints: {bus: {channel: cdevents, url: \"" + url + "\"}}\nroute: {receivers: []}\n";
            assertThatThrownBy(() -> RoutingFile.read(file.getBytes(StandardCharsets.UTF_8), Set.of()))
                    .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.reasons())
                            .anyMatch(each -> each.startsWith("endpoints.bus.url: '") && each.contains("…@"))
                            .noneMatch(each -> each.contains("hid")));
            assertThatThrownBy(() -> DecideLink.at(url)).hasMessageContaining("SLIPWAY_CHANGE_URL").hasMessageNotContaining("hid");
        }
    }

    @Test
    void people_receivers_and_urgency_are_read() {
        Routing routing = read(EVERYTHING);
        Quiet quiet = new Quiet(LocalTime.of(22, 0), LocalTime.of(7, 0), EnumSet.of(DayOfWeek.MONDAY, DayOfWeek.SUNDAY));
        assertThat(routing.person("rosa"))
                .isEqualTo(new Person("rosa", "rosa@x.org", "U012345678", ZoneId.of("Europe/Berlin"), quiet, LocalTime.of(8, 30)));
        assertThat(routing.person("kim"))
                .isEqualTo(new Person("kim", "kim@x.org", null, ZoneId.of("Europe/Paris"), null, null));
        assertThat(routing.person("evil@y.org, kim").email()).as("no address is made of it").isNull();
        assertThat(routing.receivers())
                .containsEntry("asked", new Receiver("asked", "email", List.of("{asked}")))
                .containsEntry("ops", new Receiver("ops", "slack", List.of("#ops")));
        assertThat(routing.urgency()).containsExactlyEntriesOf(java.util.Map.of("ReleaseDeployed", Urgency.NORMAL));
    }

    @Test
    void what_a_branch_does_not_say_is_what_the_one_above_it_says() {
        Branch root = read(EVERYTHING).tree();
        assertThat(root).isNotNull();
        Pace pace = new Pace(List.of("change"), Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(4));
        assertThat(root.pace()).isEqualTo(pace);
        Branch below = root.branches().getFirst();
        assertThat(below.name()).isEqualTo("route.routes[0]");
        assertThat(below.goesOn()).isTrue();
        assertThat(below.receivers()).containsExactly("ops", "asked");
        assertThat(below.pace()).isEqualTo(new Pace(List.of("change"), pace.gather(), pace.interval(), null));
        assertThat(below.match()).hasSize(4).contains(
                new Match.OneOf("service", Set.of("shop"), true), new Match.OneOf("risk", Set.of("HIGH", "EXTREME"), false));
        assertThat(below.match().get(2)).isInstanceOfSatisfying(Match.Like.class, like -> {
            assertThat(like.pattern().pattern()).isEqualTo("Rollback.*");
            assertThat(like.negated()).isFalse();
        });
        assertThat(below.match().get(3).negated()).isTrue();
        Branch last = below.branches().getFirst();
        assertThat(last.name()).isEqualTo("route.routes[0].routes[0]");
        assertThat(last.receivers()).containsExactly("ops", "asked");
        assertThat(last.goesOn()).as("said of one route only").isFalse();
        assertThat(last.pace().groupBy()).isEmpty();
    }

    @Test
    void every_fault_is_named_at_once_with_its_place() {
        assertThat(faults(
                        """
                        people:
                          rosa: {email: rosa, slack: rosa, zone: Berlin, quietHours: {from: "22", days: [Mon]}, digestAt: noon, phone: "1"}
                          sam: {slack: U000000001, quietHours: {from: "08:00", to: "08:00"}}
                          aki: {slack: U000000001}
                        everybody: {email: all@x.org}
                        receivers:
                          Bad Name: {channel: email, to: [nobody]}
                          pager: {channel: pager, to: []}
                          ops: {channel: slack, to: [ops, "{somebody}"]}
                        urgency: {ReleaseDeployd: NORMAL, ChangeClosed: LOW}
                        route:
                          receivers: [nobody]
                          groupBy: [colour]
                          gather: 5m
                          interval: -PT1S
                          repeat: PT10S
                          routes:
                            - match: {colour: red, fact: ChangeAproved, service: "~(", risk: [], type: ["!STANDARD"], group: 1}
                              receiver: ops
                            - match: {fact: [NotificationSent, ChangeApproved]}
                        """))
                .contains(
                        "people.rosa.email: 'rosa' is no e-mail address",
                        "people.rosa.slack: 'rosa' is no Slack channel or member",
                        "people.aki.slack: 'U000000001' is sam's: who clicks there would be one of two",
                        "people.rosa.zone: 'Berlin' is no time zone; write Europe/Berlin",
                        "people.rosa.digestAt: 'noon' is no time of the day; write \"08:30\"",
                        "people.rosa.quietHours.from: '22' is no time of the day; write \"08:30\"",
                        "people.rosa.quietHours.to: is missing",
                        "people.sam.quietHours: quiet hours on every day from 08:00 to 08:00 never end",
                        "everybody.email: has to be an e-mail address with {person} in it, not 'all@x.org'",
                        "receivers.Bad Name: the name has to be small letters, digits and hyphens",
                        "receivers.Bad Name.to: 'nobody' is no address for email, and none of {asked}, {requester}, {implementer}, {watchers}",
                        "receivers.pager.channel: has to be email, slack, cdevents-topic or one of [cdevents, grafana, pagerduty, slack-webhook, teams, webhook], not 'pager'",
                        "receivers.pager.to: has to be a list with at least one entry",
                        "receivers.ops.to: 'ops' is no address for slack, and none of {asked}, {requester}, {implementer}, {watchers}",
                        "receivers.ops.to: '{somebody}' is no address for slack, and none of {asked}, {requester}, {implementer}, {watchers}",
                        "urgency.ReleaseDeployd: there is no such fact about changes, releases or backups",
                        "urgency.ChangeClosed: must be one of [URGENT, NORMAL, INFO], not 'LOW'",
                        "route.receivers: there is no receiver 'nobody'",
                        "route.groupBy: there is no label colour; there are fact, change, service, environment, risk, type, group, urgency",
                        "route.gather: has to be a duration such as PT5M, up to 31 days, not '5m'",
                        "route.interval: has to be a duration such as PT5M, up to 31 days, not '-PT1S'",
                        "route.repeat: is shorter than a minute",
                        "route.routes[0].match.colour: there is no label colour; there are fact, change, service, environment, risk, type, group, urgency",
                        "route.routes[0].match.fact: 'ChangeAproved': there is no such fact about changes, releases or backups",
                        "route.routes[0].match.service: is no regular expression: Unclosed group near index 1",
                        "route.routes[0].match.risk: the list is empty: nothing would match",
                        "route.routes[0].match.type: '!STANDARD': a list has values only, no ! and no ~",
                        "route.routes[0].match.group: must be text, not 1; put it in quotes",
                        "route.routes[1].match.fact: 'NotificationSent': it is a fact of notification-service itself; nobody is told of those, as telling would never end")
                .anyMatch(fault -> fault.startsWith("people.rosa.phone: there is no such field"))
                .anyMatch(fault -> fault.startsWith("people.rosa.quietHours.days: must be some of [MONDAY"))
                .anyMatch(fault -> fault.startsWith("route.routes[0].receiver: there is no such field"))
                .doesNotHaveDuplicates();
    }

    @Test
    void a_file_of_the_time_before_the_tree_is_told_what_became_of_its_routes() {
        assertThat(faults("routes: [{name: a, facts: [ChangeApproved], channel: email, to: [ops@x.org]}]"))
                .contains("routes: the list of routes became a tree under `route`, with `receivers`: see docs/notifications.md");
    }

    @Test
    void a_receiver_over_a_channel_that_is_not_configured_is_a_fault() throws IOException {
        Path file = Files.writeString(
                folder.resolve("n.yaml"), "receivers: {ops: {channel: slack, to: ['#ops']}}\nroute: {receivers: [ops]}\n");

        assertThatThrownBy(() -> RoutingFile.read(file, Set.of("email")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("receivers.ops.channel: slack is not configured");
    }

    @Test
    void what_is_no_yaml_and_what_is_not_there_is_named() throws IOException {
        Path file = Files.writeString(folder.resolve("n.yaml"), "routes: [");
        assertThatThrownBy(() -> RoutingFile.read(file, Set.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RoutingFile.read(folder.resolve("none.yml"), Set.of()))
                .hasMessageContaining("none.yml: is not there");
        assertThat(faults("people: {}")).containsExactly("route: is missing: nobody would be told of anything");
    }
}
