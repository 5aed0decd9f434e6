package slipway.backup.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.errors.UnsupportedCredentialItem;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.BundleWriter;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TransportBundleStream;
import org.eclipse.jgit.transport.URIish;
import org.springframework.stereotype.Component;
import slipway.backup.vault.Digest;

/// A Git repository, as a bundle of all refs: `git clone` of the opened file restores it without this product. A rollback does
/// not turn refs back: they are history, and others may have pushed since.
@Component
class GitRecipe implements Recipe {

    private static final String PATH = "path";

    private final Clock clock;

    GitRecipe(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String id() {
        return "git";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public String category() {
        return "configuration";
    }

    @Override
    public String system() {
        return "Git";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.path(PATH, "the repository, bare or with a work tree"));
    }

    @Override
    public boolean capturesOneFile() {
        return true;
    }

    @Override
    public List<String> byHand() {
        return List.of(
                "git clone --mirror stream REPOSITORY.git (it reads every object; `git bundle verify stream` does not)",
                "git -C REPOSITORY.git fsck --full",
                "To bring it to a server: git -C REPOSITORY.git push --mirror URL. That removes branches and tags that were made there since.");
    }

    @Override
    public Capture capture(Item item, String set, OutputStream out) throws IOException {
        try (Repository repository = open(item.path(PATH))) {
            Instant at = clock.instant();
            BundleWriter bundle = new BundleWriter(repository);
            List<Ref> refs = refs(repository);
            if (refs.isEmpty()) {
                throw new IOException(item.path(PATH) + " has no commits");
            }
            refs.forEach(bundle::include);
            bundle.writeBundle(NullProgressMonitor.INSTANCE, out);
            String digest = digest(refs);
            return new Capture("all-refs-at-once", digest, at, contents(refs), Map.of());
        }
    }

    @Override
    public Map<String, String> look(Item item) throws IOException {
        try (Repository repository = open(item.path(PATH))) {
            return contents(refs(repository));
        }
    }

    private static Repository open(Path path) throws IOException {
        FileRepositoryBuilder builder = new FileRepositoryBuilder().setMustExist(true);
        Path inside = path.resolve(Constants.DOT_GIT);
        return builder.setGitDir((Files.isDirectory(inside) ? inside : path).toFile()).build();
    }

    private static List<Ref> refs(Repository repository) throws IOException {
        return repository.getRefDatabase().getRefsByPrefix(Constants.R_REFS).stream()
                .filter(ref -> !ref.isSymbolic() && ref.getObjectId() != null)
                .toList();
    }

    private static Map<String, String> contents(List<Ref> refs) {
        return Map.of("refs", String.valueOf(refs.size()), "ids", digest(refs));
    }

    private static String digest(List<Ref> refs) {
        String all = refs.stream()
                .map(ref -> ref.getObjectId().name() + " " + ref.getName())
                .sorted()
                .collect(Collectors.joining("\n"));
        return "sha256:" + Digest.of(all.getBytes(StandardCharsets.UTF_8));
    }

    /// Every object that a ref needs is walked over: a pack with a hole in it does not pass.
    @Override
    public Map<String, String> restore(Item item, Map<String, String> notes, InputStream in, Path scratch)
            throws IOException, InterruptedException {
        try (Git git = Git.init().setBare(true).setDirectory(scratch.toFile()).call();
                TransportBundleStream bundle =
                        new TransportBundleStream(git.getRepository(), new URIish("bundle:" + item.name()), in)) {
            bundle.fetch(NullProgressMonitor.INSTANCE, List.of(new RefSpec("+refs/*:refs/*")));
            List<Ref> refs = refs(git.getRepository());
            try (ObjectWalk walk = new ObjectWalk(git.getRepository())) {
                for (Ref ref : refs) {
                    walk.markStart(walk.parseAny(ref.getObjectId()));
                }
                walk.checkConnectivity();
            }
            Map<String, String> look = contents(refs);
            item.smoke(scratch, Map.of());
            return look;
        } catch (UnsupportedCredentialItem | org.eclipse.jgit.api.errors.GitAPIException | java.net.URISyntaxException e) {
            throw new IOException("the bundle cannot be cloned: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<Path> live(Item item) {
        return Optional.empty();
    }
}
