package slipway.backup.vault;

import java.time.Clock;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A bucket with versions, below a prefix.
final class S3Rig implements Rig {

    private static final String PREFIX = "slipway/prod";
    /// What S3 takes as the least.
    private static final int PART = 5 << 20;

    private final S3Client direct;
    private final String bucket;
    private final Between between;
    private final S3Settings settings;
    private final S3Client client;

    S3Rig() throws Exception {
        this(true, S3Settings.NONE);
    }

    S3Rig(boolean locks, S3Settings asked) throws Exception {
        this(S3Server.shared(), locks, asked);
    }

    S3Rig(S3Server server, boolean locks, S3Settings asked) throws Exception {
        direct = server.client();
        bucket = server.bucket(locks);
        between = new Between(server.uri());
        settings = new S3Settings(between.uri(), null, true, asked.retain(), asked.mode());
        client = S3Bucket.client(settings, S3Server.CREDENTIALS);
    }

    @Override
    public S3Location location() {
        return location(Clock.systemUTC());
    }

    S3Location location(Clock clock) {
        return new S3Location(client, client, bucket, PREFIX, settings, PART, clock);
    }

    Between between() {
        return between;
    }

    S3Client direct() {
        return direct;
    }

    String bucket() {
        return bucket;
    }

    static String key(String path) {
        return PREFIX + "/" + path;
    }

    @Override
    public Set<String> files() {
        Set<String> files = new TreeSet<>();
        for (S3Object each : direct.listObjectsV2(list -> list.bucket(bucket)).contents()) {
            files.add(each.key().substring(key("").length()));
        }
        return files;
    }

    @Override
    public void change(String path, UnaryOperator<byte[]> change) {
        byte[] was = direct.getObjectAsBytes(get -> get.bucket(bucket).key(key(path)))
                .asByteArray();
        direct.putObject(put -> put.bucket(bucket).key(key(path)), RequestBody.fromBytes(change.apply(was)));
    }

    @Override
    public void delete(String path) {
        direct.deleteObject(delete -> delete.bucket(bucket).key(key(path)));
    }

    /// The version before the newest.
    @Override
    public byte[] putAside(String set, String file) {
        String key = key(set + "/" + file);
        String version = direct.listObjectVersions(list -> list.bucket(bucket).prefix(key)).versions().stream()
                .filter(each -> !each.isLatest())
                .findFirst()
                .orElseThrow()
                .versionId();
        return direct.getObjectAsBytes(get -> get.bucket(bucket).key(key).versionId(version))
                .asByteArray();
    }

    @Override
    public void down() {
        between.up(false);
    }

    @Override
    public void up() {
        between.up(true);
    }

    @Override
    public void close() {
        client.close();
        direct.close();
        between.close();
    }
}
