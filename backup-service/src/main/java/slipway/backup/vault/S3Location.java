package slipway.backup.vault;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import slipway.backup.vault.S3Bucket.Retention;
import slipway.backup.vault.S3Bucket.Version;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Client;

/// A bucket in S3 with versions, below a prefix: `<prefix>/<set>/<file>`. It is `manifest.sig`, written last, that makes a set.
///
/// Object Lock is asked for once a set is whole, so that what is half can always be removed. That the server keeps versions, and the
/// retention, is read back from it. That it means it is tried once: an object that is retained for some minutes is deleted, and that
/// has to fail.
public final class S3Location implements Location {

    private static final String PROBE = ".slipway-lock";
    private static final Duration PROBED = Duration.ofMinutes(10);
    private static final int PART = 8 << 20;

    private final S3Bucket bucket;
    private final String prefix;
    private final String uri;
    private final @Nullable Duration retain;
    private final S3Settings.Mode mode;
    private final Clock clock;
    private volatile boolean enforces;

    /// @param prefix without slashes at its ends; may be empty
    public S3Location(S3Settings settings, AwsCredentialsProvider credentials, String bucket, String prefix) {
        this(S3Bucket.client(settings, credentials), S3Bucket.client(settings, credentials, S3Bucket.SILENCE), bucket, prefix, settings, PART, Clock.systemUTC());
    }

    S3Location(S3Client client, S3Client asking, String bucket, String prefix, S3Settings settings, int part, Clock clock) {
        this.bucket = new S3Bucket(client, asking, bucket, part);
        this.prefix = prefix.isEmpty() ? "" : prefix + "/";
        this.uri = "s3://" + bucket + "/" + this.prefix;
        this.retain = settings.retain();
        this.mode = settings.mode();
        this.clock = clock;
    }

    @Override
    public String uri() {
        return uri;
    }

    @Override
    public void prepare(boolean known) {}

    private String key(String set, String file) {
        return folder(set) + file;
    }

    private String folder(String set) {
        return prefix + set + "/";
    }

    @Override
    public State state(String set) throws IOException {
        List<String> keys = bucket.keys(folder(set));
        if (keys.contains(key(set, Sets.SIGNATURE))) {
            return State.WHOLE;
        }
        return keys.isEmpty() && bucket.begun(folder(set)).isEmpty() ? State.ABSENT : State.HALF;
    }

    /// A version never changes.
    @Override
    public String traces(String set) throws IOException {
        return there(set).stream()
                .map(each -> each.key() + " " + each.id() + " " + each.bytes() + " " + each.tag())
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    @Override
    public InputStream read(String set, String file) throws IOException {
        return bucket.read(key(set, file));
    }

    @Override
    public Draft draft(String set) throws IOException {
        discard(set);
        return new Draft() {
            @Override
            public void write(String file, long bytes, InputStream content) throws IOException {
                bucket.write(key(set, file), bytes, content);
            }

            @Override
            public InputStream read(String file) throws IOException {
                return bucket.read(key(set, file));
            }

            @Override
            public void publish(byte[] signature) throws IOException {
                write(Sets.SIGNATURE, signature.length, new ByteArrayInputStream(signature));
            }
        };
    }

    @Override
    public void discard(String set) throws IOException {
        bucket.abort(folder(set));
        // Where the newest version of something is deleted, the one before it is there again; what was put aside is not.
        for (List<Version> there = there(set); !there.isEmpty(); there = there(set)) {
            for (Version version : there) {
                if (keptUntil(version).isPresent()) {
                    bucket.hide(version.key());
                } else {
                    bucket.delete(version);
                }
            }
        }
    }

    /// Without what is older, or deleted.
    private List<Version> there(String set) throws IOException {
        return bucket.versions(folder(set)).stream()
                .filter(version -> version.latest() && !version.marker())
                .toList();
    }

    @Override
    public void aside(String set) throws IOException {
        // What makes it a set is the first to go.
        bucket.hide(key(set, Sets.SIGNATURE));
        for (String key : bucket.keys(folder(set))) {
            bucket.hide(key);
        }
    }

    @Override
    public void remove(String set) throws Refused, IOException {
        bucket.abort(folder(set));
        List<Version> versions = new ArrayList<>(bucket.versions(folder(set)));
        List<Instant> kept = new ArrayList<>();
        for (Version version : versions) {
            keptUntil(version).ifPresent(kept::add);
        }
        if (!kept.isEmpty()) {
            throw new Refused(kept.stream().max(Comparator.naturalOrder()).orElseThrow());
        }
        versions.sort(Comparator.comparing(each -> !each.key().equals(key(set, Sets.SIGNATURE))));
        for (Version version : versions) {
            bucket.delete(version);
        }
    }

    /// Until when it cannot be deleted, if it cannot now.
    private Optional<Instant> keptUntil(Version version) throws IOException {
        Retention retention = version.marker() ? null : bucket.retention(version);
        return Optional.ofNullable(retention).map(Retention::until).filter(until -> until.isAfter(clock.instant()));
    }

    @Override
    public Copy kept(String set, String manifestDigest) throws Unguarded, IOException {
        String versioning = bucket.versioning();
        if (!"Enabled".equals(versioning)) {
            throw new Unguarded("versioning of the bucket is " + (versioning == null ? "off" : versioning)
                    + ": whoever overwrites the copy destroys it");
        }
        String manifest = null;
        Instant until = null;
        for (Version version : there(set)) {
            if (version.id().equals("null")) {
                throw new Unguarded(version.key() + " has no version of its own: it is older than those of its bucket", true);
            }
            Retention retention = retained(version);
            if (version.key().equals(key(set, Sets.MANIFEST))) {
                manifest = version.id();
                until = retention == null ? null : retention.until();
            }
        }
        if (manifest == null) {
            throw new IOException(Sets.MANIFEST + " of " + set + " is not there");
        }
        return new Copy(uri(set), manifest, until);
    }

    /// As it is read back, after it was asked for where it was too short.
    private @Nullable Retention retained(Version version) throws Unguarded, IOException {
        Retention now = bucket.retention(version);
        if (retain == null) {
            return now;
        }
        probe();
        // By the clock of the server: the same each time it is asked.
        Instant until = version.lastModified().plus(retain).truncatedTo(ChronoUnit.SECONDS);
        if (suffices(now, until) || !until.isAfter(clock.instant())) {
            return now;
        }
        try {
            bucket.retain(version, new Retention(mode, until));
        } catch (IOException e) {
            Retention stays = bucket.retention(version);
            throw new Unguarded("retention of " + version.key() + " until " + until + " is refused; it is "
                    + (stays == null ? "none" : stays.mode() + " until " + stays.until()) + ": " + e.getMessage());
        }
        Retention readBack = bucket.retention(version);
        if (!suffices(readBack, until)) {
            throw new Unguarded("retention of " + version.key() + " was asked for, " + mode + " until " + until
                    + ", and what is read back is "
                    + (readBack == null ? "none" : readBack.mode() + " until " + readBack.until()));
        }
        return readBack;
    }

    private boolean suffices(@Nullable Retention retention, Instant until) {
        return retention != null
                && !retention.until().isBefore(until)
                && (mode == S3Settings.Mode.GOVERNANCE || retention.mode() == S3Settings.Mode.COMPLIANCE);
    }

    /// Whether the server does what it says about retention. One that did so does not change.
    private void probe() throws Unguarded, IOException {
        if (enforces) {
            return;
        }
        String key = prefix + PROBE;
        byte[] content = "Tells whether this bucket enforces Object Lock.\n".getBytes(StandardCharsets.US_ASCII);
        bucket.write(key, content.length, new ByteArrayInputStream(content));
        Version probe = newest(key);
        Instant until = probe.lastModified().plus(PROBED).truncatedTo(ChronoUnit.SECONDS);
        String refused = null;
        try {
            bucket.retain(probe, new Retention(mode, until));
        } catch (IOException e) {
            refused = "Object Lock is not to be had: " + e.getMessage();
        }
        mayDelete(key);
        // Of earlier probes, and of one that is not retained, nothing has to stay.
        for (Version each : bucket.versions(key)) {
            if (each.key().equals(key) && keptUntil(each).isEmpty()) {
                bucket.delete(each);
            }
        }
        if (refused != null) {
            throw new Unguarded(refused);
        }
        try {
            bucket.delete(probe);
        } catch (IOException e) {
            if (S3Bucket.denied(e)) {
                enforces = true;
                return;
            }
            throw e;
        }
        throw new Unguarded("Object Lock is accepted and ignored: an object that was retained until " + until
                + " could be deleted");
    }

    private Version newest(String key) throws IOException {
        return bucket.versions(key).stream()
                .filter(each -> each.key().equals(key) && each.latest())
                .findFirst()
                .orElseThrow(() -> new IOException(key + " was written and is not there"));
    }

    /// Whoever may delete nothing is denied what is locked as well, and learns nothing about locks. A marker that says that something was
    /// deleted is never locked, whatever the bucket's own retention is.
    private void mayDelete(String key) throws Unguarded, IOException {
        try {
            bucket.hide(key);
            bucket.delete(newest(key));
        } catch (IOException e) {
            if (S3Bucket.denied(e)) {
                throw new Unguarded("whether Object Lock is enforced cannot be tried, since deleting is denied also where nothing is locked"
                        + " (s3:DeleteObject, s3:DeleteObjectVersion): " + e.getMessage());
            }
            throw e;
        }
    }

    @Override
    public String toString() {
        return uri;
    }
}
