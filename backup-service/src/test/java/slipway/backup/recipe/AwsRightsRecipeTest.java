package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.recipe;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.LiveRecipes.Captured;

/// What AWS keeps of parameters and rights, by the real AWS CLI from an emulator: captured, changed at its source, restored, compared.
class AwsRightsRecipeTest {

    private static Moto moto;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.shared();
    }

    private Map<String, String> restored(Recipe recipe, Item item, Captured captured) throws Exception {
        return restore(recipe, item, captured, folder.resolve("scratch"));
    }

    private static String text(Captured captured) {
        return new String(captured.bytes(), StandardCharsets.UTF_8);
    }

    private static void put(String name, String type, String value) throws Exception {
        moto.json("ssm", "AmazonSSM.PutParameter", """
                {"Name": "%s", "Type": "%s", "Value": "%s", "Overwrite": true}""".formatted(name, type, value));
    }

    private static String parameter(String name, String field) throws Exception {
        return moto.aws("ssm", "get-parameters", "--names", name, "--with-decryption", "--query", "Parameters[0]." + field, "--output", "text");
    }

    private static void delete(String name) throws Exception {
        moto.json("ssm", "AmazonSSM.DeleteParameter", "{\"Name\": \"" + name + "\"}");
    }

    @Test
    void parameters_come_back_with_their_values_after_one_was_overwritten_and_one_deleted() throws Exception {
        moto.json("ssm", "AmazonSSM.PutParameter", """
                {"Name": "/shop/prod/db", "Type": "SecureString", "Value": "was-hidden", "KeyId": "alias/of-the-shop", "Description": "of the database"}""");
        put("/shop/url", "String", "http://shop.example");
        for (int i = 1; i <= 20; i++) {
            put("/shop/pages/" + i, "String", "of a listing that has several");
        }
        Recipe ssm = recipe("aws-ssm-parameters", folder.resolve("work"));
        Item item = moto.item("aws-ssm-parameters", Map.of("path", "shop", "madeSince", "refuse"));
        Captured captured = capture(ssm, item);
        assertThat(captured.capture().contents())
                .hasSize(23)
                .containsEntry("/shop/prod/db", "SecureString")
                .containsEntry("/shop/url", "String")
                .containsKey("what they say");
        assertThat(captured.capture().toString()).doesNotContain("was-hidden");

        put("/shop/prod/db", "SecureString", "is");
        delete("/shop/url");
        assertThat(ssm.look(item))
                .doesNotContainEntry("what they say", captured.capture().contents().get("what they say"))
                .doesNotContainKey("/shop/url");
        assertThat(restored(ssm, item, captured)).isEqualTo(captured.capture().contents());
        assertThat(text(captured)).contains("was-hidden").contains("http://shop.example");

        for (int times = 0; times < 2; times++) {
            assertThat(LiveRecipes.overwrite(ssm, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
        }
        assertThat(parameter("/shop/prod/db", "Value")).isEqualTo("was-hidden");
        assertThat(parameter("/shop/prod/db", "Version")).as("once, and then it was the same").isEqualTo("3");
        assertThat(parameter("/shop/url", "Value")).as("no address that is read").isEqualTo("http://shop.example");
        assertThat(parameter("/shop/pages/7", "Version")).as("what did not differ was left alone").isEqualTo("1");
        assertThat(moto.aws("ssm", "describe-parameters", "--parameter-filters", "Key=Name,Values=/shop/prod/db", "--query",
                "Parameters[0].[KeyId,Description]", "--output", "text")).isEqualTo("alias/of-the-shop\tof the database");
        onesMadeSince(ssm, item, captured);
    }

    @Test
    void a_tier_that_put_parameter_does_not_take_back_is_told_before_anything_is_put() throws Exception {
        put("/tiers/one", "String", "was");
        put("/tiers/two", "String", "was");
        Recipe ssm = recipe("aws-ssm-parameters", folder.resolve("work"));
        Item item = moto.item("aws-ssm-parameters", Map.of("path", "tiers", "madeSince", "refuse"));
        Captured captured = capture(ssm, item);
        restored(ssm, item, captured);
        put("/tiers/one", "String", "is");
        moto.json("ssm", "AmazonSSM.PutParameter", """
                {"Name": "/tiers/two", "Type": "String", "Value": "was", "Tier": "Advanced", "Overwrite": true}""");
        assertThatThrownBy(() -> LiveRecipes.overwrite(ssm, item, captured, folder.resolve("scratch")))
                .hasMessageContaining("nothing was changed: put-parameter cannot change the type, data type or tier of /tiers/two");
        assertThat(parameter("/tiers/one", "Value")).isEqualTo("is");
    }

    private void onesMadeSince(Recipe ssm, Item item, Captured captured) throws Exception {
        put("/shop/made/since", "String", "x");
        put("/shop/prod/db", "SecureString", "is");
        assertThatThrownBy(() -> LiveRecipes.overwrite(ssm, item, captured, folder.resolve("scratch")))
                .hasMessageContaining("nothing was changed: the set does not have /shop/made/since");
        assertThat(parameter("/shop/prod/db", "Value")).isEqualTo("is");
        Item deleting = moto.item("aws-ssm-parameters", Map.of("path", "shop", "madeSince", "delete"));
        assertThat(LiveRecipes.overwrite(ssm, deleting, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());

        delete("/shop/url");
        put("/shop/url", "SecureString", "x");
        assertThatThrownBy(() -> LiveRecipes.overwrite(ssm, deleting, captured, folder.resolve("scratch")))
                .hasMessageContaining("nothing was changed: put-parameter cannot change the type, data type or tier of /shop/url");
        assertThatThrownBy(() -> capture(ssm, moto.item("aws-ssm-parameters", Map.of("path", "shop", "madeSince", "keep"))))
                .hasMessageContaining("madeSince is refuse or delete, not keep");
    }

    @Test
    void parameters_of_a_set_from_before_are_looked_at_by_versions_and_put_back_by_hand() throws Exception {
        put("/older/url", "String", "x");
        Recipe ssm = recipe("aws-ssm-parameters", folder.resolve("work"));
        Item item = moto.item("aws-ssm-parameters", Map.of("path", "older", "madeSince", "refuse"));
        String sealed = moto.aws("ssm", "get-parameters-by-path", "--path", "/older", "--recursive", "--with-decryption", "--output", "json");
        Capture first = new Capture("one listing", "", Instant.EPOCH, Map.of("/older/url", "1"), Map.of("version", "1", "name", "slipway-0"));
        Captured older = new Captured(first, sealed.getBytes(StandardCharsets.UTF_8));
        assertThat(ssm.restores(1)).isTrue();
        assertThat(restored(ssm, item, older)).isEqualTo(ssm.look(item, first.notes())).isEqualTo(first.contents());
        assertThatThrownBy(() -> LiveRecipes.overwrite(ssm, item, older, folder.resolve("scratch")))
                .hasMessageContaining("parameters.json is not there");
    }

    @Test
    void a_path_without_parameters_is_no_backup_though_aws_ends_with_0() {
        Recipe ssm = recipe("aws-ssm-parameters", folder.resolve("work"));
        assertThatThrownBy(() -> capture(ssm, moto.item("aws-ssm-parameters", Map.of("path", "nobody", "madeSince", "refuse"))))
                .hasMessageContaining("does not have ^/");
    }

    @Test
    void roles_and_policies_are_compared_with_what_they_say() throws Exception {
        Recipe iam = recipe("aws-iam", folder.resolve("work"));
        Item item = moto.item("aws-iam", Map.of());
        assertThatThrownBy(() -> capture(iam, item))
                .as("an account without roles is another account, or rights are missing")
                .hasMessageContaining("has 0 at /RoleDetailList, at least 1");

        moto.form("iam", "CreateRole", "RoleName", "shop", "AssumeRolePolicyDocument", policy("sts:AssumeRole"));
        moto.form("iam", "PutRolePolicy", "RoleName", "shop", "PolicyName", "read", "PolicyDocument", policy("s3:Get*"));
        Captured captured = capture(iam, item);
        assertThat(captured.capture().contents()).containsEntry("roles", "1").containsEntry("users", "0");

        moto.form("iam", "PutRolePolicy", "RoleName", "shop", "PolicyName", "read", "PolicyDocument", policy("s3:*"));
        assertThat(iam.look(item))
                .as("as many as before, and they may do more")
                .containsEntry("roles", "1")
                .doesNotContainEntry("all of them", captured.capture().contents().get("all of them"));
        assertThat(restored(iam, item, captured)).isEqualTo(captured.capture().contents());
        assertThat(text(captured)).contains("s3:Get*");
    }

    private static String policy(String action) {
        return """
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "%s", "Resource": "*"}]}"""
                .formatted(action);
    }

    @Test
    void security_groups_are_compared_with_their_rules_and_a_network_that_is_not_there_is_none() throws Exception {
        Recipe groups = recipe("aws-security-groups", folder.resolve("work"));
        String vpc = Moto.first("vpcId", moto.form("ec2", "CreateVpc", "CidrBlock", "10.9.0.0/16"));
        String group = Moto.first("groupId", moto.form(
                "ec2", "CreateSecurityGroup", "GroupName", "shop", "GroupDescription", "of the shop", "VpcId", vpc));
        Item item = moto.item("aws-security-groups", Map.of("vpc", vpc));
        Captured captured = capture(groups, item);
        assertThat(captured.capture().contents()).containsEntry("groups", "2");

        moto.form("ec2", "AuthorizeSecurityGroupIngress", "GroupId", group, "IpPermissions.1.IpProtocol", "tcp",
                "IpPermissions.1.FromPort", "22", "IpPermissions.1.ToPort", "22",
                "IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0");
        assertThat(groups.look(item)).isNotEqualTo(captured.capture().contents());
        assertThat(restored(groups, item, captured)).isEqualTo(captured.capture().contents());
        assertThat(text(captured)).contains(group).doesNotContain("\"FromPort\": 22");

        assertThatThrownBy(() -> capture(groups, moto.item("aws-security-groups", Map.of("vpc", "vpc-0nowhere"))))
                .hasMessageContaining("has 0 at /SecurityGroups, at least 1");
    }
}
