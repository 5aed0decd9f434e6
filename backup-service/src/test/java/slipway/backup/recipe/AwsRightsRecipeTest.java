package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.recipe;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

    @Test
    void parameters_come_back_with_their_values_after_one_was_overwritten_and_one_deleted() throws Exception {
        put("/shop/prod/db", "SecureString", "was-hidden");
        put("/shop/url", "String", "http://shop.example");
        for (int i = 1; i <= 20; i++) {
            put("/shop/pages/" + i, "String", "of a listing that has several");
        }
        Recipe ssm = recipe("aws-ssm-parameters", folder.resolve("work"));
        Item item = moto.item("aws-ssm-parameters", Map.of("path", "shop"));
        Captured captured = capture(ssm, item);
        assertThat(captured.capture().contents())
                .hasSize(22)
                .containsEntry("/shop/prod/db", "1")
                .containsEntry("/shop/url", "1");

        put("/shop/prod/db", "SecureString", "is");
        moto.json("ssm", "AmazonSSM.DeleteParameter", "{\"Name\": \"/shop/url\"}");
        assertThat(ssm.look(item)).containsEntry("/shop/prod/db", "2").doesNotContainKey("/shop/url");
        assertThat(restored(ssm, item, captured)).isEqualTo(captured.capture().contents());
        assertThat(text(captured)).contains("was-hidden").contains("http://shop.example");
    }

    @Test
    void a_path_without_parameters_is_no_backup_though_aws_ends_with_0() {
        Recipe ssm = recipe("aws-ssm-parameters", folder.resolve("work"));
        assertThatThrownBy(() -> capture(ssm, moto.item("aws-ssm-parameters", Map.of("path", "nobody"))))
                .hasMessageContaining("tells nothing of AWS SSM parameters");
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
