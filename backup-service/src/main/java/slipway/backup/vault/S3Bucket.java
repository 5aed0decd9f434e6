package slipway.backup.vault;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// What is asked of one bucket. Failures are [IOException]s, and objects are written and read in constant memory.
final class S3Bucket {

    private static final int MOST_PARTS = 10_000;
    private static final Duration SILENCE_AFTER_BYTES = Duration.ofMinutes(2);
    static final Duration SILENCE = Duration.ofSeconds(30);

    /// For what sends bytes.
    private final S3Client client;
    /// For whatever else.
    private final S3Client asking;
    private final String name;
    private final int part;

    /// @param client sends bytes, which takes its time
    /// @param asking does whatever else, and gives up sooner on a server that takes calls and answers none: whoever waits for it tells nobody
    ///     why until then
    /// @param part bytes that are held in memory and sent at once; S3 takes no less than 5 MiB
    S3Bucket(S3Client client, S3Client asking, String name, int part) {
        this.client = client;
        this.asking = asking;
        this.name = name;
        this.part = part;
    }

    static S3Client client(S3Settings settings, AwsCredentialsProvider credentials) {
        return client(settings, credentials, SILENCE_AFTER_BYTES);
    }

    /// @param silence of a server for so long is a failure; it is asked twice more
    static S3Client client(S3Settings settings, AwsCredentialsProvider credentials, Duration silence) {
        var builder = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(Duration.ofSeconds(10))
                        .socketTimeout(silence))
                .overrideConfiguration(each -> each.retryStrategy(RetryMode.STANDARD))
                .credentialsProvider(credentials)
                .region(Region.of(settings.region() == null ? "us-east-1" : settings.region()))
                .forcePathStyle(settings.pathStyle())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                // What comes back is compared with what was sealed. A wrong checksum here would be a failure to read.
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        if (settings.endpoint() != null) {
            builder.endpointOverride(settings.endpoint());
        }
        return builder.build();
    }

    /// One version of an object.
    ///
    /// @param id "null" where the bucket gives none
    /// @param marker it says that the object was deleted
    /// @param tag another one for other bytes
    record Version(String key, String id, boolean latest, boolean marker, Instant lastModified, long bytes, String tag) {}

    /// Until when a version may not be deleted.
    record Retention(S3Settings.Mode mode, Instant until) {}

    private static <T> T call(Supplier<T> call) throws IOException {
        try {
            return call.get();
        } catch (SdkException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /// Whether `code` is what S3 said about a call that failed.
    private static boolean says(IOException e, Set<String> codes) {
        return e.getCause() instanceof S3Exception s3
                && s3.awsErrorDetails() != null
                && codes.contains(String.valueOf(s3.awsErrorDetails().errorCode()));
    }

    static boolean denied(IOException e) {
        return says(e, Set.of("AccessDenied"));
    }

    /// Keys with what they hold, without deleted ones.
    List<String> keys(String prefix) throws IOException {
        return call(() -> asking
                .listObjectsV2Paginator(list -> list.bucket(name).prefix(prefix))
                .contents()
                .stream()
                .map(S3Object::key)
                .toList());
    }

    /// Every version of every object, also that it was deleted.
    List<Version> versions(String prefix) throws IOException {
        return call(() -> {
            List<Version> all = new ArrayList<>();
            asking.listObjectVersionsPaginator(list -> list.bucket(name).prefix(prefix))
                    .forEach(page -> {
                        page.versions().forEach(each -> all.add(new Version(
                                each.key(),
                                each.versionId() == null ? "null" : each.versionId(),
                                Boolean.TRUE.equals(each.isLatest()),
                                false,
                                each.lastModified(),
                                each.size() == null ? -1 : each.size(),
                                String.valueOf(each.eTag()))));
                        page.deleteMarkers().forEach(each -> all.add(new Version(
                                each.key(),
                                each.versionId() == null ? "null" : each.versionId(),
                                Boolean.TRUE.equals(each.isLatest()),
                                true,
                                each.lastModified(),
                                0,
                                "")));
                    });
            return all;
        });
    }

    /// As S3 says it: Enabled, Suspended, or null.
    @Nullable String versioning() throws IOException {
        return call(() -> asking.getBucketVersioning(get -> get.bucket(name)).statusAsString());
    }

    InputStream read(String key) throws IOException {
        try {
            return new S3Body(call(() -> asking.getObject(get -> get.bucket(name).key(key))));
        } catch (IOException e) {
            if (says(e, Set.of("NoSuchKey"))) {
                throw new NoSuchFileException(key);
            }
            throw e;
        }
    }

    /// Small things at once; larger ones part by part, each with its SHA-256, and there when all of them are.
    void write(String key, long bytes, InputStream content) throws IOException {
        int size = (int) Math.max(part, Math.ceilDiv(bytes, MOST_PARTS));
        byte[] buffer = new byte[(int) Math.min(size, bytes)];
        int first = content.readNBytes(buffer, 0, buffer.length);
        if (first < size) {
            String checksum = sha256(buffer, first);
            call(() -> client.putObject(
                    put -> put.bucket(name).key(key).checksumSHA256(checksum), body(buffer, first)));
            return;
        }
        String upload = call(() -> client.createMultipartUpload(
                        create -> create.bucket(name).key(key).checksumAlgorithm(ChecksumAlgorithm.SHA256)))
                .uploadId();
        try {
            List<CompletedPart> parts = new ArrayList<>();
            for (int length = first; length > 0; length = content.readNBytes(buffer, 0, size)) {
                parts.add(part(key, upload, parts.size() + 1, buffer, length));
            }
            call(() -> client.completeMultipartUpload(complete -> complete.bucket(name)
                    .key(key)
                    .uploadId(upload)
                    .multipartUpload(all -> all.parts(parts))));
        } catch (IOException | RuntimeException e) {
            try {
                call(() -> asking.abortMultipartUpload(
                        abort -> abort.bucket(name).key(key).uploadId(upload)));
            } catch (IOException stays) {
                // It is half, and whoever cleans what is half finds it.
                e.addSuppressed(stays);
            }
            throw e;
        }
    }

    private CompletedPart part(String key, String upload, int number, byte[] buffer, int length) throws IOException {
        String checksum = sha256(buffer, length);
        String tag = call(() -> client.uploadPart(
                        send -> send.bucket(name)
                                .key(key)
                                .uploadId(upload)
                                .partNumber(number)
                                .checksumSHA256(checksum),
                        body(buffer, length)))
                .eTag();
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(tag)
                .checksumSHA256(checksum)
                .build();
    }

    private static String sha256(byte[] bytes, int length) {
        MessageDigest digest = Digest.sha256();
        digest.update(bytes, 0, length);
        return Base64.getEncoder().encodeToString(digest.digest());
    }

    /// Sent as it is, again where the first time does not do; it is not copied.
    private static RequestBody body(byte[] bytes, int length) {
        return RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(bytes, 0, length), length, "application/octet-stream");
    }

    /// What was begun below `prefix` part by part, and never came to its end.
    void abort(String prefix) throws IOException {
        for (var upload : begun(prefix)) {
            call(() -> asking.abortMultipartUpload(
                    abort -> abort.bucket(name).key(upload.key()).uploadId(upload.id())));
        }
    }

    /// An upload that is not finished.
    record Upload(String key, String id) {}

    List<Upload> begun(String prefix) throws IOException {
        return call(() -> asking
                .listMultipartUploadsPaginator(list -> list.bucket(name).prefix(prefix))
                .uploads()
                .stream()
                // Not every server looks at the prefix.
                .filter(each -> each.key().startsWith(prefix))
                .map(each -> new Upload(each.key(), each.uploadId()))
                .toList());
    }

    /// As it is read back; null when there is none, or the caller may not know.
    @Nullable Retention retention(Version version) throws IOException {
        HeadObjectResponse said = call(() -> asking.headObject(
                head -> head.bucket(name).key(version.key()).versionId(version.id())));
        return said.objectLockRetainUntilDate() == null
                ? null
                : new Retention(
                        said.objectLockMode() == ObjectLockMode.COMPLIANCE
                                ? S3Settings.Mode.COMPLIANCE
                                : S3Settings.Mode.GOVERNANCE,
                        said.objectLockRetainUntilDate());
    }

    void retain(Version version, Retention retention) throws IOException {
        call(() -> asking.putObjectRetention(put -> put.bucket(name)
                .key(version.key())
                .versionId(version.id())
                .retention(asked -> asked.mode(retention.mode().name()).retainUntilDate(retention.until()))));
    }

    /// For good.
    void delete(Version version) throws IOException {
        call(() -> asking.deleteObject(
                delete -> delete.bucket(name).key(version.key()).versionId(version.id())));
    }

    /// In a bucket with versions what was there stays one.
    void hide(String key) throws IOException {
        call(() -> asking.deleteObject(delete -> delete.bucket(name).key(key)));
    }
}
