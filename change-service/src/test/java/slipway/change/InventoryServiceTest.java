package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.TheService.example;
import static slipway.change.TheService.service;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.change.domain.InventoryEvent;
import slipway.change.domain.InventoryEvent.InventoryChanged;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// The inventory over HTTP.
class InventoryServiceTest {

    private static final String OPERATOR = "olu:operators";

    @AfterEach
    void as_it_was() {
        assertThat(put("/inventory", same()).status()).isEqualTo(200);
    }

    private static String same() {
        return example("../change-service/src/test/resources/inventory.yaml");
    }

    private static Answer put(String path, String yaml) {
        return service().ask(OPERATOR, "PUT", path, "application/yaml", yaml);
    }

    private static Answer delete(String path) {
        return service().ask(OPERATOR, "DELETE", path, "application/yaml", "");
    }

    private static JsonNode inventory() {
        return service().get("/inventory").body();
    }

    private static InventoryChanged newest() {
        return (InventoryChanged)
                service().<InventoryEvent>facts("inventories", "INVENTORY").getLast();
    }

    @Test
    void only_operators_replace_the_inventory_and_only_by_a_good_one() {
        assertThat(service()
                        .ask("rosa:change-managers", "PUT", "/inventory", "application/yaml", same())
                        .status())
                .isEqualTo(403);
        Answer bad = put("/inventory", same() + "  - {id: ci-1, nam: x}\n");
        assertThat(bad.status()).isEqualTo(422);
        assertThat(bad.reasons()).anyMatch(reason -> reason.contains("'ci-1' is there twice"));
        assertThat(bad.reasons()).anyMatch(reason -> reason.contains(".nam: there is no such field"));
        assertThat(put("/inventory", same()).status()).isEqualTo(200);
        assertThat(inventory().get("configurationItems").size()).isEqualTo(15);
    }

    @Test
    void one_item_is_put_changed_and_removed_and_each_time_it_is_a_fact() {
        String before = inventory().get("version").stringValue();
        String cache = "{name: Cache, criticality: 2, tier: 3, ownerGroup: owners, impacts: [inventory-web]}";
        assertThat(put("/inventory/items/cache", cache).status()).isEqualTo(200);
        assertThat(newest().changed()).containsExactly("cache");
        assertThat(service().get("/inventory/items/cache").body().get("tier").intValue())
                .isEqualTo(3);
        assertThat(put("/inventory/items/cache", cache.replace("tier: 3", "tier: 2")).status())
                .isEqualTo(200);
        InventoryChanged changed = newest();
        assertThat(put("/inventory/items/cache", cache.replace("tier: 3", "tier: 2")).status())
                .isEqualTo(200);
        assertThat(newest()).isEqualTo(changed);
        assertThat(delete("/inventory/items/cache").status()).isEqualTo(204);
        assertThat(delete("/inventory/items/cache").status()).isEqualTo(404);
        assertThat(newest().version()).isEqualTo(before);
        assertThat(inventory().get("version").stringValue()).isEqualTo(before);
    }

    @Test
    void an_item_that_others_name_stays() {
        Answer refused = delete("/inventory/items/inventory-web");
        assertThat(put("/inventory/items/cache",
                                "{name: C, criticality: 1, tier: 4, ownerGroup: o, impacts: [inventory-web]}")
                        .status())
                .isEqualTo(200);
        Answer named = delete("/inventory/items/inventory-web");
        assertThat(named.status()).isEqualTo(422);
        assertThat(named.reasons()).anyMatch(reason -> reason.contains("there is no item 'inventory-web'"));
        assertThat(refused.status()).isIn(204, 422);
    }

    @Test
    void every_fault_of_an_item_is_named_and_nothing_is_stored() {
        Answer refused = put("/inventory/items/x", "{id: y, name: '', criticality: high, tier: 9, size: 1}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.reasons())
                .satisfiesExactlyInAnyOrder(
                        reason -> assertThat(reason).startsWith("id: is 'y', but the address says 'x'"),
                        reason -> assertThat(reason).startsWith("name: is missing"),
                        reason -> assertThat(reason).startsWith("criticality: must be a whole number"),
                        reason -> assertThat(reason).startsWith("tier: must be 1 to 4, not 9"),
                        reason -> assertThat(reason).startsWith("ownerGroup: is missing"),
                        reason -> assertThat(reason).startsWith("size: there is no such field"));
        assertThat(service().get("/inventory/items/x").status()).isEqualTo(404);
    }

    @Test
    void a_person_comes_and_goes() {
        assertThat(put("/inventory/people/uma", "{name: Uma, email: uma@shop.example, groups: [approvers]}")
                        .status())
                .isEqualTo(200);
        assertThat(service().get("/inventory/people/uma").body().get("groups").toString())
                .isEqualTo("[\"approvers\"]");
        assertThat(delete("/inventory/people/uma").status()).isEqualTo(204);
        assertThat(service().get("/inventory/people/uma").status()).isEqualTo(404);
    }

    /// What facts and jobs, or whatever else is kept, have of a person is an id that nobody has any more.
    @Test
    void whoever_is_erased_leaves_neither_name_nor_address_anywhere() {
        assertThat(put("/inventory/people/uma", "{name: Uma Vanishing, email: uma@vanishing.example, groups: [approvers]}").status())
                .isEqualTo(200);
        assertThat(tablesWith("anishing")).containsExactly("person");
        assertThat(delete("/inventory/people/uma").status()).isEqualTo(204);
        assertThat(tablesWith("anishing")).isEmpty();
        assertThat(tablesWith("uma")).as("the fact of it has the id").contains("journal");
    }

    /// Also in bytes, which PostgreSQL writes in hexadecimal.
    private static List<String> tablesWith(String text) {
        JdbcClient jdbc = service().bean(JdbcClient.class);
        String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
        return jdbc.sql("select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'")
                .query(String.class)
                .list()
                .stream()
                .filter(table -> jdbc.sql("select exists (select from " + table + " as each where each::text like ? or each::text like ?)")
                        .params("%" + text + "%", "%" + hex + "%")
                        .query(Boolean.class)
                        .single())
                .toList();
    }

    @Test
    void fifty_thousand_items_are_replaced_in_one_go_and_the_impact_of_one_names_the_nearest() {
        int many = 50_000;
        String items = IntStream.range(0, many)
                .mapToObj(i -> "  - {id: n" + i + ", name: N, criticality: " + (i == many - 1 ? 5 : 1)
                        + ", tier: 4, ownerGroup: o, impacts: " + edges(i, many) + "}\n")
                .collect(Collectors.joining());
        assertThat(put("/inventory", same() + items).status()).isEqualTo(200);
        JsonNode impact = service().get("/inventory/items/n0/impact").body();
        assertThat(impact.get("total").intValue()).isEqualTo(many);
        assertThat(impact.get("criticality").intValue()).isEqualTo(5);
        assertThat(impact.get("reached").size()).isEqualTo(1000);
        assertThat(impact.get("reached").get(3).get("path").toString()).isEqualTo("[\"n0\",\"n1\",\"n3\"]");
        assertThat(newest().totalChanged()).isEqualTo(many);
    }

    /// A tree of two branches each, whose last leaf leads back to the root.
    private static List<String> edges(int i, int many) {
        List<String> down = IntStream.of(2 * i + 1, 2 * i + 2)
                .filter(child -> child < many)
                .mapToObj(child -> "n" + child)
                .toList();
        return i == many - 1 ? List.of("n0") : down;
    }
}
