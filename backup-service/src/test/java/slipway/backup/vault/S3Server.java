package slipway.backup.vault;

import java.io.IOException;
import java.net.URI;
import java.util.UUID;
import slipway.backup.MotoServer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Client;

/// A server that answers as S3 does.
final class S3Server {

    static final AwsCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("planted", "planted-secret"));

    private final URI uri;

    S3Server(URI uri) {
        this.uri = uri;
    }

    /// moto, with versions and Object Lock that is enforced.
    static S3Server shared() throws IOException {
        return new S3Server(MotoServer.shared());
    }

    URI uri() {
        return uri;
    }

    /// Asked as it is, whatever lies between it and others.
    S3Client client() {
        return S3Bucket.client(new S3Settings(uri, null, true, null, S3Settings.Mode.GOVERNANCE), CREDENTIALS);
    }

    /// A new one.
    ///
    /// @param locks it has Object Lock, and so versions
    String bucket(boolean locks) {
        String name = "slipway-" + UUID.randomUUID();
        try (S3Client client = client()) {
            client.createBucket(create -> create.bucket(name).objectLockEnabledForBucket(locks));
        }
        return name;
    }
}
