package slipway.launcher.estate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import slipway.launcher.local.Addresses;
import slipway.launcher.local.Local;
import slipway.launcher.local.Ports.For;

/// The files that the services read about the estate: templates, filled in with where everything is.
///
/// @param directory where they lie
public record Papers(Path directory) implements Local.Files {

    /// Writes all of them.
    ///
    /// @param templates folders; a file of the first one that has it is taken
    /// @param addresses take the place of `${WEB_DEV}` and so on
    /// @param inventoryPassword the file that holds the password of the user `inventory`, as release-service sees it
    public static Papers write(Path directory, List<Path> templates, Addresses addresses, String inventoryPassword) {
        Papers papers = new Papers(directory);
        try {
            Files.createDirectories(directory);
            for (Path file : List.of(papers.inventory(), papers.delivery(), papers.backups(), papers.notifications())) {
                String text = Files.readString(first(templates, file.getFileName()));
                for (For each : For.values()) {
                    text = text.replace("${" + each.name() + "}", addresses.address(each));
                }
                // Somebody may be reading it.
                Path half = file.resolveSibling(file.getFileName() + ".new");
                Files.writeString(half, text.replace("${INVENTORY_PASSWORD}", inventoryPassword));
                Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return papers;
    }

    private static Path first(List<Path> templates, Path name) {
        return templates.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::exists)
                .findFirst()
                .orElse(templates.getLast().resolve(name));
    }

    @Override
    public Path inventory() {
        return directory.resolve("inventory.yaml");
    }

    @Override
    public Path delivery() {
        return directory.resolve("delivery.yaml");
    }

    @Override
    public Path backups() {
        return directory.resolve("backups.yaml");
    }

    @Override
    public Path notifications() {
        return directory.resolve("notifications.yaml");
    }
}
