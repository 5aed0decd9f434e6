package slipway.backup;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where everything lies.
///
/// @param home for whatever is not given of the rest
/// @param keys directory of the keys; default `<home>/keys`
/// @param work where restore tests happen; has to hold the largest set unsealed; default `<home>/work`
/// @param locations of the copies, two at least; default `<home>/location-1`, `<home>/location-2`: for production, give different
///     disks
@ConfigurationProperties("slipway.backup")
record BackupProperties(
        @DefaultValue(".slipway/backups") Path home,
        @Nullable Path keys,
        @Nullable Path work,
        @Nullable List<Path> locations) {

    Path keyDirectory() {
        return (keys == null ? home.resolve("keys") : keys).toAbsolutePath().normalize();
    }

    Path workDirectory() {
        return (work == null ? home.resolve("work") : work).toAbsolutePath().normalize();
    }

    List<Path> copies() {
        List<Path> places = locations == null || locations.isEmpty()
                ? List.of(home.resolve("location-1"), home.resolve("location-2"))
                : locations;
        return places.stream().map(place -> place.toAbsolutePath().normalize()).toList();
    }
}
