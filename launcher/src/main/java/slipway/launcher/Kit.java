package slipway.launcher;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// A kit as it came, and as files.
final class Kit {

    private Kit() {}

    /// @param directory is made
    /// @return what was written
    /// @throws Refused when it cannot be, and nothing was written over
    static List<Path> unpack(byte[] zip, Path directory) {
        List<Path> files = new ArrayList<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            Files.createDirectory(directory);
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.getName().matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
                    throw new IOException("the service sent a file of an odd name: " + entry.getName());
                }
                Path file = directory.resolve(entry.getName());
                Files.copy(in, file);
                files.add(file);
            }
            return files;
        } catch (FileAlreadyExistsException e) {
            throw new Refused(Refused.REFUSED, List.of(e.getMessage() + " is there already, and is not written over"));
        } catch (NoSuchFileException e) {
            throw new Refused(Refused.REFUSED, List.of("the kit cannot be written to " + directory + ": the directory it is to be in is not there"));
        } catch (IOException e) {
            throw new Refused(Refused.REFUSED, List.of("the kit cannot be written to " + directory + ": " + e.getMessage()));
        }
    }
}
