package slipway.backup.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import slipway.backup.vault.Between.Instead;
import slipway.backup.vault.Copies.Examined;
import slipway.backup.vault.Location.State;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectVersion;

/// What S3 promises beyond other locations is read back from it, and what it does not keep is told.
class S3LocationTest {

    private static final String SET = "BKP-1";
    private static final Duration RETAIN = Duration.ofDays(30);
    private static final S3Settings LOCKED =
            new S3Settings(null, null, true, RETAIN, S3Settings.Mode.COMPLIANCE);

    private static final Between.Lie HONEST = (_, _) -> null;

    @TempDir
    private Path home;

    private final int[] pages = {0};
    private DirectoryRig first;
    private S3Rig second;
    private Vault vault;

    private void open(boolean locks, S3Settings settings) throws Exception {
        first = new DirectoryRig(home.resolve("first"));
        second = new S3Rig(locks, settings);
        vault = vault();
    }

    private Vault vault() throws Exception {
        return new Vault(List.of(first.location(), second.location()), Keys.in(home.resolve("keys")));
    }

    @AfterEach
    void close() {
        if (second != null) {
            second.close();
        }
    }

    private Copies complete() throws Exception {
        return vault.complete(SealedSets.sealed(vault, SET, Map.of("data", SealedSets.bytes(1000))));
    }

    private static AbstractStringAssert<?> assertMissing(Copies copies) {
        return assertThat(copies.missing()).singleElement().asString();
    }

    private String digest() throws Exception {
        return vault.sealed(SET).orElseThrow().digest();
    }

    private List<ObjectVersion> versions() {
        return second.direct()
                .listObjectVersions(list -> list.bucket(second.bucket()).prefix(S3Rig.key(SET + "/")))
                .versions();
    }

    @Test
    void a_copy_tells_its_version_and_until_when_it_is_kept_as_they_are_read_back() throws Exception {
        open(true, LOCKED);
        Instant before = Instant.now();
        Copies copies = complete();
        assertThat(copies.missing()).isEmpty();
        ObjectVersion manifest = versions().stream()
                .filter(each -> each.key().endsWith("/manifest.json"))
                .findFirst()
                .orElseThrow();
        Location.Copy copy = copies.made().get(1);
        assertThat(copy.location()).isEqualTo("s3://" + second.bucket() + "/slipway/prod/" + SET);
        assertThat(copy.version()).isEqualTo(manifest.versionId());
        assertThat(copy.retainUntil())
                .isBetween(before.plus(RETAIN).minusSeconds(2), Instant.now().plus(RETAIN));
        for (ObjectVersion each : versions()) {
            var said = second.direct().headObject(head -> head.bucket(second.bucket())
                    .key(each.key())
                    .versionId(each.versionId()));
            assertThat(said.objectLockMode()).isEqualTo(ObjectLockMode.COMPLIANCE);
            assertThat(said.objectLockRetainUntilDate()).isAfterOrEqualTo(before.plus(RETAIN).minusSeconds(2));
        }
        assertThat(versions()).hasSize(3);
        assertThat(vault.examine(SET, digest())).contains(new Examined.Sound(copy));
    }

    @Test
    void a_bucket_that_keeps_no_versions_is_no_copy_although_all_is_there() throws Exception {
        open(false, S3Settings.NONE);
        assertMissing(complete()).contains("versioning of the bucket is off");
        assertThat(second.files()).hasSize(3);
        assertThat(vault.examine(SET, digest()).get(1)).isInstanceOf(Examined.Unguarded.class);
        assertThat(vault.repair(SET, digest(), vault.examine(SET, digest())).missing()).hasSize(1);

        versioning(BucketVersioningStatus.ENABLED);
        assertThat(vault.examine(SET, digest()).get(1))
                .isInstanceOfSatisfying(Examined.Unguarded.class, copy -> assertThat(copy.reason()).contains("has no version of its own"));
        assertThat(vault.replicate(SET, digest()).missing()).as("it is made again, with versions").isEmpty();
        assertThat(vault.examine(SET, digest())).allMatch(Examined.Sound.class::isInstance);
        versioning(BucketVersioningStatus.SUSPENDED);
        assertMissing(vault.replicate(SET, digest())).contains("is Suspended");
    }

    private void versioning(BucketVersioningStatus status) {
        second.direct().putBucketVersioning(
                        put -> put.bucket(second.bucket()).versioningConfiguration(is -> is.status(status)));
    }

    @Test
    void a_bucket_without_object_lock_is_told_of() throws Exception {
        open(false, LOCKED);
        versioning(BucketVersioningStatus.ENABLED);
        assertMissing(complete()).contains("Object Lock is not to be had");
        assertThat(vault.examine(SET, digest()).get(1)).isInstanceOf(Examined.Unguarded.class);
    }

    @Test
    void a_server_that_accepts_a_retention_and_forgets_it_is_told_of_and_believed_once_it_keeps_it() throws Exception {
        open(true, LOCKED);
        second.between().lie((request, to) -> {
            boolean retention = request.getRequestMethod().equals("PUT")
                    && request.getRequestURI().getQuery() != null
                    && request.getRequestURI().getQuery().contains("retention")
                    && request.getRequestURI().getPath().contains("/" + SET + "/");
            return retention ? Instead.status(200) : null;
        });
        assertMissing(complete()).contains("retention of ", " was asked for, COMPLIANCE until ", "what is read back is none");
        assertThat(vault.examine(SET, digest()).get(1)).isInstanceOf(Examined.Unguarded.class);
        List<ObjectVersion> versions = versions();
        second.between().lie(HONEST);
        assertThat(vault.replicate(SET, digest()).missing()).isEmpty();
        assertThat(versions()).as("nothing was sent again").isEqualTo(versions);
        assertThat(vault.examine(SET, digest()).get(1)).isInstanceOf(Examined.Sound.class);
    }

    @Test
    void a_server_that_keeps_a_shorter_or_weaker_retention_is_told_of() throws Exception {
        open(true, LOCKED);
        second.between().lie((request, to) -> {
            if (request.getRequestMethod().equals("PUT")
                    && String.valueOf(request.getRequestURI().getQuery()).contains("retention")) {
                to.PUT(BodyPublishers.ofString(
                        "<Retention xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Mode>GOVERNANCE</Mode>"
                                + "<RetainUntilDate>2099-01-01T00:00:00Z</RetainUntilDate></Retention>"));
            }
            return null;
        });
        assertMissing(complete()).contains("what is read back is GOVERNANCE until 2099-01-01T00:00:00Z");
    }

    @Test
    void a_server_that_says_it_retains_and_deletes_all_the_same_is_not_believed() throws Exception {
        open(true, new S3Settings(null, null, true, RETAIN, S3Settings.Mode.GOVERNANCE));
        second.between().lie((request, to) -> {
            if (request.getRequestMethod().equals("DELETE")) {
                to.header("x-amz-bypass-governance-retention", "true");
            }
            return null;
        });
        assertMissing(complete()).contains("Object Lock is accepted and ignored");
        // Each process tries once; one that was believed is not asked again.
        second.between().lie(HONEST);
        assertThat(vault.replicate(SET, digest()).missing()).isEmpty();
    }

    /// As S3 says it to somebody without the right, before it looks at any lock.
    @ParameterizedTest
    @ValueSource(strings = {"s3:DeleteObject", "s3:DeleteObjectVersion"})
    void whoever_may_not_delete_anything_learns_nothing_about_locks_and_is_told_so(String missing) throws Exception {
        open(true, LOCKED);
        second.between().lie((request, to) -> {
            boolean version = String.valueOf(request.getRequestURI().getQuery()).contains("versionId");
            return request.getRequestMethod().equals("DELETE") && version == missing.endsWith("Version")
                    ? Instead.denied("User: arn:aws:iam::1:user/slipway is not authorized to perform: " + missing)
                    : null;
        });
        assertMissing(complete()).contains("whether Object Lock is enforced cannot be tried", "is not authorized to perform: " + missing);
        second.between().lie(HONEST);
        assertThat(vault.replicate(SET, digest()).missing()).as("once it has the right").isEmpty();
    }

    @Test
    void a_server_that_gives_back_something_else_than_it_was_given_has_no_copy_and_keeps_nothing() throws Exception {
        open(true, S3Settings.NONE);
        for (String file : List.of("data.age", "manifest.json")) {
            second.between().lie((request, to) -> {
                if (request.getRequestMethod().equals("GET") && request.getRequestURI().getPath().endsWith(file)) {
                    second.change(SET + "/" + file, bytes -> new byte[bytes.length]);
                }
                return null;
            });
            assertMissing(complete()).contains("gives back something else than was written: " + file);
            assertThat(second.files()).isEmpty();
            assertThat(vault.remove(SET)).isEmpty();
        }
    }

    @Test
    void what_is_locked_stays_until_then_and_nothing_of_it_is_removed() throws Exception {
        open(true, LOCKED);
        Copies copies = complete();
        for (int times = 0; times < 2; times++) {
            List<Copies.Kept> stays = vault.remove(SET);
            assertThat(first.files()).isEmpty();
            assertThat(stays).singleElement().satisfies(kept -> {
                assertThat(kept.until()).isEqualTo(copies.made().get(1).retainUntil());
                assertThat(kept.reason()).contains("is kept until");
            });
        }
        assertThat(second.files()).hasSize(4);
        String digest = vault.sealed(SET).orElseThrow().digest();
        assertThat(vault.replicate(SET, digest).missing()).isEmpty();

        Clock later = Clock.offset(Clock.systemUTC(), RETAIN.plusDays(1));
        S3Location expired = second.location(later);
        // moto goes by the clock of this machine: it is we who would try now.
        assertThatThrownBy(() -> expired.remove(SET)).hasMessageContaining("Access");
    }

    @Test
    void a_corrupt_copy_that_is_locked_is_replaced_by_a_new_version_and_the_old_one_stays() throws Exception {
        open(true, LOCKED);
        complete();
        String digest = digest();
        String before = vault.replicate(SET, digest).made().get(1).version();
        second.change(SET + "/data.age", bytes -> new byte[3]);
        Copies copies = vault.repair(SET, digest, vault.examine(SET, digest));
        assertThat(copies.missing()).isEmpty();
        assertThat(copies.made().get(1).version()).isNotEqualTo(before);
        assertThat(vault.examine(SET, digest))
                .allSatisfy(copy -> assertThat(copy).isInstanceOf(Examined.Sound.class));
        assertThat(second.putAside(SET, "data.age")).hasSize(3);
        assertThat(versions()).hasSize(7);
    }

    @Test
    void something_larger_than_a_part_goes_part_by_part_and_what_was_begun_is_cleaned() throws Exception {
        open(true, S3Settings.NONE);
        byte[] large = SealedSets.bytes(12 << 20);
        int[] parts = {0};
        second.between().lie((request, to) -> {
            String query = String.valueOf(request.getRequestURI().getQuery());
            return query.contains("partNumber") && ++parts[0] == 2
                            || request.getRequestMethod().equals("DELETE") && query.contains("uploadId")
                    ? Instead.status(403)
                    : null;
        });
        Copies copies = vault.complete(SealedSets.sealed(vault, SET, Map.of("data", large)));
        assertThat(copies.missing()).hasSize(1);
        assertThat(second.files()).isEmpty();
        assertThat(second.location().state(SET)).isEqualTo(State.HALF);

        second.between().lie(HONEST);
        assertThat(vault.replicate(SET, digest()).missing()).isEmpty();
        assertThat(second.location().state(SET)).isEqualTo(State.WHOLE);
        assertThat(second.direct()
                        .listMultipartUploads(list -> list.bucket(second.bucket()))
                        .uploads())
                .isEmpty();
        Vault.Sound sound = vault.sound(SET, digest());
        first.location().remove(SET);
        assertThat(vault.open(
                        vault.sound(SET, sound.manifest().digest()),
                        sound.manifest().items().getFirst(),
                        java.io.InputStream::readAllBytes))
                .isEqualTo(large);
    }

    /// The other client waits longer than the test does.
    @Test
    @Timeout(60)
    void a_server_that_takes_calls_and_answers_none_is_waited_for_as_long_as_is_said_by_whatever_sends_no_bytes() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            S3Settings settings = new S3Settings(
                    URI.create("http://127.0.0.1:" + mute.getLocalPort()), null, true, null, S3Settings.Mode.GOVERNANCE);
            S3Location location = new S3Location(
                    S3Bucket.client(settings, S3Server.CREDENTIALS, Duration.ofMinutes(10)),
                    S3Bucket.client(settings, S3Server.CREDENTIALS, Duration.ofMillis(200)),
                    "backups",
                    "",
                    settings,
                    5 << 20,
                    Clock.systemUTC());
            List<ThrowingCallable> asks = List.of(
                    () -> location.state(SET),
                    () -> location.traces(SET),
                    () -> location.read(SET, Sets.SIGNATURE),
                    () -> location.draft(SET),
                    () -> location.aside(SET),
                    () -> location.remove(SET));
            assertThat(asks).allSatisfy(ask ->
                    assertThatThrownBy(ask).isInstanceOf(IOException.class).hasMessageContaining("timed out"));
        }
    }

    @Test
    void an_answer_that_ends_too_early_is_a_failure_to_read_and_not_a_corrupt_copy() throws Exception {
        open(true, S3Settings.NONE);
        complete();
        second.between().cut(true);
        assertThat(vault.examine(SET, digest()).get(1)).isInstanceOf(Examined.Unreachable.class);
        second.between().cut(false);
        assertThat(vault.examine(SET, digest()).get(1)).isInstanceOf(Examined.Sound.class);
    }

    @Test
    void what_is_told_in_several_pages_is_read_to_the_last() throws Exception {
        open(true, S3Settings.NONE);
        second.between().lie((request, to) -> {
            String query = String.valueOf(request.getRequestURI().getRawQuery());
            if (query.contains("list-type") || query.contains("versions")) {
                pages[0]++;
                to.uri(URI.create(S3Server.shared().uri() + request.getRequestURI().getRawPath() + "?" + query + "&max-keys=2"));
            }
            return null;
        });
        assertThat(complete().missing()).isEmpty();
        for (int n = 1; n < 5; n++) {
            String key = S3Rig.key(SET + "/before-all-others-" + n);
            second.direct().putObject(put -> put.bucket(second.bucket()).key(key), RequestBody.empty());
        }
        pages[0] = 0;
        assertThat(second.location().state(SET)).isEqualTo(State.WHOLE);
        assertThat(pages[0]).isEqualTo(4);
        assertThat(vault.examine(SET, digest()).get(1)).isInstanceOf(Examined.Sound.class);
        assertThat(vault.remove(SET)).isEmpty();
        assertThat(second.files()).isEmpty();
    }

    @Test
    void a_copy_without_versions_is_not_given_up_for_another_one_that_nothing_sound_could_be_copied_to() throws Exception {
        open(false, S3Settings.NONE);
        complete();
        String digest = digest();
        versioning(BucketVersioningStatus.ENABLED);
        first.change(SET + "/data.age", bytes -> new byte[bytes.length]);
        assertThat(vault.replicate(SET, digest).missing()).anySatisfy(missing -> assertThat(missing.reason()).contains("has no version of its own"));
        assertThat(second.files()).hasSize(3);
    }

    @Test
    void a_location_that_refuses_for_cause_is_named_and_done_without_where_there_are_two_others() throws Exception {
        open(false, S3Settings.NONE);
        vault = new Vault(
                List.of(first.location(), new DirectoryLocation(home.resolve("third")), second.location()), Keys.in(home.resolve("keys")));
        Copies copies = complete();
        assertThat(copies.complete()).isTrue();
        assertThat(copies.made()).hasSize(2);
        assertThat(copies.refused()).singleElement().asString().contains(second.location().uri(SET), "versioning of the bucket is off");
        second.down();
        assertThat(vault.replicate(SET, digest()).missing()).as("who may come back is waited for").hasSize(1);
    }

    @Test
    void what_was_read_to_its_end_is_not_sent_again_for_an_hour_unless_somebody_wrote_to_it() throws Exception {
        open(true, S3Settings.NONE);
        Duration[] now = {Duration.ofDays(-1)};
        vault = new Vault(
                List.of(first.location(), second.location()), Keys.in(home.resolve("keys")), Watch.NONE, new Readings(() -> now[0].toNanos()));
        complete();
        String digest = digest();
        second.between().lie((request, to) -> {
            if (request.getRequestMethod().equals("GET") && request.getRequestURI().getPath().endsWith("data.age")) {
                pages[0]++;
            }
            return null;
        });
        assertThat(glanced(digest)).as("nobody has read it yet").isEqualTo(1);
        assertThat(glanced(digest)).isZero();
        assertThat(examined(digest, "1")).as("an attempt relies on what it read itself").isEqualTo(1);
        assertThat(glanced(digest)).as("who asks, also on that").isZero();
        now[0] = now[0].plus(Readings.BELIEVED);
        assertThat(examined(digest, "1")).as("as long as it goes on").isZero();
        assertThat(examined(digest, "2")).isEqualTo(1);
        now[0] = now[0].plus(Readings.BELIEVED);
        assertThat(glanced(digest)).as("that was an hour ago").isEqualTo(1);
        second.change(SET + "/data.age", bytes -> bytes);
        assertThat(glanced(digest)).as("somebody wrote the same").isEqualTo(1);
        second.change(SET + "/data.age", bytes -> new byte[bytes.length]);
        assertThat(vault.glance(SET, digest).get(1)).isInstanceOf(Examined.Faulty.class);
        assertThat(vault.glance(SET, digest).get(1)).as("that once it was sound is forgotten").isInstanceOf(Examined.Faulty.class);
    }

    private int examined(String digest, String attempt) throws Exception {
        pages[0] = 0;
        assertThat(vault.examine(SET, digest, attempt)).allMatch(Examined.Sound.class::isInstance);
        return pages[0];
    }

    private int glanced(String digest) throws Exception {
        pages[0] = 0;
        assertThat(vault.glance(SET, digest)).allMatch(Examined.Sound.class::isInstance);
        return pages[0];
    }
}
