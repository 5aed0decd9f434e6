package slipway.backup;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import slipway.backup.recipe.ProgramFolders;
import slipway.backup.vault.DirectoryLocation;
import slipway.backup.vault.Location;

/// Where everything lies.
///
/// Lists have their defaults here and not in `@DefaultValue`: Spring makes one path of a default, but not several, passes over what it
/// cannot convert, and in the end says only that there is no such bean.
///
/// @param home for whatever is not given of the rest
/// @param keys directory of the keys; default `<home>/keys`
/// @param work where restore tests happen; has to hold the largest set unsealed; default `<home>/work`
/// @param locations of the copies, two at least; default `<home>/location-1`, `<home>/location-2`: for production, give different
///     disks
/// @param recipes folder with recipes of one's own; null: none
/// @param programs folders where programs may lie that recipes run, the first wins; default: where Debian has them
@ConfigurationProperties("slipway.backup")
record BackupProperties(
        @DefaultValue(".slipway/backups") Path home,
        @Nullable Path keys,
        @Nullable Path work,
        @Nullable List<Path> locations,
        @Nullable Path recipes,
        @Nullable List<Path> programs) {

    /// All of it below one folder.
    static BackupProperties in(Path home) {
        return new BackupProperties(home, null, null, null, null, null);
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

    List<Location> copies() {
        List<Path> places = locations == null || locations.isEmpty()
                ? List.of(home.resolve("location-1"), home.resolve("location-2"))
                : locations;
        return places.stream()
                .<Location>map(place ->
                        new DirectoryLocation(place.toAbsolutePath().normalize()))
                .toList();
    }
}
