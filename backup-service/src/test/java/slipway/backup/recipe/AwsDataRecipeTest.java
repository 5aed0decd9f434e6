package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.recipe;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.LiveRecipes.Captured;
import tools.jackson.databind.json.JsonMapper;

/// Data that stay in AWS as snapshots, by the real AWS CLI from an emulator. Of what is in a database or on a volume it knows nothing:
/// that is what the live recipes are for, `postgresql-dump` and `restic`; here it is about what AWS is asked, and when it is believed.
class AwsDataRecipeTest {

    private static final String DYNAMO = "DynamoDB_20120810.";
    private static final JsonMapper JSON = new JsonMapper();

    private static Moto moto;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.shared();
    }

    private Path scratch(String name) {
        return folder.resolve("scratch-" + name);
    }

    @Test
    void a_database_comes_back_as_a_new_instance_of_a_snapshot_that_lies_in_two_regions() throws Exception {
        Recipe rds = recipe("amazon-rds", folder.resolve("work"));
        moto.form("rds", "CreateDBInstance", "DBInstanceIdentifier", "shop", "Engine", "postgres", "DBInstanceClass",
                "db.t3.micro", "AllocatedStorage", "20", "MasterUsername", "shop", "MasterUserPassword", "planted-secret");
        String vpc = Moto.first("vpcId", moto.form("ec2", "CreateVpc", "CidrBlock", "10.7.0.0/16"));
        String subnet = Moto.first("subnetId", moto.form("ec2", "CreateSubnet", "VpcId", vpc, "CidrBlock", "10.7.1.0/24"));
        moto.form("rds", "CreateDBSubnetGroup", "DBSubnetGroupName", "scratch", "DBSubnetGroupDescription", "of nobody",
                "SubnetIds.SubnetIdentifier.1", subnet);
        Item item = moto.item("amazon-rds", Map.of(
                "instance", "shop",
                "account", "123456789012",
                "subnetGroup", "scratch",
                "securityGroup", "sg-0closed",
                "copyRegion", "eu-west-1"));
        item.parameters().put("copyEndpoint", item.text("endpoint"));

        try (Liar aws = moto.lying("rds.describe-db-snapshots", said -> said.replace("available", "creating"))) {
            assertThatThrownBy(() -> capture(rds, aws.item(item)))
                    .as("whoever waited was told that it is there")
                    .hasMessageContaining("has creating at /DBSnapshots/0/Status instead of available");
        }
        Captured captured = capture(rds, item);
        assertThat(captured.capture().contents()).containsEntry("engine", "postgres").containsEntry("storage", "20");
        assertThat(captured.capture().notes().get("warnings"))
                .as("the attempt before made it, and it is taken for ours")
                .contains("DBSnapshotAlreadyExists");

        moto.form("rds", "DeleteDBInstance", "DBInstanceIdentifier", "shop", "SkipFinalSnapshot", "true");
        assertThat(restore(rds, item, captured, scratch("same"))).isEqualTo(captured.capture().contents());
        assertThat(moto.form("rds", "DescribeDBInstances"))
                .as("scratch instances that are left")
                .doesNotContain("<DBInstanceIdentifier>");
    }

    @Test
    void a_snapshot_of_a_volume_is_none_before_it_is_completed() throws Exception {
        Recipe ebs = recipe("amazon-ebs", folder.resolve("work"));
        String volume = Moto.first("volumeId", moto.form(
                "ec2", "CreateVolume", "Size", "8", "AvailabilityZone", "eu-central-1a"));
        Item item = moto.item("amazon-ebs", Map.of("volume", volume, "zone", "eu-central-1a"));
        Captured captured = capture(ebs, item);
        try (Liar aws = moto.lying("ec2.describe-snapshots", said -> said.replace(">completed<", ">pending<"))) {
            assertThatThrownBy(() -> capture(ebs, aws.item(item)))
                    .hasMessageContaining("has pending at /Snapshots/0/State instead of completed");
        }

        moto.form("ec2", "DeleteVolume", "VolumeId", volume);
        assertThat(restore(ebs, item, captured, scratch("volume"))).isEqualTo(captured.capture().contents());
        assertThat(moto.form("ec2", "DescribeVolumes")).as("scratch volumes that are left").doesNotContain("<volumeId>");

        String snapshot = JSON.readTree(scratch("volume").resolve("snapshot.json"))
                .at("/Snapshots/0/SnapshotId").asString();
        moto.form("ec2", "DeleteSnapshot", "SnapshotId", snapshot);
        assertThatThrownBy(() -> restore(ebs, item, captured, scratch("deleted")))
                .as("somebody deleted it where it stays")
                .hasMessageContaining("aws failed with exit 254");
    }

    @Test
    void a_table_comes_back_under_another_name_with_as_many_items() throws Exception {
        Recipe dynamo = recipe("amazon-dynamodb", folder.resolve("work"));
        moto.json("dynamodb", DYNAMO + "CreateTable", """
                {"TableName": "orders", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}""");
        moto.json("dynamodb", DYNAMO + "BatchWriteItem", """
                {"RequestItems": {"orders": [{"PutRequest": {"Item": {"id": {"S": "1"}, "euros": {"N": "5"}}}},
                {"PutRequest": {"Item": {"id": {"S": "2"}, "euros": {"N": "7"}}}}]}}""");
        Item item = moto.item("amazon-dynamodb", Map.of("table", "orders"));
        Captured captured = capture(dynamo, item);
        assertThat(captured.capture().contents()).containsEntry("items", "2").containsEntry("key", "id");
        try (Liar aws = moto.lying("dynamodb.describe-backup", said -> said.replace("AVAILABLE", "DELETED"))) {
            assertThatThrownBy(() -> capture(dynamo, aws.item(item))).hasMessageContaining("says 'DELETED'");
        }

        moto.json("dynamodb", DYNAMO + "DeleteItem", """
                {"TableName": "orders", "Key": {"id": {"S": "2"}}}""");
        assertThat(dynamo.look(item)).containsEntry("items", "1");
        assertThat(restore(dynamo, item, captured, scratch("table"))).isEqualTo(captured.capture().contents());
        assertThat(moto.json("dynamodb", DYNAMO + "ListTables", "{}"))
                .as("scratch tables that are left")
                .isEqualTo("{\"TableNames\": [\"orders\"]}");
    }
}
