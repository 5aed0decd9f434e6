package slipway.backup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import slipway.backup.recipe.ProgramFolders;
import slipway.backup.vault.Location;
import slipway.backup.vault.Locations;

/// Where everything lies.
///
/// Lists have their defaults here and not in `@DefaultValue`: Spring makes one path of a default, but not several, passes over what it
/// cannot convert, and in the end says only that there is no such bean.
///
/// @param home for whatever is not given of the rest
/// @param keys directory of the keys; default `<home>/keys`
/// @param work where restore tests happen; has to hold the largest set unsealed; default `<home>/work`
/// @param restores notes of restores over live data, and what those need to go back: where work is of one instance alone, a folder that all
///     instances see and that outlives them; default: that of the work
/// @param locations of the copies, two at least, the first a directory: paths, `file:///…`, `s3://bucket/prefix`, `rclone:remote:path`;
///     default `<home>/location-1`, `<home>/location-2`: for production, give different disks or machines
/// @param recipes folder with recipes of one's own; null: none
/// @param programs folders where programs may lie that recipes run, and `rclone`, the first wins; default: where Debian has them
/// @param proposalValid for how long a restore by hand may be approved; null: a day
/// @param s3 for all locations in S3
/// @param rclone for all locations that `rclone` reaches
@ConfigurationProperties("slipway.backup")
record BackupProperties(
        @DefaultValue(".slipway/backups") Path home,
        @Nullable Path keys,
        @Nullable Path work,
        @Nullable Path restores,
        @Nullable List<String> locations,
        @Nullable Path recipes,
        @Nullable List<Path> programs,
        @Nullable Duration proposalValid,
        @Nullable S3 s3,
        @Nullable Rclone rclone) {

    /// @param endpoint URL of a server that is not AWS's
    /// @param region null: `us-east-1` with an endpoint, a fault without one
    /// @param pathStyle `true`: the bucket is a part of the path, not of the host's name
    /// @param retain for how long from its making a copy may not be deleted (Object Lock), such as `P30D`; null: nothing is asked for
    /// @param mode `GOVERNANCE` or `COMPLIANCE`
    record S3(
            @Nullable String endpoint,
            @Nullable String region,
            @Nullable String pathStyle,
            @Nullable String retain,
            @Nullable String mode) {}

    /// @param config file that `rclone config` wrote, without a password
    record Rclone(@Nullable Path config) {}

    /// All of it below one folder.
    static BackupProperties in(Path home) {
        return new BackupProperties(home, null, null, null, null, null, null, null, null, null);
    }

    /// For how long a restore by hand may be approved.
    ///
    /// @throws IllegalArgumentException when that is no time at all
    Duration proposals() {
        Duration valid = proposalValid == null ? Duration.ofDays(1) : proposalValid;
        if (!valid.isPositive()) {
            throw new IllegalArgumentException("slipway.backup.proposal-valid: " + valid + " is no time in which somebody could approve");
        }
        return valid;
    }

    ProgramFolders programFolders() {
        return programs == null || programs.isEmpty() ? ProgramFolders.USUAL : new ProgramFolders(programs);
    }

    Path keyDirectory() {
        return (keys == null ? home.resolve("keys") : keys).toAbsolutePath().normalize();
    }

    Path workDirectory() {
        return (work == null ? home.resolve("work") : work).toAbsolutePath().normalize();
    }

    Path restoreDirectory() {
        return restores == null ? workDirectory() : restores.toAbsolutePath().normalize();
    }

    /// @throws IllegalArgumentException naming every fault
    List<Location> copies() {
        S3 of = s3 == null ? new S3(null, null, null, null, null) : s3;
        return Locations.of(new Locations.Given(
                locations == null || locations.isEmpty()
                        ? List.of(
                                home.resolve("location-1").toString(),
                                home.resolve("location-2").toString())
                        : locations,
                of.endpoint(),
                of.region(),
                of.pathStyle(),
                of.retain(),
                of.mode(),
                programFolders().folders().stream()
                        .map(folder -> folder.resolve("rclone"))
                        .filter(Files::isExecutable)
                        .findFirst()
                        .orElse(null),
                rclone == null ? null : rclone.config()));
    }
}
