package slipway.backup.vault;

import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// An object as it is read: ends where it has to end, or fails.
final class S3Body extends FilterInputStream {
    private final ResponseInputStream<GetObjectResponse> body;
    private long left;
    private boolean ended;

    S3Body(ResponseInputStream<GetObjectResponse> body) {
        super(body);
        this.body = body;
        this.left = body.response().contentLength();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            int read = in.read(bytes, offset, length);
            ended = read < 0;
            left -= Math.max(0, read);
            if (ended && left > 0) {
                throw new IOException("the answer ends " + left + " bytes too early");
            }
            return read;
        } catch (SdkException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public long skip(long n) throws IOException {
        return readNBytes((int) Math.min(n, 1 << 16)).length;
    }

    @Override
    public void close() throws IOException {
        if (ended) {
            super.close();
        } else {
            // Nobody waits for the rest of something large.
            body.abort();
        }
    }
}
