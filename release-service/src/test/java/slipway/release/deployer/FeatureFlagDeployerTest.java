package slipway.release.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.openfeature.contrib.providers.flagd.Config;
import dev.openfeature.contrib.providers.flagd.FlagdOptions;
import dev.openfeature.contrib.providers.flagd.FlagdProvider;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.MutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import slipway.release.domain.Shape;
import slipway.release.domain.Shape.Part;
import slipway.release.domain.StepKind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class FeatureFlagDeployerTest implements DeployerContract {

    private static final String BEFORE = """
            {
              "$schema": "https://flagd.dev/schema/v0/flags.json",
              "$evaluators": {"staff": {"ends_with": [{"var": "email"}, "@shop.example"]}},
              "unknown": {"ratio": 0.10},
              "flags": {
                "banner": {"state": "DISABLED", "variants": {"a": 1.50, "b": 2}, "defaultVariant": "a", "note": "kept"},
                "shop-release": {
                  "state": "ENABLED",
                  "variants": {"on": true, "off": false},
                  "defaultVariant": "off",
                  "metadata": {"team": "shop", "slipway-digest-off": "%s"},
                  "owner": "shop"
                }
              }
            }
            """.formatted(OLD);

    @TempDir
    Path folder;

    private Path file;
    private int written;
    private @Nullable Object seen;

    @BeforeEach
    void a_file_of_flags() throws IOException {
        file = folder.resolve("flags.json");
        fresh();
    }

    @Override
    public Deployer deployer() {
        return new FeatureFlagDeployer();
    }

    @Override
    public String settings() {
        return "{file: flags.json, flag: shop-release}";
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public Shape fresh() throws IOException {
        Files.writeString(file, BEFORE);
        return shape(OLD, null, 0);
    }

    @Override
    public List<List<Step>> ways() {
        Shape before = shape(OLD, null, 0);
        return List.of(
                List.of(
                        new Step(StepKind.PREVIEW, move(before, shape(OLD, NEW, 0))),
                        new Step(StepKind.WEIGHT, move(shape(OLD, NEW, 0), shape(OLD, NEW, 10))),
                        new Step(StepKind.WEIGHT, move(shape(OLD, NEW, 10), shape(OLD, NEW, 50))),
                        new Step(StepKind.WEIGHT, move(shape(OLD, NEW, 50), shape(OLD, NEW, 100))),
                        new Step(StepKind.RETIRE, move(shape(OLD, NEW, 100), shape(null, NEW, 100)))),
                List.of(new Step(StepKind.CUTOVER, move(before, shape(OLD, NEW, 100)))));
    }

    /// The file's own ledger: each new content is a new file in its place.
    @Override
    public int effects() {
        try {
            Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            if (!key.equals(seen)) {
                seen = key;
                written++;
            }
            return written;
        } catch (IOException e) {
            return written;
        }
    }

    /// The change is one act, a rename: one dies with half a file beside it, or when all is done and nobody was told.
    @Override
    public boolean diesAt(int act, Move move) throws IOException, InterruptedException {
        effects();
        if (act == 0) {
            Files.writeString(folder.resolve(".flags.json.half"), "{\"flags\": {\"ban");
        } else if (act == 1) {
            target().apply(move);
        }
        return act < 2;
    }

    @Override
    public void silence() throws IOException {
        Files.delete(file);
    }

    @Override
    public String faultySettings() {
        return "{file: '', flag: 7, url: here}";
    }

    @Override
    public List<String> faultyFields() {
        return List.of("file", "flag", "flag", "url");
    }

    private static Shape shape(@Nullable String off, @Nullable String on, int weight) {
        return Shape.of(new Part("off", off, 100 - weight), new Part("on", on, weight));
    }

    private static Move move(Shape from, Shape to) {
        return new Move("REL-CHG-7/prod/1", NEW, "shop@" + NEW, from, to);
    }

    private void weight(int weight) throws Exception {
        target().apply(move(shape(OLD, NEW, 0), shape(OLD, NEW, weight)));
    }

    @Test
    void of_a_thousand_the_share_gets_it_and_a_rising_share_takes_it_from_nobody() throws Exception {
        FlagdProvider provider = new FlagdProvider(FlagdOptions.builder()
                .deadline(30_000)
                .resolverType(Config.Resolver.FILE)
                .offlineFlagSourcePath(file.toString())
                .offlinePollIntervalMs(10)
                .build());
        OpenFeatureAPI api = OpenFeatureAPI.getInstance();
        try {
            weight(0);
            api.setProviderAndWait("shop", provider);
            Client client = api.getClient("shop");
            TreeSet<String> before = new TreeSet<>();
            for (int weight : new int[] {0, 1, 5, 10, 25, 50, 75, 99, 100}) {
                weight(weight);
                TreeSet<String> on = new TreeSet<>();
                // The provider looks at the file every few milliseconds.
                Awaitility.await().untilAsserted(() -> {
                    on.clear();
                    for (int i = 0; i < 1_000; i++) {
                        if (client.getBooleanValue("shop-release", false, new MutableContext("customer-" + i))) {
                            on.add("customer-" + i);
                        }
                    }
                    assertThat(on).as("at %d %%", weight).hasSizeBetween(share(weight, -1), share(weight, 1));
                });
                assertThat(on).as("at %d %%", weight).containsAll(before);
                before = on;
                assertThat(client.getBooleanValue("shop-release", false, new MutableContext()))
                        .as("somebody without a key at %d %%", weight)
                        .isEqualTo(weight == 100);
            }
        } finally {
            api.shutdown();
        }
    }

    /// Four standard deviations of a binomial distribution either way.
    private static int share(int weight, int direction) {
        double deviation = Math.sqrt(1_000 * (weight / 100.0) * (1 - weight / 100.0));
        return (int) Math.round(10.0 * weight + direction * 4 * deviation);
    }

    @Test
    void the_rest_of_the_file_stays_as_it_is() throws Exception {
        weight(30);
        JsonMapper json = JsonMapper.builder().build();
        JsonNode before = json.readTree(BEFORE);
        JsonNode after = json.readTree(Files.readString(file));
        for (String path : List.of("/$schema", "/$evaluators", "/unknown", "/flags/banner", "/flags/shop-release/owner")) {
            assertThat(after.at(path)).as(path).isEqualTo(before.at(path));
        }
        assertThat(after.at("/flags/shop-release/metadata/team").asString()).isEqualTo("shop");
        assertThat(Files.readString(file)).contains("0.10").contains("1.50");
        assertThat(Files.exists(folder.resolve(".flags.json.half"))).isFalse();
    }

    @Test
    void who_may_read_it_may_still_read_it_and_a_link_to_it_stays_one() throws Exception {
        Path real = Files.move(file, folder.resolve("real.json"));
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
        Files.createSymbolicLink(file, Path.of("real.json"));
        weight(30);
        assertThat(file).isSymbolicLink();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real))).isEqualTo("rw-r-----");
        assertThat(target().probe()).isEqualTo(shape(OLD, NEW, 30));
    }

    @Test
    void a_flag_that_is_not_there_is_made_and_taken_away_again() throws Exception {
        Files.writeString(file, "{\"flags\": {}}");
        Shape nothing = Shape.of(new Part("off", null, 0), new Part("on", null, 0));
        assertThat(target().probe()).isEqualTo(nothing);
        Move first = move(nothing, shape(null, NEW, 20));
        target().apply(first);
        assertThat(target().probe()).isEqualTo(shape(null, NEW, 20));
        target().undo(move(first.to(), nothing));
        assertThat(target().probe()).isEqualTo(nothing);
    }

    @Test
    void back_from_on_to_off_the_shares_shrink_as_they_grew() throws Exception {
        weight(100);
        Shape there = shape(NEW, OLD, 100);
        target().apply(move(there, shape(NEW, OLD, 60)));
        assertThat(target().probe()).isEqualTo(shape(NEW, OLD, 60));
        JsonNode flag = JsonMapper.builder().build().readTree(Files.readString(file)).at("/flags/shop-release");
        assertThat(flag.at("/defaultVariant").asString()).as("the old one until the new one has all").isEqualTo("on");
    }

    @Test
    void what_somebody_else_decided_is_no_shape() throws Exception {
        for (String[] row : new String[][] {
            {"\"ENABLED\",\n      \"variants\": {\"on\"", "\"DISABLED\",\n      \"variants\": {\"on\"", "is not enabled"},
            {"\"off\",\n      \"metadata\"", "\"on\",\n      \"metadata\"", "nothing says which release"},
            {"\"off\",\n      \"metadata\"", "\"maybe\",\n      \"metadata\"", "neither on nor off"},
            {"\"owner\": \"shop\"", "\"targeting\": {\"if\": [true, \"on\"]}", "rules of somebody else"},
            {"\"owner\": \"shop\"", "\"targeting\": {\"fractional\": [[\"off\", 50], [\"on\", 50]]}", "rules of somebody else"},
            {OLD, "latest", "no digest but 'latest'"},
            {"\"flags\": {", "\"flags\": [], \"f\": {", "has no flags by their names"}
        }) {
            String content = BEFORE.replace(row[0], row[1]);
            Files.writeString(file, content);
            assertThat(content).as(row[2]).isNotEqualTo(BEFORE);
            assertThatThrownBy(() -> target().probe()).isInstanceOf(IOException.class).hasMessageContaining(row[2]);
            assertThatThrownBy(() -> weight(10)).isInstanceOf(IOException.class).hasMessageContaining(row[2]);
            assertThat(file).content().isEqualTo(content);
        }
        Files.writeString(file, "{\"flags\": {}, \"flags\": {}}");
        assertThatThrownBy(() -> target().probe()).isInstanceOf(IOException.class).hasMessageContaining("cannot be read");
    }

    @Test
    void two_releases_that_write_the_same_file_lose_nothing_to_each_other() throws Exception {
        List<Thread> writers = List.of("one", "two", "three", "four").stream()
                .map(flag -> Thread.ofPlatform().start(() -> {
                    try {
                        Target target = deployer().target(DeployerContract.form("{file: flags.json, flag: " + flag + "}"), folder);
                        for (int weight = 0; weight <= 100; weight += 10) {
                            target.apply(move(shape(OLD, NEW, 0), shape(OLD, NEW, weight)));
                        }
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        for (Thread writer : writers) {
            writer.join();
        }
        for (String flag : List.of("one", "two", "three", "four")) {
            assertThat(deployer().target(DeployerContract.form("{file: flags.json, flag: " + flag + "}"), folder).probe())
                    .isEqualTo(shape(OLD, NEW, 100));
        }
    }
}
