package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import slipway.backup.vault.Location;

class BackupPropertiesTest {

    @TempDir
    private Path home;

    private BackupProperties bound(Map<String, String> given) {
        Map<String, String> all = new HashMap<>();
        given.forEach((name, value) -> all.put("slipway.backup." + name, value));
        return new Binder(new MapConfigurationPropertySource(all))
                .bindOrCreate("slipway.backup", BackupProperties.class);
    }

    @Test
    void without_a_word_there_are_two_directories_below_home() {
        assertThat(bound(Map.of("home", home.toString())).copies())
                .extracting(Location::uri)
                .containsExactly(home.toUri() + "location-1/", home.toUri() + "location-2/");
    }

    @Test
    void locations_are_a_list_with_what_they_need_beside_it() {
        assertThat(bound(Map.of(
                                "locations", home + "/a,s3://bucket/prod",
                                "s3.region", "eu-central-1",
                                "s3.path-style", "true",
                                "s3.retain", "P30D",
                                "s3.mode", "COMPLIANCE"))
                        .copies())
                .extracting(Location::uri)
                .containsExactly(home.toUri() + "a/", "s3://bucket/prod/");
    }

    @Test
    void what_is_wrong_is_named_as_it_is_written_in_the_configuration() {
        BackupProperties wrong = bound(Map.of(
                "locations[0]", home + "/a",
                "locations[1]", "s3://bucket/prod",
                "locations[2]", "rclone:there:x",
                "s3.path-style", "maybe",
                "s3.retain", "month"));
        assertThatThrownBy(wrong::copies)
                .hasMessageContainingAll(
                        "slipway.backup.s3.path-style: 'maybe'",
                        "slipway.backup.s3.retain: 'month'",
                        "slipway.backup.locations[1]: slipway.backup.s3.region is missing",
                        "slipway.backup.locations[2]: slipway.backup.rclone.config is missing");
    }
}
