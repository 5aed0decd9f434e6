package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.http.Misconfigured;

/// A file of plans that is not as it should be keeps the service from starting, and whoever wrote it learns all of it at once.
class PlansFileTest {

    @TempDir
    private Path folder;

    private Plans read(String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve("plans.yaml"), yaml);
        return new Plans(new RecipeBook(List.of(), BackupProperties.in(folder), Clock.systemUTC()), file.toString());
    }

    private List<String> faults(String yaml) {
        Throwable refused = catchThrowable(() -> read(yaml));
        assertThat(refused).isInstanceOf(Misconfigured.class);
        String file = "slipway.backups: " + folder.resolve("plans.yaml") + ": ";
        return ((Misconfigured) refused)
                .faults().stream()
                        .peek(fault -> assertThat(fault).startsWith(file))
                        .map(fault -> fault.substring(file.length()))
                        .toList();
    }

    @Test
    void that_of_the_example_of_kustomize_is_as_it_should_be() throws Exception {
        Path file = Path.of("..", "deploy", "kustomize", "overlays", "example", "backups.yaml");
        Plans plans = new Plans(new RecipeBook(List.of(), BackupProperties.in(folder), Clock.systemUTC()), file.toString());
        assertThat(plans.all()).extracting(Plan::name).containsExactlyInAnyOrder("inventory-web-staging", "inventory-web-prod");
    }

    @Test
    void items_that_lie_in_one_another_are_a_fault_since_one_would_move_the_other_away() {
        assertThat(faults("""
                plans:
                  shop:
                    items:
                      - {name: outer, recipe: nginx, parameters: {directory: data}}
                      - {name: beside, recipe: nginx, parameters: {directory: data2}}
                      - {name: inner, recipe: nginx, parameters: {directory: data/../data/inner}}
                """)).containsExactly("plans.shop: the items 'outer' and 'inner' lie in one another");
    }

    @Test
    void what_only_a_recipe_knows_is_looked_at_before_the_first_capture() throws Exception {
        assertThat(faults("""
                plans:
                  shop:
                    items:
                      - {name: web, recipe: nginx, parameters: {directory: web, owners: root}}
                    schedule: {scrub: "61 * * * *"}
                """)).containsExactly(
                        "plans.shop.items[0].parameters.owners: 'kept' or 'restorer' is needed, not 'root'",
                        "plans.shop.schedule.scrub: '61 * * * *' is no time that cron knows: Invalid value for MinuteOfHour (valid values 0 - 59): 61 '61' in cron expression \"61 * * * *\"");
        BackupProperties nowhere = new BackupProperties(folder, null, null, null, null, folder.resolve("gone"), null, null, null, null);
        assertThat(catchThrowable(() -> new RecipeBook(List.of(), nowhere, Clock.systemUTC())))
                .hasMessageContaining("slipway.backup.recipes: " + folder.resolve("gone") + " cannot be read: " + folder.resolve("gone") + " is not there");
    }

    @Test
    void every_fault_is_named_with_its_place_and_nothing_else() {
        List<String> faults = faults(
                """
                backups: {}
                plans:
                  Shop: {items: {name: a}}
                  shop:
                    environment: 7
                    schedule: ["@daily"]
                    retention: {last: many}
                    items:
                      - name: 5
                        recipe: [redis]
                        parameters: [port]
                      - name: cache
                        recipe: redis
                        parameters: {password: {file: p, color: red}, port: {a: 1}, prot: 1}
                        mayChange: "yes"
                        of: shop-db
                      - name: cache
                        recipe: redis
                        parameters: {password: hunter2, port: 99999}
                        of: [one, one, {two: 2}]
                        smokeTest: {run: [[]], timeout: 5}
                      - name: more
                        recipe: redis
                        parameters: {password: {file: p, env: P}}
                        smokeTest: fast
                      - name: vault
                        recipe: redis
                        parameters: {password: {command: [vault, 3]}}
                      - just-a-name
                  none:
                coverage:
                  shop-db:
                    notApplicable: [kubernetes]
                  shop-web: {notApplicable: {kubernetes: {by: 4, raison: none}, cubes: rosa}}
                """);
        assertThat(faults)
                .containsExactlyInAnyOrder(
                        "the file.backups: there is no such field; known are [coverage, plans]",
                        "plans.Shop: 'Shop' has to be small letters, digits and hyphens",
                        "plans.Shop.items: a list is needed, not a map",
                        "plans.Shop.items: a list is needed, of one at least",
                        "plans.shop.environment: text is needed, not 7; put it in quotes",
                        "plans.shop.schedule: has to be a map, not a list",
                        "plans.shop.retention.last: a whole number up to 10000 is needed",
                        "plans.shop.retention.last: at least the newest set has to be kept: 1 or more",
                        "plans.shop.items[0].name: text is needed, not 5; put it in quotes",
                        "plans.shop.items[0].recipe: text is needed, not a list",
                        "plans.shop.items[0].parameters: has to be a map, not a list",
                        "plans.shop.items[1].parameters.password.color: there is no such field; known are [command, env, file]",
                        "plans.shop.items[1].parameters.port: a value is needed, not a map",
                        "plans.shop.items[1].parameters.prot: there is no such field; known are [host, password, port]",
                        "plans.shop.items[1].mayChange: true or false is needed, not a text",
                        "plans.shop.items[1].of: a list of configuration items is needed, not a text",
                        "plans.shop: the item 'cache' is there twice",
                        "plans.shop.items[2].parameters.password: {file: …}, {env: NAME} or {command: [program, …]} is needed, one of them; the secret itself does not belong here",
                        "plans.shop.items[2].parameters.port: '99999' is no port",
                        "plans.shop.items[2].of: 'one' is there twice",
                        "plans.shop.items[2].of: a list of configuration items is needed, and a map is none of it",
                        "plans.shop.items[2].smokeTest.run: a list of a program and its arguments is needed, and a list is none of it",
                        "plans.shop.items[2].smokeTest.run: a program and its arguments are needed",
                        "plans.shop.items[2].smokeTest.timeout: text is needed, not 5; put it in quotes",
                        "plans.shop.items[3].parameters.password: {file: …}, {env: NAME} or {command: [program, …]} is needed, one of them; the secret itself does not belong here",
                        "plans.shop.items[3].smokeTest: has to be a map, not a text",
                        "plans.shop.items[3].smokeTest.run: a program and its arguments are needed",
                        "plans.shop.items[4].parameters.password.command: a list of a program and its arguments is needed, and 3 is none of it",
                        "plans.shop.items[5]: has to be a map, not a text",
                        "plans.shop.items[5].name: is missing",
                        "plans.shop.items[5].recipe: is missing",
                        "plans.none: has to be a map, not an empty text",
                        "plans.none.items: a list is needed, of one at least",
                        "coverage.shop-db.notApplicable: has to be a map, not a list",
                        "coverage.shop-web.notApplicable.kubernetes.raison: there is no such field; known are [by, reason]",
                        "coverage.shop-web.notApplicable.kubernetes.by: text is needed, not 4; put it in quotes",
                        "coverage.shop-web.notApplicable.kubernetes.reason: is missing",
                        "coverage.shop-web.notApplicable.cubes: is none of [databases, configuration, infrastructure-state, artifacts, logs, security, storage, kubernetes, pipelines, traffic]",
                        "coverage.shop-web.notApplicable.cubes: has to be a map, not a text",
                        "coverage.shop-web.notApplicable.cubes.by: is missing",
                        "coverage.shop-web.notApplicable.cubes.reason: is missing");
        assertThat(faults.toString()).as("a secret in the wrong place").doesNotContain("hunter2");
    }

    @Test
    void a_recipe_that_there_is_not_and_a_parameter_that_is_missing_are_named() {
        assertThat(faults("""
                plans:
                  one:
                    items:
                      - {name: a b, recipe: ngnix, parameters: {directory: x}}
                      - {name: c, recipe: nginx, parameters: {directories: x}}
                """))
                .anyMatch(fault -> fault.startsWith("plans.one.items[0].name: 'a b' has to be"))
                .anyMatch(fault -> fault.contains("'ngnix' is none of [") && fault.contains(" nginx, "))
                .anyMatch(fault -> fault.startsWith("plans.one.items[1].parameters.directories: there is no such field"))
                .contains("plans.one.items[1].parameters.directory: is missing");
    }

    @Test
    void what_is_there_twice_is_named_with_its_line() {
        assertThat(catchThrowable(() -> read("plans:\n  shop: {items: []}\n  shop: {items: []}\n")))
                .hasMessageContaining("shop")
                .hasMessageContaining("line 3");
        assertThat(catchThrowable(() -> read("[plans]"))).hasMessageContaining("a list");
    }

    @Test
    void numbers_need_no_quotes_and_parameters_may_be_left_out() throws Exception {
        Plans plans = read("plans: {shop: {items: [{name: cache, recipe: redis, parameters: {port: 6380, password: {env: P}}}, {name: logs, recipe: log-files}]}}");
        assertThat(plans.items("shop").orElseThrow().getFirst().parameters()).containsEntry("port", "6380").containsEntry("password", "env:P");
        assertThat(plans.items("shop").orElseThrow().getLast().parameters()).containsEntry("directory", "/var/log");
    }
}
