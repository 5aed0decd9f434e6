package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.damaged;
import static slipway.backup.recipe.LiveRecipes.recipe;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.LiveRecipes.Captured;

/// Objects and stacks, by the real AWS CLI from an emulator: captured, changed at their source, restored, compared by content.
class AwsObjectsRecipeTest {

    private static Moto moto;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.shared();
    }

    private void put(String key, String text) throws Exception {
        put("shop", key, text);
    }

    private void put(String bucket, String key, String text) throws Exception {
        Path file = Files.writeString(folder.resolve("put"), text);
        moto.aws("s3api", "put-object", "--bucket", bucket, "--key", key, "--body", file.toString());
    }

    @Test
    void every_object_comes_back_byte_by_byte_and_one_that_was_overwritten_by_as_many_bytes_is_noticed() throws Exception {
        Recipe s3 = recipe("amazon-s3", folder.resolve("work"));
        Item item = moto.item("amazon-s3", Map.of("bucket", "shop", "metadata", ""));
        moto.aws("s3", "mb", "s3://shop");
        assertThatThrownBy(() -> capture(s3, item))
                .as("it keeps no versions")
                .hasMessageContaining("at /Status instead of Enabled");
        moto.aws("s3api", "put-bucket-versioning", "--bucket", "shop", "--versioning-configuration", "Status=Enabled");
        assertThatThrownBy(() -> capture(s3, item))
                .as("there is nothing to copy, and that ends with 0")
                .hasMessageContaining("what it said does not have");
        put("orders/1.json", "{\"euros\": 5}");
        put("orders/zwei ü.json", "{\"euros\": 7}");
        moto.aws("s3api", "put-object", "--bucket", "shop", "--key", "orders/");
        Captured captured = capture(s3, item);
        assertThat(captured.capture().contents())
                .containsEntry("orders/1.json", "12")
                .containsEntry("orders/zwei ü.json", "12")
                .containsEntry("files", "2")
                .containsOnlyKeys("orders/1.json", "orders/zwei ü.json", "files", "tree", "attributes");

        put("orders/1.json", "{\"euros\": 6}");
        assertThat(s3.look(item))
                .containsEntry("orders/1.json", "12")
                .isNotEqualTo(captured.capture().contents());
        moto.aws("s3api", "delete-object", "--bucket", "shop", "--key", "orders/zwei ü.json");
        assertThat(restore(s3, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
        assertThat(folder.resolve("scratch/objects/orders/1.json")).hasContent("{\"euros\": 5}");
        assertThat(folder.resolve("scratch/objects/orders/zwei ü.json")).hasContent("{\"euros\": 7}");
        put("made/since.json", "{}");
        // Sent in parts, it has another entity tag, and is the same.
        moto.aws("s3api", "put-object", "--bucket", "shop", "--key", "kept.txt", "--body", folder.resolve("put").toString(), "--content-type", "text/x-shop");
        Captured withType = capture(s3, item);
        restore(s3, item, withType, folder.resolve("type"));
        put("orders/1.json", "{\"euros\": 9}");
        assertThat(LiveRecipes.overwrite(s3, item, withType, folder.resolve("type"))).isEqualTo(withType.capture().contents());
        assertThat(moto.aws("s3api", "head-object", "--bucket", "shop", "--key", "kept.txt", "--query", "ContentType", "--output", "text"))
                .as("what did not differ was left alone")
                .isEqualTo("text/x-shop");
        assertThat(LiveRecipes.overwrite(s3, item, captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents());
        for (int again = 0; again < 2; again++) {
            assertThat(LiveRecipes.overwrite(s3, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
        }
        Captured flipped = damaged(captured, folder, "objects/orders/1.json", LiveRecipes::flipped);
        assertThat(restore(s3, item, flipped, folder.resolve("flipped")))
                .as("of as many bytes")
                .containsEntry("orders/1.json", "12")
                .isNotEqualTo(captured.capture().contents());
        Captured cut = damaged(captured, folder, "objects/orders/1.json", LiveRecipes::cut);
        assertThat(restore(s3, item, cut, folder.resolve("cut"))).containsEntry("orders/1.json", "9");
    }

    @Test
    void an_entity_tag_says_nothing_and_keys_that_would_lie_in_one_file_are_refused() throws Exception {
        Recipe s3 = recipe("amazon-s3", folder.resolve("work"));
        moto.aws("s3", "mb", "s3://parts");
        moto.aws("s3api", "put-bucket-versioning", "--bucket", "parts", "--versioning-configuration", "Status=Enabled");
        Item item = moto.item("amazon-s3", Map.of("bucket", "parts", "metadata", ""));
        Path large = Files.write(folder.resolve("large"), new byte[9 << 20]);
        moto.aws("s3", "cp", large.toString(), "s3://parts/large");
        Captured captured = capture(s3, item);
        Map<String, String> older = s3.look(item, Map.of());
        assertThat(s3.restores(2)).isTrue();
        assertThat(older).containsKey("all of their entity tags").doesNotContainKey("tree");
        moto.aws("s3api", "put-object", "--bucket", "parts", "--key", "large", "--body", large.toString());
        assertThat(s3.look(item)).isEqualTo(captured.capture().contents());
        assertThat(s3.look(item, Map.of())).as("in one part it has another tag").isNotEqualTo(older);

        moto.aws("s3api", "put-object", "--bucket", "parts", "--key", "a//b", "--body", folder.resolve("large").toString());
        assertThatThrownBy(() -> capture(s3, item)).hasMessageContaining("diff failed with exit 1");
    }

    /// What is told of an object beside its content.
    private static String told(String key) throws Exception {
        return moto.aws("s3api", "head-object", "--bucket", "told", "--key", key, "--query", "[ContentType,CacheControl,Metadata.shop]", "--output", "text")
                + " " + moto.aws("s3api", "get-object-tagging", "--bucket", "told", "--key", key, "--query", "TagSet[].[Key,Value]", "--output", "text");
    }

    @Test
    void what_is_told_of_an_object_comes_back_where_the_item_says_so_and_is_said_to_be_lost_elsewhere() throws Exception {
        Recipe s3 = recipe("amazon-s3", folder.resolve("work"));
        moto.aws("s3", "mb", "s3://told");
        moto.aws("s3api", "put-bucket-versioning", "--bucket", "told", "--versioning-configuration", "Status=Enabled");
        String body = Files.writeString(folder.resolve("put"), "same").toString();
        for (String key : new String[] {"one ü/1.json", "two", "three"}) {
            moto.aws("s3api", "put-object", "--bucket", "told", "--key", key, "--body", body, "--content-type", "text/x-shop",
                    "--cache-control", "no-store", "--metadata", "shop=berlin", "--tagging", "level=gold");
        }
        String was = told("two");
        assertThat(was).isEqualTo("text/x-shop\tno-store\tberlin level\tgold");
        Item left = moto.item("amazon-s3", Map.of("bucket", "told", "metadata", ""));
        Captured without = capture(s3, left);
        assertThat(without.capture().notes().get("warnings")).contains("content types, user metadata and tags of the objects are not in this set");

        Item kept = moto.item("amazon-s3", Map.of("bucket", "told", "metadata", "kept"));
        Captured captured = capture(s3, kept);
        assertThat(captured.capture().notes()).doesNotContainKey("warnings");
        moto.aws("s3api", "put-object-tagging", "--bucket", "told", "--key", "three", "--tagging", "TagSet=[{Key=level,Value=lead}]");
        assertThat(s3.look(kept)).as("the same bytes").isNotEqualTo(captured.capture().contents());
        assertThat(s3.look(left)).isEqualTo(without.capture().contents());
        moto.aws("s3api", "put-object", "--bucket", "told", "--key", "two", "--body", body, "--content-type", "text/html");
        moto.aws("s3api", "delete-object", "--bucket", "told", "--key", "one ü/1.json");
        moto.aws("s3api", "put-object", "--bucket", "told", "--key", "made since", "--body", body);
        assertThat(restore(s3, kept, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
        for (int times = 0; times < 2; times++) {
            assertThat(LiveRecipes.overwrite(s3, kept, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
        }
        for (String key : new String[] {"one ü/1.json", "two", "three"}) {
            assertThat(told(key)).as(key).isEqualTo(was);
        }
        restore(s3, left, without, folder.resolve("without"));
        put("told", "two", "other");
        assertThat(LiveRecipes.overwrite(s3, kept, without, folder.resolve("without")))
                .as("what the plan says since does not change what the set has")
                .isEqualTo(without.capture().contents());
        assertThat(moto.aws("s3", "cp", "s3://told/two", "-")).isEqualTo("same");
        assertThat(restore(s3, left, captured, folder.resolve("left"))).isEqualTo(captured.capture().contents());
        assertThat(LiveRecipes.overwrite(s3, left, captured, folder.resolve("left"))).isEqualTo(captured.capture().contents());
        assertThat(told("two")).isEqualTo(was);
        assertThatThrownBy(() -> capture(s3, moto.item("amazon-s3", Map.of("bucket", "told", "metadata", "yes"))))
                .hasMessageContaining("metadata is kept, or left open, and not yes");
    }

    @Test
    void a_set_from_before_there_were_metadata_is_looked_at_and_restored_as_then() throws Exception {
        Recipe s3 = recipe("amazon-s3", folder.resolve("work"));
        moto.aws("s3", "mb", "s3://older");
        moto.aws("s3api", "put-bucket-versioning", "--bucket", "older", "--versioning-configuration", "Status=Enabled");
        put("older", "a/one.log", "one");
        Item item = moto.item("amazon-s3", Map.of("bucket", "older", "metadata", "kept"));
        Map<String, String> third = new TreeMap<>(capture(s3, item).capture().notes());
        third.put("version", "3");
        Path tree = Files.createDirectories(folder.resolve("tree/objects/a")).getParent();
        Files.writeString(tree.resolve("a/one.log"), "one");
        for (Path each : List.of(tree.getParent(), tree, tree.resolve("a"))) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwx------"));
        }
        Files.setPosixFilePermissions(tree.resolve("a/one.log"), PosixFilePermissions.fromString("rw-------"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        var tar = Tree.tar(out);
        Tree.write(tree.getParent(), _ -> true, tar);
        tar.finish();
        Captured older = new Captured(new Capture("", "", Instant.EPOCH, Map.of(), third), out.toByteArray());
        assertThat(s3.restores(3)).isTrue();
        Map<String, String> looks = new TreeMap<>(s3.look(item, third));
        assertThat(restore(s3, item, older, folder.resolve("scratch"))).isEqualTo(looks).containsEntry("files", "1");
        put("older", "a/one.log", "two");
        assertThat(LiveRecipes.overwrite(s3, item, older, folder.resolve("scratch"))).isEqualTo(looks);
    }

    private static String template(String value) {
        return """
                Resources:
                  Greeting:
                    Type: AWS::SSM::Parameter
                    Properties: {Name: /stack/greeting, Type: String, Value: %s}
                Outputs:
                  Name: {Value: !Ref Greeting, Export: {Name: greeting}}
                """.formatted(value);
    }

    @Test
    void a_stack_is_captured_as_its_template_and_never_while_it_is_under_way() throws Exception {
        Recipe stacks = recipe("aws-cloudformation", folder.resolve("work"));
        moto.form("cloudformation", "CreateStack", "StackName", "shop", "TemplateBody", template("hello"));
        Item item = moto.item("aws-cloudformation", Map.of("stack", "shop"));
        try (Liar aws = moto.lying("cloudformation.describe-stacks", said -> said.replace("CREATE_COMPLETE", "UPDATE_IN_PROGRESS"))) {
            assertThatThrownBy(() -> capture(stacks, aws.item(item))).hasMessageContaining("does not have \"StackStatus\"");
        }
        Captured captured = capture(stacks, item);
        moto.form("cloudformation", "UpdateStack", "StackName", "shop", "TemplateBody", template("goodbye"));
        assertThat(stacks.look(item)).isNotEqualTo(captured.capture().contents());
        assertThat(restore(stacks, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
        assertThat(folder.resolve("scratch/template.json")).content().contains("Value: hello");
        assertThat(folder.resolve("scratch/exports.json")).content().contains("greeting");

        Captured exportsAlone = damaged(captured, folder, "template.json", _ -> "{\"TemplateBody\": \"Resources: {}\"}".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> restore(stacks, item, exportsAlone, folder.resolve("alone")))
                .hasMessageContaining("at /ResourceTypes");
    }
}
