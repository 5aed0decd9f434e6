package slipway.release.deployer;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import slipway.release.deployer.Helm.Revision;
import slipway.release.domain.Shape;
import slipway.release.domain.Shape.Part;
import tools.jackson.databind.JsonNode;

/// A Helm release as an environment.
///
/// Helm locks a release by the status `pending-…` of its last revision, and a Helm that was killed leaves that lock behind. No lock
/// is broken before its time is over; then the revision is completed when it is the one that is wanted, and replaced otherwise.
///
/// @param chart a name, an address, or a path
/// @param version of the chart; null: whichever is newest
/// @param values files, later ones win
/// @param digestValue path of the value that takes the digest
/// @param repositoryValue path of the value that takes the image's name without its digest; null: the chart knows it
/// @param rollbackOnFailure whether Helm goes back by itself when an upgrade fails
record HelmTarget(
        Helm helm,
        String chart,
        @Nullable String version,
        List<Path> values,
        String digestValue,
        @Nullable String repositoryValue,
        boolean rollbackOnFailure)
        implements Target {

    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    /// Nothing in it that `--set` would read as more than one value.
    private static final Pattern REPOSITORY = Pattern.compile("[A-Za-z0-9._:/-]+");

    private static final long OFTEN_MILLIS = 500;

    @Override
    public Shape probe() throws IOException, InterruptedException {
        List<Revision> history = helm.history();
        if (history.isEmpty() || history.getLast().gone()) {
            return shape(null);
        }
        Revision last = history.getLast();
        if (!last.deployed()) {
            throw new IOException("nobody can tell what " + helm.release() + " runs: its revision " + last.number() + " is "
                    + last.status() + ": " + last.description());
        }
        return shape(digest(last)
                .orElseThrow(() -> new IOException(
                        "the revision " + last.number() + " of " + helm.release() + " has no digest at " + digestValue)));
    }

    private Shape shape(@Nullable String digest) {
        return Shape.of(new Part(helm.release(), digest, digest == null ? 0 : Shape.ALL));
    }

    private Optional<String> digest(Revision revision) throws IOException, InterruptedException {
        JsonNode value = helm.values(revision);
        for (String step : digestValue.split("\\.")) {
            value = value.path(step);
        }
        return Optional.of(value.asString("")).filter(text -> DIGEST.matcher(text).matches());
    }

    @Override
    public void apply(Move move) throws IOException, InterruptedException {
        String wanted = wanted(move);
        if (wanted == null || !wanted.equals(move.digest())) {
            throw new IOException(helm.release() + " cannot be made '" + move.to() + "' by releasing " + move.digest());
        }
        List<String> upgrade = upgrade(move);
        List<Revision> history = settled();
        Optional<Revision> last = last(history);
        if (last.isPresent() && last.get().deployed() && digest(last.get()).equals(Optional.of(wanted))) {
            return;
        }
        if (last.isPresent() && last.get().pending()) {
            if (digest(last.get()).equals(Optional.of(wanted))) {
                rollback(last.get());
                return;
            }
            Optional<Revision> lastGood = history.reversed().stream().filter(Revision::good).findFirst();
            if (lastGood.isPresent()) {
                rollback(lastGood.get());
            } else {
                helm.change(List.of("uninstall", helm.release()));
            }
        }
        helm.change(upgrade);
    }

    @Override
    public void undo(Move move) throws IOException, InterruptedException {
        String wanted = wanted(move);
        List<Revision> history = settled();
        Optional<Revision> last = last(history);
        if (wanted == null) {
            if (last.isPresent()) {
                helm.change(List.of("uninstall", helm.release()));
            }
            return;
        }
        if (last.isPresent() && last.get().deployed() && digest(last.get()).equals(Optional.of(wanted))) {
            return;
        }
        for (Revision revision : history.reversed()) {
            if (revision.good() && digest(revision).equals(Optional.of(wanted))) {
                rollback(revision);
                return;
            }
        }
        throw new IOException("helm keeps no revision of " + helm.release() + " with " + wanted);
    }

    private @Nullable String wanted(Move move) throws IOException {
        List<Part> parts = move.to().parts();
        if (parts.size() == 1 && move.to().equals(shape(parts.getFirst().digest()))) {
            return parts.getFirst().digest();
        }
        throw new IOException(helm.release() + " cannot be made '" + move.to() + "'");
    }

    private List<String> upgrade(Move move) throws IOException {
        List<String> upgrade = new ArrayList<>(List.of("upgrade", "--install", helm.release(), chart));
        if (version != null) {
            upgrade.addAll(List.of("--version", version));
        }
        for (Path file : values) {
            upgrade.addAll(List.of("--values", file.toString()));
        }
        upgrade.addAll(List.of("--set-string", digestValue + "=" + move.digest()));
        if (repositoryValue != null) {
            String image = Images.released(move);
            String repository = image.substring(0, image.indexOf('@'));
            if (!REPOSITORY.matcher(repository).matches()) {
                throw new IOException("'" + repository + "' is no name of an image");
            }
            upgrade.addAll(List.of("--set-string", repositoryValue + "=" + repository));
        }
        if (rollbackOnFailure) {
            // Helm 4 calls it --rollback-on-failure and takes this one, too.
            upgrade.add("--atomic");
        }
        // For people who read the history; the key is what our own journal calls this step.
        upgrade.addAll(List.of("--description", "Slipway " + move.key()));
        return upgrade;
    }

    /// To any revision, also to one that was never completed.
    private void rollback(Revision revision) throws IOException, InterruptedException {
        helm.change(List.of("rollback", helm.release(), "" + revision.number()));
    }

    private static Optional<Revision> last(List<Revision> history) {
        return history.isEmpty() ? Optional.empty() : Optional.of(history.getLast()).filter(last -> !last.gone());
    }

    /// Waits while a Helm may be at work: one that outlived the process that started it, or a colleague's.
    private List<Revision> settled() throws IOException, InterruptedException {
        while (true) {
            List<Revision> history = helm.history();
            boolean busy = last(history)
                    .map(last -> last.pending() && Instant.now().isBefore(last.updated().plus(helm.longest())))
                    .orElse(false);
            if (!busy) {
                return history;
            }
            TimeUnit.MILLISECONDS.sleep(OFTEN_MILLIS);
        }
    }
}
