package slipway.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.BundleWriter;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.TransportBundleStream;
import org.eclipse.jgit.transport.URIish;
import slipway.backup.domain.RestoreCheck;

/// A Git repository as a bundle of all its refs, which stock `git clone` reads. Refs are read once, so the bundle is of one moment.
record GitRecipe(Path path, Clock clock) implements Recipe {

    @Override
    public String name() {
        return "git";
    }

    @Override
    public String category() {
        return "configuration";
    }

    @Override
    public String system() {
        return "git";
    }

    @Override
    public String consistency() {
        return "POINT_IN_TIME";
    }

    @Override
    public Evidence capture(String name, OutputStream out) throws IOException {
        try (Repository repository = open()) {
            Instant at = clock.instant();
            TreeMap<String, String> refs = new TreeMap<>();
            BundleWriter bundle = new BundleWriter(repository);
            for (Ref ref : repository.getRefDatabase().getRefsByPrefix(Constants.R_REFS)) {
                ObjectId id = ref.getObjectId();
                if (id != null && !ref.isSymbolic()) {
                    bundle.include(ref.getName(), id);
                    refs.put(ref.getName(), id.name());
                }
            }
            if (refs.isEmpty()) {
                throw new IOException(path + " has no refs: nothing would be backed up");
            }
            bundle.writeBundle(NullProgressMonitor.INSTANCE, out);
            return new Evidence(at, Digests.of(refs.toString().getBytes(StandardCharsets.UTF_8)), refs);
        }
    }

    private Repository open() throws IOException {
        try {
            return new FileRepositoryBuilder()
                    .setMustExist(true)
                    .findGitDir(path.toFile())
                    .addCeilingDirectory(path.toAbsolutePath().getParent().toFile())
                    .setGitDir(Files.isDirectory(path.resolve(".git")) ? path.resolve(".git").toFile() : path.toFile())
                    .build();
        } catch (RepositoryNotFoundException e) {
            throw new IOException("there is no Git repository in " + path, e);
        }
    }

    /// Fetches everything into an empty repository and walks every object of every ref.
    @Override
    public List<RestoreCheck> test(String item, InputStream content, Evidence evidence, Path scratch)
            throws IOException {
        try (Repository restored = new FileRepository(scratch.resolve("restored.git").toFile())) {
            restored.create(true);
            ProgressMonitor quiet = NullProgressMonitor.INSTANCE;
            SortedMap<String, String> refs = new TreeMap<>();
            try (TransportBundleStream transport =
                            new TransportBundleStream(restored, new URIish("bundle"), content);
                    FetchConnection connection = transport.openFetch()) {
                List<Ref> wanted = List.copyOf(connection.getRefs());
                connection.fetch(quiet, wanted, Set.of());
                for (Ref ref : wanted) {
                    refs.put(ref.getName(), walk(restored, ref));
                }
            } catch (URISyntaxException e) {
                throw new IllegalStateException("a constant is a valid URI", e);
            }
            List<RestoreCheck> checks = new ArrayList<>();
            evidence.contents()
                    .forEach((name, id) ->
                            checks.add(RestoreCheck.compare(item, name, id, refs.getOrDefault(name, "missing"))));
            return checks;
        }
    }

    /// Reads every commit and opens every object that can be reached.
    private static String walk(Repository repository, Ref ref) throws IOException {
        ObjectId id = ref.getObjectId();
        try (ObjectWalk walk = new ObjectWalk(repository)) {
            walk.markStart(walk.parseAny(id));
            for (RevObject commit = walk.next(); commit != null; commit = walk.next()) {
                walk.parseBody(commit);
            }
            for (RevObject object = walk.nextObject(); object != null; object = walk.nextObject()) {
                repository.open(object).getSize();
            }
        }
        return id.name();
    }

    /// Nothing: a rollback does not rewrite history. The bundle is there for the day when the repository is lost.
    @Override
    public Restored restore(String item, InputStream content, Evidence evidence, String name) {
        return new Restored(clock.instant(), List.of());
    }
}
