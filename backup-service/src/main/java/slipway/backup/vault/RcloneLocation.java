package slipway.backup.vault;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A path in a remote of `rclone`: `<path>/<set>/<file>`. It is `manifest.sig`, written last, that makes a set. A corrupt one that was
/// replaced is moved to `.corrupt-<set>`, or `.corrupt-<set>~2` and so on. What `rclone` says about what it wrote is not asked for:
/// it is read back. It tells of no versions and no retention, so none is claimed.
public final class RcloneLocation implements Location {

    private static final String ASIDE = ".corrupt-";

    private final Rclone rclone;
    private final String root;
    private final String below;

    /// @param remote `remote:path` without a slash at its end; the path may be empty
    public RcloneLocation(Rclone rclone, String remote) {
        this.rclone = rclone;
        this.root = remote;
        this.below = remote.endsWith(":") ? remote : remote + "/";
    }

    @Override
    public String uri() {
        return "rclone:" + below;
    }

    @Override
    public void prepare(boolean known) throws IOException {
        try {
            rclone.run("mkdir", root);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while looking at " + this, e);
        }
    }

    private List<String> all() throws IOException, InterruptedException {
        List<String> files = rclone.files(root);
        if (files == null) {
            throw new IOException(root + " is not there");
        }
        return files;
    }

    /// Of nothing, the remote may say that it is not there, also when all of the location is not.
    private List<String> files(String directory) throws IOException, InterruptedException {
        List<String> files = rclone.files(below + directory);
        if (files == null) {
            all();
            return List.of();
        }
        return files;
    }

    @Override
    public State state(String set) throws IOException, InterruptedException {
        List<String> files = files(set);
        if (files.contains(Sets.SIGNATURE)) {
            return State.WHOLE;
        }
        return files.isEmpty() ? State.ABSENT : State.HALF;
    }

    /// What remotes say about when a file was changed is theirs, and some say nothing.
    @Override
    public @Nullable String traces(String set) {
        return null;
    }

    private String path(String set, String file) {
        return below + set + "/" + file;
    }

    @Override
    public InputStream read(String set, String file) throws IOException, InterruptedException {
        return rclone.read(path(set, file));
    }

    @Override
    public Draft draft(String set) throws IOException, InterruptedException {
        discard(set);
        return new Draft() {
            @Override
            public void write(String file, long bytes, InputStream content) throws IOException, InterruptedException {
                rclone.write(path(set, file), content);
            }

            @Override
            public InputStream read(String file) throws IOException, InterruptedException {
                return rclone.read(path(set, file));
            }

            @Override
            public void publish(byte[] signature) throws IOException, InterruptedException {
                write(Sets.SIGNATURE, signature.length, new ByteArrayInputStream(signature));
            }
        };
    }

    @Override
    public void discard(String set) throws IOException, InterruptedException {
        purge(set);
    }

    private void purge(String directory) throws IOException, InterruptedException {
        List<String> files = files(directory);
        if (files.contains(Sets.SIGNATURE)) {
            // Whoever is interrupted leaves something half, not a set that lacks files.
            rclone.run("deletefile", path(directory, Sets.SIGNATURE));
        }
        if (!files.isEmpty()) {
            rclone.run("purge", below + directory);
        }
    }

    /// In the order in which they were put there.
    private TreeSet<String> asides(String set) throws IOException, InterruptedException {
        TreeSet<String> asides = new TreeSet<>(Comparator.comparingInt(String::length).thenComparing(name -> name));
        for (String path : all()) {
            int slash = path.indexOf('/');
            if (slash > 0 && path.substring(0, slash).matches("\\Q" + ASIDE + set + "\\E(~\\d+)?")) {
                asides.add(path.substring(0, slash));
            }
        }
        return asides;
    }

    @Override
    public void aside(String set) throws IOException, InterruptedException {
        TreeSet<String> asides = asides(set);
        @Nullable String last = asides.isEmpty() ? null : asides.last();
        String name = ASIDE + set;
        if (last != null) {
            int number = last.equals(name) ? 1 : Integer.parseInt(last.substring(last.lastIndexOf('~') + 1));
            name += "~" + (number + 1);
        }
        rclone.run("moveto", below + set, below + name);
    }

    @Override
    public void remove(String set) throws IOException, InterruptedException {
        purge(set);
        for (String aside : asides(set)) {
            purge(aside);
        }
    }

    @Override
    public Copy kept(String set, String manifestDigest) {
        return new Copy(uri(set), manifestDigest, null);
    }

    @Override
    public String toString() {
        return uri();
    }
}
