package slipway.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import slipway.backup.domain.RestoreCheck;

/// A folder as a tar stream: names, modes, links, times and contents. It is read file by file; that nothing changed meanwhile is
/// seen by its digest before and after, and a folder that keeps changing is a failure, not a guess.
record DirectoryRecipe(Path path, Clock clock) implements Recipe {

    private static final String TREE = "tree";
    private static final String FILES = "files";

    @Override
    public String name() {
        return "directory";
    }

    @Override
    public String category() {
        return "storage";
    }

    @Override
    public String system() {
        return "directory";
    }

    @Override
    public String consistency() {
        return "UNCHANGED_WHILE_READ";
    }

    @Override
    public Evidence capture(String name, OutputStream out) throws IOException {
        if (!Files.isDirectory(path)) {
            throw new IOException("there is no folder " + path);
        }
        Instant at = clock.instant();
        String before = Trees.digest(path);
        GZIPOutputStream zipped = new GZIPOutputStream(out);
        TarArchiveOutputStream tar = Trees.tar(zipped);
        Trees.pack(path, tar, _ -> true);
        tar.finish();
        zipped.finish();
        if (!Trees.digest(path).equals(before)) {
            throw new IOException(path + " changed while it was read");
        }
        TreeMap<String, String> contents = new TreeMap<>();
        contents.put(TREE, before);
        contents.put(FILES, String.valueOf(Trees.files(path)));
        return new Evidence(at, before, contents);
    }

    @Override
    public List<RestoreCheck> test(String item, InputStream content, Evidence evidence, Path scratch)
            throws IOException {
        Trees.unpack(new GZIPInputStream(content), scratch);
        return checks(item, scratch, evidence);
    }

    private static List<RestoreCheck> checks(String item, Path folder, Evidence evidence) throws IOException {
        return List.of(
                RestoreCheck.compare(item, FILES, evidence.contents().get(FILES), String.valueOf(Trees.files(folder))),
                RestoreCheck.compare(item, TREE, evidence.contents().get(TREE), Trees.digest(folder)));
    }

    /// Unpacks beside the folder and swaps the two by renaming.
    @Override
    public Restored restore(String item, InputStream content, Evidence evidence, String name) throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".restoring");
        Path old = path.resolveSibling(path.getFileName() + ".before");
        if (Files.exists(old, LinkOption.NOFOLLOW_LINKS) && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            // A crash between the two renames: back to the start.
            Files.move(old, path, StandardCopyOption.ATOMIC_MOVE);
        }
        Trees.delete(fresh);
        Trees.delete(old);
        Files.createDirectories(fresh);
        Trees.unpack(new GZIPInputStream(content), fresh);
        List<RestoreCheck> checks = checks(item, fresh, evidence);
        if (!checks.stream().allMatch(RestoreCheck::passed)) {
            Trees.delete(fresh);
            throw new IOException("what was unpacked beside " + path + " is not what was captured; " + path + " is untouched");
        }
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.setPosixFilePermissions(fresh, Files.getPosixFilePermissions(path));
            Files.move(path, old, StandardCopyOption.ATOMIC_MOVE);
        }
        Instant cutOverAt = clock.instant();
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        Trees.delete(old);
        return new Restored(cutOverAt, checks);
    }
}
